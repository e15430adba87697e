"""Making one output again, asked for in the UI: a line in the note of the DAG run.

``again: fetch`` asks it of the task ``fetch``, ``again: fetch[3], join`` of the mapped instance 3
and of ``join``. Then the task instance is cleared. A request is met once: the output's note keeps
it, so a retry or another clear finds it done; another wording (``again: fetch, once more``) is
another request. It is asked of the run it stands in, past ones too, and of no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .note import Note

__all__ = ["is_done", "request_of"]

_LINE = re.compile(r"^\s*again\s*:\s*(\S.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_TARGET = re.compile(r"([\w.\-]+)(?:\[(\d+)\])?")


def request_of(task: Any, context: Mapping[str, Any]) -> str:
    """The line that asks for this task, or this mapped instance; empty where none does."""
    text = getattr(context.get("dag_run"), "note", None)
    index = getattr(context.get("ti"), "map_index", -1)
    for line in _LINE.findall(text) if isinstance(text, str) else ():
        for name, which in _TARGET.findall(line):
            if name == task.task_id and (not which or int(which) == index):
                return f"again: {line}"
    return ""


def is_done(request: str, standing: Note | None, mine: Note) -> bool:
    """Whether what stands was made by this very request in this run."""
    return standing is not None and standing.again == request and standing.run == mine.run
