"""Two makers of one path, as far as that is seen when a DAG is parsed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .calling import DATES
from .errors import PatternError
from .pattern import JINJA, fill, placeholders

__all__ = ["OFFERS", "check_mapping", "check_siblings", "offers"]

OFFERS = "idempatomic_offers"
"""The class attribute by which operators know each other, whatever name they are imported by."""
_OF_THE_INSTANCE = re.compile(r"\b(task|ti|task_instance|map_index|task_instance_key_str)\b")
_WORD = re.compile(r"[A-Za-z_]\w*")
_OF_THE_RUN = {
    *("ds", "ds_nodash", "ts", "ts_nodash", "run_id", "dag_run", "dag", "params", "logical_date"),
    *("data_interval_start", "data_interval_end", "macros", "var", "conn", "run_after"),
}
_MOST = 10_000


def offers(task: Any, what: str) -> bool:
    """Whether a task (a mapped one too) is one of ours and has that: ``output`` or ``salt``."""
    kind = getattr(task, "operator_class", type(task))
    return what in getattr(kind, OFFERS, ())


def check_siblings(task: Any) -> None:
    """Raises `PatternError` if another task of the DAG has the same literal path, unless both
    declare the same maker."""
    if not task.has_dag():
        return
    mine = _literal(task.output_pattern, task.op_kwargs)
    if mine is None:
        return
    for other in task.dag.tasks:
        if other.task_id == task.task_id or not offers(other, "output"):
            continue
        given = getattr(other, "partial_kwargs", None) or vars(other)
        if task.maker is not None and given.get("maker") == task.maker:
            continue  # shared on purpose
        if mine == _literal(given.get("output_pattern"), given.get("op_kwargs") or {}):
            raise PatternError(
                f"tasks {other.task_id!r} and {task.task_id!r} have the same output {mine!r}"
            )


def check_mapping(fixed: Mapping[str, Any], mapped: Mapping[str, Any]) -> None:
    """Raises `PatternError` if mapped instances cannot differ in their path, or two literal ones do
    not. ``fixed`` is what all share, ``mapped`` what ``expand`` was given."""
    if "output_pattern" in mapped:
        return
    pattern = fixed.get("output_pattern")
    if not isinstance(pattern, str):
        return
    constant = fixed.get("op_kwargs")
    known = set(constant) if isinstance(constant, Mapping) else set()
    names = placeholders(pattern) - set(DATES) - known - {"salt"}
    if not names and not _may_differ(pattern):
        raise PatternError(
            f"output_pattern {pattern!r} is the same for every mapped instance: put a mapped value"
            " into it, as {name}"
        )
    if _may_differ(pattern):
        return
    seen: dict[str, Mapping[str, Any]] = {}
    for values in itertools.islice(_instances(mapped), _MOST):
        path = _literal(pattern, {**(constant or {}), **values})
        if path is not None and path in seen:
            raise PatternError(f"two mapped instances have the same output {path!r}")
        if path is not None:
            seen[path] = values


def _instances(mapped: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The op_kwargs of each instance, where they are literal."""
    if set(mapped) == {"op_kwargs"}:
        given = mapped["op_kwargs"]
        rows = given if isinstance(given, (list, tuple)) else ()
        yield from (dict(row) for row in rows if isinstance(row, Mapping))
    elif "op_kwargs" not in mapped and all(_is_literal(each) for each in mapped.values()):
        for row in itertools.product(*mapped.values()):
            yield dict(zip(mapped, row, strict=True))


def _is_literal(values: Any) -> bool:
    return isinstance(values, Sequence) and not isinstance(values, str)


def _may_differ(pattern: str) -> bool:
    """Whether its Jinja could give each mapped instance another text: it names the instance, or
    something that is not known to be the run's."""
    blocks: Iterable[str] = JINJA.findall(pattern)
    for block in blocks:
        if _OF_THE_INSTANCE.search(block):
            return True
        first = _WORD.search(block)
        if first is not None and first.group() not in _OF_THE_RUN:
            return True
    return False


def _literal(pattern: Any, op_kwargs: Any) -> str | None:
    """The path as far as it is known now, dates and the run's Jinja left as they are; None if it
    may come out differently for two tasks with the same text."""
    if not isinstance(pattern, str) or not isinstance(op_kwargs, Mapping):
        return None
    names = placeholders(pattern)
    if "salt" in names or _OF_THE_INSTANCE.search(" ".join(JINJA.findall(pattern))):
        return None
    if not names <= {*op_kwargs, *DATES}:
        return None
    values = {name: op_kwargs[name] for name in names if name in op_kwargs}
    if not all(isinstance(value, (str, int, float, bool)) for value in values.values()):
        return None
    return fill(pattern, values)
