"""The salts that a task stands under: they follow the graph, not the class of the neighbor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import RequiresError
from .twins import offers

__all__ = ["salts_above"]

_MADE_UNDER = "made_under"
_NOT_RUN = {"skipped", "removed", "upstream_failed", "failed"}


def salts_above(task: Any, context: Mapping[str, Any]) -> list[str]:
    """The salts of the nearest salted tasks above, sorted, each once.

    Through plain tasks, joins and branches the way goes on; an unsalted output answers with the
    salts that it was made under. A task that was skipped or failed gives none. Raises
    `RequiresError` for a salted task that succeeded and left no salt."""
    salts: set[str] = set()
    seen: set[str] = set()
    _walk(task, context, salts, seen)
    return sorted(salts)


def _walk(task: Any, context: Mapping[str, Any], salts: set[str], seen: set[str]) -> None:
    if not task.has_dag():
        return
    for above in task.upstream_list:
        if above.task_id in seen:
            continue
        seen.add(above.task_id)
        if offers(above, "salt"):
            found = _pulled(context, above.task_id, "salt")
            if not found and not _did_not_run(context, above.task_id):
                raise RequiresError(f"The salted task {above.task_id!r} left no salt; did it run?")
            salts.update(found)
            continue
        if offers(above, "output") and _has_salted(above, set()):
            made_under = _pulled(context, above.task_id, _MADE_UNDER)
            if made_under:
                salts.update(made_under)
                continue
        _walk(above, context, salts, seen)


def _has_salted(task: Any, seen: set[str]) -> bool:
    for above in task.upstream_list:
        if above.task_id not in seen:
            seen.add(above.task_id)
            if offers(above, "salt") or _has_salted(above, seen):
                return True
    return False


def _pulled(context: Mapping[str, Any], task_id: str, key: str) -> list[str]:
    """What the task, or all instances of a mapped one, pushed: texts, or lists of them."""
    pulled = context["ti"].xcom_pull(task_ids=task_id, key=key)
    rows = [] if pulled is None else [pulled] if isinstance(pulled, str) else list(pulled)
    flat = [salt for row in rows for salt in (row if isinstance(row, (list, tuple)) else [row])]
    return [str(salt) for salt in flat if salt is not None]


def _did_not_run(context: Mapping[str, Any], task_id: str) -> bool:
    ask = getattr(context["ti"], "get_task_states", None)
    if ask is None:
        return False
    run = context["run_id"]
    told = ask(dag_id=context["ti"].dag_id, task_ids=[task_id], run_ids=[run]).get(run, {})
    return bool(told) and set(told.values()) <= _NOT_RUN
