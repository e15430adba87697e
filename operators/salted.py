"""`PythonSaltedLocalOperator`: an output whose path moves when anything it depends on changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from .above import salts_above
from .calling import named_values
from .errors import PatternError
from .idempatomic import PythonIdempatomicFileOperator
from .pattern import placeholders
from .salt import canonical, salt_of, version, version_of

__all__ = ["PythonSaltedLocalOperator", "version"]

SALT = "salt"


class PythonSaltedLocalOperator(PythonIdempatomicFileOperator):
    """As `PythonIdempatomicFileOperator`, on this machine's file systems, with ``{salt}`` in its
    pattern.

        @version("2.1.1")
        def clean(output_path, county, workers): ...
        PythonSaltedLocalOperator(task_id="clean", python_callable=clean, salt_ignore=("workers",),
                                  op_kwargs=...,
                                  output_pattern="data/clean-{county}-{salt}.parquet")

    The salt covers the task id, the callable's `version`, the arguments as rendered except those
    named in ``salt_ignore``, and the salts of the nearest salted tasks above (of a mapped one, of
    all its instances; see `operators.above`). It is pushed as XCom ``salt``, beside
    ``salt_version`` and
    ``salt_kwargs``, also when the output exists and nothing is run. Old outputs
    stay: `operators.salt.list_salted` lists and `prune_salted` removes them.

    Raises `PatternError` at parse without ``{salt}``, without a version, for object storage; for a
    mapped task, the version is asked for at its execution."""

    pattern_extra = (SALT,)
    idempatomic_offers = ("output", "salt")

    def __init__(self, *, salt_ignore: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(salt_ignore, str):
            raise PatternError("salt_ignore is a collection of names")
        self.salt_ignore = tuple(salt_ignore)
        self.salt: str | None = None
        self._told: dict[str, Any] = {}
        if version_of(self.python_callable) is None:
            raise PatternError(
                f"{self.python_callable!r} has no version; put @version(...) above it"
            )
        _check_pattern(self.output_pattern)

    def _values(self, context: Mapping[str, Any]) -> dict[str, Any]:
        values = super()._values(context)
        _check_pattern(self.output_pattern)
        arguments = named_values(self.python_callable, self.op_args, self.op_kwargs)
        if SALT in arguments:
            raise PatternError(
                "salt is in the arguments of the callable; the operator gives it to the pattern"
            )
        arguments = {
            name: value for name, value in arguments.items() if name not in self.salt_ignore
        }
        number = version_of(self.python_callable)
        self.salt = salt_of(self.task_id, str(number), arguments, salts_above(self, context))
        self._told = {
            SALT: self.salt,
            "salt_version": number,
            "salt_kwargs": canonical(arguments),
        }
        return {**values, SALT: self.salt}

    def execute(self, context: Any) -> str:
        """As the operator's; the salt is pushed before, whether anything is run or not."""
        if self._path is None:  # not rendered by Airflow
            self._path = self._final_path(dict(context))
        for key, value in self._told.items():
            self._push(context, key, value)
        return super().execute(context)


def _check_pattern(pattern: object) -> None:
    if isinstance(pattern, str):
        if SALT not in placeholders(pattern):
            raise PatternError(f"output_pattern {pattern!r} has no {{salt}}")
        if "://" in pattern:
            raise PatternError(f"Salted outputs are local; {pattern!r} is in object storage")
