"""`PythonIdempatomicFileOperator`: the PythonOperator whose output is wholly there or not there,
and made only once."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import Asset
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.mappedoperator import MappedOperator, OperatorPartial

from .calling import DATES, OUTPUT_PATH, STOP, check, named_values, takes
from .errors import Killed, PatternError
from .output import Output, produce, sweep
from .pattern import placeholders, render

__all__ = ["PythonIdempatomicFileOperator", "PythonYoshiOperator"]

OVERWRITE = "overwrite"
PREVIOUSLY_COMPLETED = "previously_completed"


class PythonIdempatomicFileOperator(PythonOperator):
    """The plain PythonOperator plus ``output_pattern``, and a callable that takes ``output_path``.

        def fetch(output_path, county): ...
        PythonIdempatomicFileOperator(task_id="fetch", python_callable=fetch, op_kwargs={"county":
        "shelby-tn"},
                                      output_pattern="data/{today_date}/{county}.csv")

    If the output exists the callable is not run and the task succeeds. Otherwise the callable
    writes to a temporary path with the same suffix, and the output appears whole, or not at all.
    The task returns the path, as rendered. XCom ``previously_completed`` (also an attribute after
    ``execute``) says whether another call had made it.

    Parameters, beside those of PythonOperator
    ----------
    output_pattern: a path; ending in ``/`` a folder; ``s3://connection@bucket/key`` an object.
    ``{name}`` is filled from
        op_kwargs (a value cannot leave its path segment), ``{today_date}`` and ``{date_today}``
        with the date of the run's ``run_after`` in the DAG's time zone, ISO. Jinja runs before.
    valid, mode, scratch: see `operators.output.Output`.
    overwrite: make the output again and replace it. None (the default) asks the run's param
    ``overwrite``.
    provide_context: accepted for DAGs of Airflow 1, and ignored with a DeprecationWarning.

    A callable that names a parameter ``stop`` gets a `threading.Event`, set when the task is
    killed; another callable is then interrupted by `operators.errors.Killed`.

    Raises `operators.errors.PatternError` when the DAG is parsed, or at execution for what is not
    known before."""

    template_fields: Sequence[str] = (
        *PythonOperator.template_fields,
        "output_pattern",
        "overwrite",
    )
    template_fields_renderers = {
        **PythonOperator.template_fields_renderers,
        "output_pattern": "txt",
    }
    pattern_extra: tuple[str, ...] = ()
    ui_color = "#e4f4e0"

    def __init__(
        self,
        *,
        output_pattern: str,
        valid: Callable[[str], bool] | None = None,
        mode: int | None = None,
        scratch: str | None = None,
        overwrite: bool | str | None = None,
        provide_context: bool | None = None,
        **kwargs: Any,
    ) -> None:
        if provide_context is not None:
            warnings.warn(
                "provide_context is ignored: a callable gets what it names of the context",
                DeprecationWarning,
                stacklevel=3,  # past the wrapper that Airflow puts around __init__
            )
        super().__init__(**kwargs)
        self.output_pattern = output_pattern
        self.valid = valid
        self.mode = mode
        self.scratch = scratch
        self.overwrite = overwrite
        self._template = output_pattern
        self.previously_completed: bool | None = None
        self._check_call()

    @classmethod
    def partial(cls, **kwargs: Any) -> OperatorPartial:
        """As every operator's ``partial``, with the same checks at parse as for a plain task."""
        made = super().partial(**kwargs)
        made._expand_called = True  # ours is the one to be expanded
        return _CheckedPartial(
            operator_class=made.operator_class, kwargs=made.kwargs, params=made.params
        )

    def execute(self, context: Any) -> str:
        """Make the output unless it exists; its path, as rendered."""
        context = dict(context)
        values = self._values(context)
        path = render(self.output_pattern, values, template=str(self._template))
        output = Output(path, valid=self.valid, mode=self.mode, scratch=self.scratch)
        given = self.op_kwargs
        try:
            outcome = produce(
                output, self._call, replace=self._is_overwrite(context), path=path, context=context
            )
        finally:
            self.op_kwargs = given
        self.previously_completed = outcome.previously_completed
        if outcome.previously_completed:
            self.log.info("Previously completed, nothing to do: %s", path)
        else:
            self.log.info("Written: %s", path)
        self._push(context, PREVIOUSLY_COMPLETED, outcome.previously_completed)
        self._announce(context, output)
        return path

    def on_kill(self) -> None:
        """Ask a callable that knows ``stop`` to end; interrupt another one, so that its temporary
        is removed."""
        stop: threading.Event | None = getattr(self, "_stop", None)
        if stop is not None:
            stop.set()
            if not takes(self.python_callable, STOP):
                raise Killed("The task was told to end")

    # --- the steps

    def _values(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """What fills the pattern; the arguments are checked on the way, as they are known by
        now."""
        if not isinstance(self.output_pattern, str):
            raise PatternError(f"output_pattern is a text, not {self.output_pattern!r}")
        self._check_call()
        values = named_values(self.python_callable, self.op_args, self.op_kwargs)
        for name in placeholders(self.output_pattern) & set(DATES) - values.keys():
            values[name] = _run_date(context)
        return values

    def _check_call(self) -> None:
        check(
            self.output_pattern,
            self.python_callable,
            self.op_args,
            self.op_kwargs,
            from_context=KNOWN_CONTEXT_KEYS,
            extra=self.pattern_extra,
        )

    def _call(self, *, output_path: str, path: str, context: dict[str, Any]) -> Any:
        """The callable by way of PythonOperator, which picks the context it asks for and logs what
        it returns."""
        if "://" not in path:
            sweep(os.path.dirname(os.path.realpath(path.rstrip("/" + os.sep))))
        if self.scratch is not None:
            sweep(self.scratch)
        self._stop = threading.Event()
        self.op_kwargs = {**self.op_kwargs, OUTPUT_PATH: output_path}
        if takes(self.python_callable, STOP):
            self.op_kwargs.setdefault(STOP, self._stop)
        try:
            return super().execute(dict(context))
        finally:
            del self._stop

    def _is_overwrite(self, context: Mapping[str, Any]) -> bool:
        asked = (
            self.overwrite
            if self.overwrite is not None
            else (context.get("params") or {}).get(OVERWRITE, False)
        )
        if isinstance(asked, str):
            if asked.strip().lower() not in ("", "true", "false", "none"):
                raise PatternError(f"overwrite is true or false, not {asked!r}")
            return asked.strip().lower() == "true"
        return bool(asked)

    def _push(self, context: Mapping[str, Any], key: str, value: Any) -> None:
        if self.do_xcom_push and context.get("ti") is not None:
            context["ti"].xcom_push(key=key, value=value)

    def _announce(self, context: Mapping[str, Any], output: Output) -> None:
        """Tell the readers of each outlet asset where the output is, how many files it has, and
        their checksum."""
        assets = [outlet for outlet in self.outlets if isinstance(outlet, Asset)]
        if not assets:
            return
        count, checksum = output.fingerprint()
        for asset in assets:
            event = context["outlet_events"][asset]
            event.extra = {
                **(event.extra or {}),
                "path": output.path,
                "count": count,
                "checksum": checksum,
            }


PythonYoshiOperator = PythonIdempatomicFileOperator


@attrs.define(kw_only=True, repr=False)
class _CheckedPartial(OperatorPartial):
    """What ``partial`` gives, checking at parse what it and ``expand`` were given as plain
    values."""

    def expand(self, **mapped_kwargs: Any) -> MappedOperator:
        self._expand_called = True  # or Airflow would warn beside an error of ours
        unknown: dict[str, Any] = dict.fromkeys(mapped_kwargs)
        self._check(unknown)
        for name, values in mapped_kwargs.items():
            for value in values if isinstance(values, (list, tuple)) else ():
                self._check({**unknown, name: value})
        return super().expand(**mapped_kwargs)

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> MappedOperator:
        self._expand_called = True
        for given in kwargs if isinstance(kwargs, (list, tuple)) else ():
            if isinstance(given, Mapping):
                self._check(given)
        return super().expand_kwargs(kwargs, strict=strict)

    def _check(self, mapped: Mapping[str, Any]) -> None:
        """Of what ``expand`` maps, None stands for a value that is not known yet."""
        kwargs = {"op_args": (), "op_kwargs": {}, **self.kwargs, **mapped}
        if "output_pattern" not in kwargs:
            raise PatternError("output_pattern is missing")
        if callable(kwargs.get("python_callable")):
            check(
                kwargs["output_pattern"],
                kwargs["python_callable"],
                kwargs["op_args"],
                kwargs["op_kwargs"],
                from_context=KNOWN_CONTEXT_KEYS,
                extra=getattr(self.operator_class, "pattern_extra", ()),
            )


def _run_date(context: Mapping[str, Any]) -> str:
    """The date of the run's ``run_after`` in the DAG's zone: never the clock, never the logical
    date (it may be None)."""
    run = context.get("dag_run")
    if run is None or context.get("dag") is None:
        raise PatternError("{today_date} is the date of a DAG run, and there is none")
    return str(run.run_after.astimezone(context["dag"].timezone).date().isoformat())
