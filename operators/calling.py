"""Whether a callable can be called with what a task gives it: asked when the DAG is parsed, and
again before the call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .errors import PatternError
from .pattern import check_names, placeholders, suggestion
from .running import refuse_generators

__all__ = ["DATES", "check", "named_values"]

OUTPUT_PATH = "output_path"
STOP = "stop"
DATES = ("today_date", "date_today")


def named_values(
    call: Callable[..., Any], op_args: Collection[Any], op_kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments by name, positional ones too; raises `PatternError` when there are too many, or
    one comes twice."""
    signature = _signature(call)
    if signature is None:
        return dict(op_kwargs)
    try:
        positional = signature.bind_partial(*op_args)
    except TypeError as error:
        raise PatternError(f"{_name(call)}: {error} in op_args") from error
    plain = {
        name: value
        for name, value in positional.arguments.items()
        if signature.parameters[name].kind is not inspect.Parameter.VAR_POSITIONAL
    }
    if OUTPUT_PATH in plain:
        raise PatternError(
            f"op_args of {_name(call)} reach as far as output_path, which the operator gives"
        )
    for name in sorted(plain.keys() & op_kwargs.keys()):
        raise PatternError(f"{_name(call)} gets {name!r} both by op_args and by op_kwargs")
    return {**plain, **op_kwargs}


def check(
    pattern: object,
    call: Callable[..., Any],
    op_args: object,
    op_kwargs: object,
    *,
    from_context: Collection[str],
    extra: Collection[str] = (),
) -> None:
    """Refuse what cannot work: see the messages. Parts not known yet (an XComArg, None) are left
    for later.

    ``from_context`` are the names that Airflow passes to whoever asks, ``extra`` further names a
    pattern may use. Raises `PatternError`."""
    refuse_generators(call)
    names = placeholders(pattern) if isinstance(pattern, str) else None
    signature = _signature(call)
    parameters = signature.parameters if signature is not None else {}
    takes_any = signature is None or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    _check_output_path(call, parameters, takes_any)
    _check_kinds(call, op_args, op_kwargs)
    if not isinstance(op_kwargs, Mapping) or not isinstance(op_args, (list, tuple)):
        return
    if OUTPUT_PATH in op_kwargs:
        raise PatternError(
            f"output_path is in the op_kwargs of {_name(call)}; the operator gives it"
        )
    given = named_values(call, op_args, op_kwargs)
    if not takes_any:
        for name in sorted(op_kwargs.keys() - parameters.keys() - (names or set())):
            wanted = [p for p in parameters if p != OUTPUT_PATH]
            raise PatternError(
                f"{_name(call)} takes no {name!r}, given in op_kwargs{suggestion(name, wanted)}"
            )
    arrive = {*given, *from_context, OUTPUT_PATH, STOP, "templates_dict"}
    for name in sorted(_needed(parameters) - arrive):
        raise PatternError(f"{_name(call)} needs {name!r}, and op_kwargs have none")
    if isinstance(pattern, str):
        check_names(pattern, {*given, *extra, *DATES})


def takes(call: Callable[..., Any], name: str) -> bool:
    """Whether the callable names this parameter (``**kwargs`` does not count)."""
    signature = _signature(call)
    return signature is not None and name in signature.parameters


def _check_kinds(call: Callable[..., Any], op_args: object, op_kwargs: object) -> None:
    """Of what is not known yet, None or an XComArg, nothing is said."""
    if isinstance(op_kwargs, (str, bytes, int, float, list, tuple, set)):
        raise PatternError(
            f"op_kwargs of {_name(call)} is a mapping of names to values, not {op_kwargs!r}"
        )
    if isinstance(op_args, (str, bytes, int, float, Mapping, set)):
        raise PatternError(f"op_args of {_name(call)} is a list of values, not {op_args!r}")


def _check_output_path(
    call: Callable[..., Any], parameters: Mapping[str, inspect.Parameter], takes_any: bool
) -> None:
    found = parameters.get(OUTPUT_PATH)
    if found is None and not takes_any:
        raise PatternError(f"{_name(call)} takes no output_path; it must, and write there")
    if found is not None and found.kind in (
        found.POSITIONAL_ONLY,
        found.VAR_POSITIONAL,
        found.VAR_KEYWORD,
    ):
        raise PatternError(f"output_path of {_name(call)} cannot be given by name")


def _needed(parameters: Mapping[str, inspect.Parameter]) -> set[str]:
    stars = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {name for name, p in parameters.items() if p.default is p.empty and p.kind not in stars}


def _signature(call: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(call)
    except (ValueError, TypeError):
        return None  # some built-ins tell nothing


def _name(call: Callable[..., Any]) -> str:
    return f"{getattr(call, '__name__', repr(call))}()"
