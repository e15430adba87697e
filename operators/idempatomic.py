"""`PythonIdempatomicFileOperator`: the PythonOperator whose output is wholly there or not there,
and made only once."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import Asset
from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
from airflow.sdk.definitions.mappedoperator import MappedOperator, OperatorPartial
from airflow.sdk.exceptions import AirflowFailException

from . import again, why
from .above import salts_above
from .calling import DATES, OUTPUT_PATH, STOP, check, named_values, takes
from .errors import Killed, PatternError, TwoMakersError
from .note import Note, digest_of, now
from .output import Output, produce_noted, sweep
from .pattern import judge, placeholders, render
from .requires import checksums, checksums_now, recording
from .running import plain
from .salt import version_of
from .twins import check_mapping, check_siblings

__all__ = ["PythonIdempatomicFileOperator", "PythonYoshiOperator"]

OVERWRITE = "overwrite"
PREVIOUSLY_COMPLETED = "previously_completed"
MADE_UNDER = "made_under"
STALE = (None, "inputs")


class RefusedError(PatternError, AirflowFailException):
    """A `PatternError` as Airflow should take it: no retry cures it."""


class ConflictError(TwoMakersError, AirflowFailException):
    """A `TwoMakersError` as Airflow should take it."""


class PythonIdempatomicFileOperator(PythonOperator):
    """The plain PythonOperator plus ``output_pattern``, and a callable that takes ``output_path``.

        def fetch(output_path, county): ...
        PythonIdempatomicFileOperator(
            task_id="fetch", python_callable=fetch, op_kwargs={"county": "shelby-tn"},
            output_pattern="data/{today_date}/{county}.csv",
        )

    If the output exists the callable is not run and the task succeeds. Otherwise the callable
    writes to a temporary path with the same suffix, and the output appears whole, or not at all.
    The task returns the path, as rendered. XCom ``previously_completed`` (also an attribute after
    ``execute``) says whether another call had made it, XCom ``why`` says in words why the callable
    ran or did not.

    Parameters, beside those of PythonOperator
    ----------
    output_pattern: a path; ending in ``/`` a folder; ``s3://connection@bucket/key`` an object.
        ``{name}`` is filled from op_kwargs (a value cannot leave its path segment),
        ``{today_date}`` and ``{date_today}`` with the date of the run's ``run_after`` in the DAG's
        time zone, ISO. Jinja runs before.
    valid, mode, scratch: see `operators.output.Output`.
    overwrite: make the output again and replace it. None (the default) asks the run's param
        ``overwrite``.
    stale_when: None (the default: what exists is done) or ``"inputs"``: make it again when what
        `requires` gave, or the callable's `version`, is another than its note says.
    maker: the name in the note, default ``dag.task``. Two tasks that share an output on purpose, or
        a task that got a new name, say the same one.
    event_extra: called with path and context, gives what the events of the outlet assets carry
        beside ``path``, ``count`` and ``checksum``.
    partition: the end of an outlet's uri, and a function of the context that gives the partition of
        that asset's event; without effect before Airflow 3.3.
    provide_context: accepted for DAGs of Airflow 1, and ignored with a DeprecationWarning.

    A callable that names a parameter ``stop`` gets a `threading.Event`, set when the task is
    killed; another callable is then interrupted by `operators.errors.Killed`. A coroutine function
    is run to its end; a generator is refused.

    Raises `operators.errors.PatternError` when the DAG is parsed, or at execution for what is not
    known before (then without retries); `TwoMakersError` when the note of what stands shows that
    another task, or another mapped instance of the same run, made it."""

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
    idempatomic_offers: tuple[str, ...] = ("output",)
    ui_color = "#e4f4e0"
    is_async = False  # a coroutine function is run to its end by `plain`

    def __init__(
        self,
        *,
        output_pattern: str,
        valid: Callable[[str], bool] | None = None,
        mode: int | None = None,
        scratch: str | None = None,
        overwrite: bool | str | None = None,
        stale_when: str | None = None,
        maker: str | None = None,
        event_extra: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None = None,
        partition: tuple[str, Callable[[Mapping[str, Any]], str]] | None = None,
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
        self.python_callable = plain(self.python_callable)
        self.output_pattern = output_pattern
        self.valid = valid
        self.mode = mode
        self.scratch = scratch
        self.overwrite = overwrite
        if stale_when not in STALE:
            raise PatternError(f'stale_when is None or "inputs", not {stale_when!r}')
        self.stale_when = stale_when
        self.maker = maker
        self.event_extra = event_extra
        self.partition = partition
        self._template = output_pattern
        self._path: str | None = None
        self.previously_completed: bool | None = None
        self.why: str | None = None
        self._check_call()
        if not getattr(self, "_BaseOperator__from_mapped", False):
            check_siblings(self)

    @classmethod
    def partial(cls, **kwargs: Any) -> OperatorPartial:
        """As every operator's ``partial``, with the same checks at parse as for a plain task. Each
        instance is labelled with what its pattern takes from the mapping."""
        kwargs = with_label(kwargs)
        made = super().partial(**kwargs)
        made._expand_called = True  # ours is the one to be expanded
        return _CheckedPartial(
            operator_class=made.operator_class, kwargs=made.kwargs, params=made.params
        )

    def execute(self, context: Any) -> str:
        """Make the output unless it exists; its path, as rendered."""
        context = dict(context)
        with refusing():
            path = self._final_path(context) if self._path is None else self._path
            output = Output(path, valid=self.valid, mode=self.mode, scratch=self.scratch)
            overwrite = self._is_overwrite(context)
        mine = self._note(context)
        reason = self._reason(context, output, mine, overwrite)
        given = self.op_kwargs
        required: dict[str, str] = {}
        mine = dataclasses.replace(mine, again=again.request_of(self, context) or None)
        try:
            with recording(required):
                outcome = produce_noted(
                    output,
                    lambda output_path: self._call(output_path, path, context),
                    self.python_callable,
                    reason.makes_again,
                    lambda: dataclasses.replace(mine, inputs=checksums(required)),
                )
        finally:
            self.op_kwargs = given
        self.previously_completed = outcome.previously_completed
        if outcome.previously_completed and not reason.stands:
            # Another writer was first, while ours was at work.
            reason = self._standing(output, mine)
        self.why = reason.words
        self.log.info("%s: %s", reason.words, path)
        self._push(context, PREVIOUSLY_COMPLETED, outcome.previously_completed)
        self._push(context, "why", reason.words)
        self._tell_above(context, output, mine)
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

    # --- the path

    def render_template(
        self, content: Any, context: Any, jinja_env: Any = None, seen_oids: Any = None
    ) -> Any:
        """As Airflow's, but a value in the pattern that is None or empty is refused."""
        if content is self._template and isinstance(content, str) and jinja_env is not None:
            jinja_env = jinja_env.overlay(finalize=self._judged_value)
        return super().render_template(content, context, jinja_env, seen_oids)

    def _judged_value(self, value: Any) -> Any:
        if value is None or value == "":
            what = "None" if value is None else "empty"
            raise PatternError(f"a value in output_pattern {self._template!r} is {what}")
        return value

    def _do_render_template_fields(
        self,
        parent: Any,
        template_fields: Any,
        context: Any,
        jinja_env: Any,
        seen_oids: set[int],
    ) -> None:
        """Airflow's rendering; then the pattern becomes the final path, which the page shows."""
        with refusing():
            super()._do_render_template_fields(
                parent, template_fields, context, jinja_env, seen_oids
            )
            if parent is self:
                self._path = self.output_pattern = self._final_path(dict(context))

    def _final_path(self, context: Mapping[str, Any]) -> str:
        path = render(self.output_pattern, self._values(context), template=str(self._template))
        judge(path, str(self._template))
        return path

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

    # --- why

    def _note(self, context: Mapping[str, Any]) -> Note:
        """What this task would say of its output, as far as it is known before the callable
        runs."""
        arguments = named_values(self.python_callable, self.op_args, self.op_kwargs)
        dag = context["dag"].dag_id if context.get("dag") is not None else "?"
        run = str(context.get("run_id") or "?")
        own = getattr(self, "salt", None)
        return Note(
            maker=self.maker or f"{dag}.{self.task_id}",
            run=run,
            keys=_mapped_keys(self, context, arguments),
            arguments=digest_of(arguments),
            version=version_of(self.python_callable),
            salt=own,
            salts=() if own is not None else tuple(salts_above(self, context)),
            used=(run, now()),
        )

    def _reason(
        self, context: Mapping[str, Any], output: Output, mine: Note, overwrite: bool
    ) -> why.Reason:
        if not output.exists():
            return why.missing(output)
        if overwrite:
            return why.Reason("made again, as overwrite asks", True, False)
        asked = again.request_of(self, context)
        standing = output.note()
        if asked and not again.is_done(asked, standing):
            words = f"made again, as the Variable {again.VARIABLE} asks ({asked})"
            return why.Reason(words, True, False)
        if self.stale_when == "inputs" and standing is not None:
            changed = why.changed(standing, mine, checksums_now(standing, context))
            if changed:
                return why.Reason(f"made again, as {changed}", True, False)
        return self._standing(output, mine)

    def _standing(self, output: Output, mine: Note) -> why.Reason:
        """Why nothing is to be done. Raises `TwoMakersError` on evidence that what stands is
        another's."""
        standing = output.note()
        if standing is not None and not (
            standing.maker == mine.maker
            and (standing.run != mine.run or standing.has_keys_of(mine))
        ):
            fits = output.note_that_fits()
            if fits is not None:
                try:
                    fits.refuse_another_maker(mine, output.path)
                except TwoMakersError as error:
                    raise ConflictError(str(error)) from None
        if standing is not None and mine.salt is not None:
            output._place.put_note(dataclasses.replace(standing, used=mine.used))
        return why.standing(standing, mine, output)

    def _tell_above(self, context: Mapping[str, Any], output: Output, mine: Note) -> None:
        """Tell salted tasks below which salts the standing output was made under."""
        if mine.salt is not None or not mine.salts:
            return
        standing = output.note()
        made_under = mine.salts if standing is None else standing.salts
        if set(made_under) != set(mine.salts):
            self.log.warning(
                "What stands was made under other salts (%s) than those above it now (%s)",
                ", ".join(made_under) or "none",
                ", ".join(mine.salts),
            )
        self._push(context, MADE_UNDER, list(made_under))

    # --- the call

    def _call(self, output_path: str, path: str, context: dict[str, Any]) -> Any:
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
                **(self.event_extra(output.path, context) if self.event_extra is not None else {}),
            }
            if self.partition is not None and asset.uri.endswith(self.partition[0]):
                add = getattr(event, "add_partitions", None)
                if add is not None:
                    add(self.partition[1](context))


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
        if isinstance(self.kwargs.get("op_kwargs", {}), Mapping):
            check_mapping(self.kwargs, mapped_kwargs)
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


def with_label(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a mapped task, with a label of what its pattern takes from the mapping."""
    pattern = kwargs.get("output_pattern")
    if not isinstance(pattern, str) or "map_index_template" in kwargs:
        return dict(kwargs)
    constant = kwargs.get("op_kwargs")
    fixed = set(constant) if isinstance(constant, Mapping) else set()
    names = sorted(placeholders(pattern) - set(DATES) - fixed - {"salt"}, key=pattern.index)
    label = ", ".join(f"{{{{ task.op_kwargs.get('{name}', '') }}}}" for name in names)
    return {**kwargs, "map_index_template": label} if names else dict(kwargs)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """A pattern that cannot be rendered fails the task for good: no retry cures it."""
    try:
        yield
    except AirflowFailException:
        raise
    except PatternError as error:
        raise RefusedError(str(error)) from error


def _mapped_keys(
    task: Any, context: Mapping[str, Any], arguments: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What makes a mapped instance this one: its arguments, the shared ones among them; None where
    the task is not mapped."""
    if getattr(context.get("ti"), "map_index", -1) in (None, -1):
        return None
    plain_values = (str, int, float, bool, type(None))
    return {
        name: value if isinstance(value, plain_values) else digest_of(value)
        for name, value in sorted(arguments.items())
    }


def _run_date(context: Mapping[str, Any]) -> str:
    """The date of the run's ``run_after`` in the DAG's zone: never the clock, never the logical
    date (it may be None)."""
    run = context.get("dag_run")
    if run is None or context.get("dag") is None:
        raise PatternError("{today_date} is the date of a DAG run, and there is none")
    return str(run.run_after.astimezone(context["dag"].timezone).date().isoformat())
