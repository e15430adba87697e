"""A value as JSON that is the same in every process, for salts and notes."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

from .errors import PatternError

__all__ = ["canonical"]


def canonical(value: Any) -> Any:
    """A value as JSON that is the same in every process: keys sorted later, sets sorted, dates and
    such as tagged text.

    Raises `PatternError` for what has no such form, for instance an object whose text holds its
    address."""
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, enum.Enum)):
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise PatternError(f"Keys that are not text have no place in a salt: {value!r}")
        return {"map": {key: canonical(inner) for key, inner in value.items()}}
    if isinstance(value, (list, tuple)):
        return [canonical(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return {
            "set": sorted(
                (canonical(inner) for inner in value),
                key=lambda made: json.dumps(made, sort_keys=True),
            )
        }
    if isinstance(value, enum.Enum):
        return {type(value).__qualname__: value.name}
    if isinstance(value, (datetime.date, datetime.time)):
        return {"date" if isinstance(value, datetime.date) else "time": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"seconds": repr(value.total_seconds())}
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return {type(value).__name__: str(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: canonical(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        return {type(value).__qualname__: fields}
    raise PatternError(
        f"{type(value).__name__} has no place in a salt; give a plain value, or name it in "
        "salt_ignore"
    )
