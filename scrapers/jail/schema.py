"""The JSON Schema of the jail record: ``python -m scrapers.jail.schema`` writes it anew from the
models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scrapers.jail.records import JailRecord

PATH = Path(__file__).with_name("schema.json")


def schema() -> dict[str, Any]:
    """The committed schema of ``record``, for whoever validates without the models."""
    loaded: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return loaded


def of_models() -> dict[str, Any]:
    """The schema as the models say it: every key is there, empty ones as null."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **JailRecord.model_json_schema(mode="serialization"),
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(of_models(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
