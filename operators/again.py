"""Making one output again, asked for in the UI: a line of the Airflow Variable
``idempatomic_again``.

``example.fetch`` asks it of the task ``fetch`` of the DAG ``example``, ``example.fetch[3]`` of its
mapped instance 3, ``example.fetch in manual__2026-11-22`` of that one run. Then the task instance
is cleared. A request is met once: the output's note keeps it, so a retry, another clear and the
next run find it done; another wording (``example.fetch # once more``) is another request.

A note of the DAG run would be nearer at hand, but Airflow (3.3) does not show it to a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .note import Note

__all__ = ["VARIABLE", "is_done", "request_of"]

VARIABLE = "idempatomic_again"


def request_of(task: Any, context: Mapping[str, Any]) -> str:
    """The line that asks for this task, or this mapped instance; empty where none does."""
    dag = context["dag"].dag_id if context.get("dag") is not None else "?"
    index = getattr(context.get("ti"), "map_index", -1)
    wanted = {f"{dag}.{task.task_id}", f"{dag}.{task.task_id}[{index}]"}
    for line in _asked().splitlines():
        target, _, run = line.partition("#")[0].strip().partition(" in ")
        if target.strip() in wanted and run.strip() in ("", str(context.get("run_id"))):
            return line.strip()
    return ""


def is_done(request: str, standing: Note | None) -> bool:
    """Whether what stands was made by this very request."""
    return standing is not None and standing.again == request


def _asked() -> str:
    """What the Variable says; nothing outside of a task runner, where it cannot be asked."""
    from airflow.sdk import Variable
    from airflow.sdk.execution_time import task_runner

    if not hasattr(task_runner, "SUPERVISOR_COMMS"):
        return ""
    return str(Variable.get(VARIABLE, default="") or "")
