"""What a task requires: the files of its upstream tasks, by stem or by mapped value."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .calling import DATES
from .errors import RequiresError
from .output import Output
from .pattern import matcher

__all__ = ["Required", "checksums", "checksums_now", "recording", "requires"]

_TEMPORARY = ("~", ".tmp", ".part", ".crdownload", ".swp")
_log = logging.getLogger(__name__)
_record: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar(
    "required", default=None
)


@dataclass(frozen=True)
class _Entry:
    """One file or inner folder: its whole name, its path, and the mapped value it came from."""

    name: str
    path: str
    value: str | None = None

    @property
    def stem(self) -> str:
        """A file's name without its suffix; a folder's is its whole name (``v1.2``)."""
        return self.name if self.path.endswith("/") else os.path.splitext(self.name)[0]


class Required(dict[str, str]):
    """Paths by stem; each also by its full name, and a mapped task's by the value that it was
    mapped over. Where several share a stem, the mapped value or the full name is the only key.

    Asking for a shared stem or name raises `RequiresError` naming the files; asking for nothing
    known raises it naming what there is. Keys are compared in one Unicode form (NFC)."""

    def __init__(self, entries: Iterable[_Entry], outputs: Mapping[str, str] | None = None) -> None:
        self._known: dict[str, list[str]] = {}
        self._by_value = {_nfc(value): path for value, path in (outputs or {}).items()}
        rows = list(entries)
        stems: dict[str, list[_Entry]] = {}
        names: dict[str, list[_Entry]] = {}
        for row in rows:
            stems.setdefault(_nfc(row.stem), []).append(row)
            names.setdefault(_nfc(row.name), []).append(row)
            for key in {_nfc(row.stem), _nfc(row.name)}:
                self._known.setdefault(key, []).append(row.path)
        super().__init__()
        for row in rows:
            if len(stems[_nfc(row.stem)]) == 1:
                self[_nfc(row.stem)] = row.path
            elif row.value is not None and self._by_value.get(_nfc(row.value)) == row.path:
                self[_nfc(row.value)] = row.path
            elif len(names[_nfc(row.name)]) == 1:
                self[_nfc(row.name)] = row.path
            else:
                self[row.path] = row.path

    def __missing__(self, key: str) -> str:
        key = _nfc(key)
        if super().__contains__(key):
            return self[key]
        if key in self._by_value:
            return self._by_value[key]
        paths = self._known.get(key)
        if paths is None:
            there = sorted({*self, *self._by_value})
            raise RequiresError(
                f"No required file {key!r}; there are: {', '.join(there) or 'none'}"
            )
        if len(paths) > 1:
            raise RequiresError(
                f"{key!r} could be each of {', '.join(sorted(paths))}; ask by the full name"
            )
        return paths[0]

    def __contains__(self, key: object) -> bool:
        key = _nfc(str(key))
        return (
            super().__contains__(key) or key in self._by_value or len(self._known.get(key, ())) == 1
        )

    def get(self, key: str, default: Any = None) -> Any:
        """As a dictionary's, with full names and mapped values too; a shared stem still raises
        `RequiresError`."""
        return self[key] if key in self or _nfc(key) in self._known else default


def requires(
    *task_ids: str | Iterable[str], ti: Any, missing: str | None = None, **context: Any
) -> Required:
    """The outputs of upstream tasks, as a dictionary of paths (`str`) by stem: ``requires("fetch",
    **context)``.

    A file is one entry; a folder gives what is in it at its first level, inner folders too (their
    paths end in a slash), hidden and temporary names left out, which the log says; of object
    storage only what the manifest names; a mapped task gives the outputs of all its instances,
    which are also had by mapped value: ``requires("history", **context)["00400007"]``. Any operator
    that returns a path, or a list of them, will do. Of the context only ``ti`` is needed.

    Raises `RequiresError` when an instance did not succeed (it is named; ``missing="skip"`` leaves
    it out), when a task left no path, or when what it names has vanished.
    """
    if missing not in (None, "skip"):
        raise ValueError(f'missing is None or "skip", not {missing!r}')
    wanted = [
        task_id for given in task_ids for task_id in ([given] if isinstance(given, str) else given)
    ]
    if not wanted:
        raise RequiresError("requires() was given no task id")
    entries: list[_Entry] = []
    outputs: dict[str, str] = {}
    for task_id in wanted:
        paths = _paths(task_id, _pulled(task_id, ti, missing), missing)
        find = _value_finder(task_id, ti, context)
        for path in paths:
            shown, inner = _entries(task_id, path)
            value = find(shown)
            entries += [_Entry(name, place, value) for name, place in inner]
            if value is not None:
                outputs[value] = shown
            _remember(shown, task_id)
    return Required(entries, outputs)


# --- what was required, for the maker's note


@contextlib.contextmanager
def recording(into: dict[str, str]) -> Iterator[None]:
    """While the block runs, what `requires` gives is put down: the task by the path of its
    output."""
    token = _record.set(into)
    try:
        yield
    finally:
        _record.reset(token)


def _remember(path: str, task_id: str) -> None:
    record = _record.get()
    if record is not None:
        record[path] = task_id


def checksums(required: Mapping[str, str]) -> dict[str, str]:
    """The checksum of each output that was required, by its path; of those that still stand."""
    from .why import checksum

    found = {path: checksum(path) for path in required}
    return {path: sha256 for path, sha256 in found.items() if sha256 is not None}


def checksums_now(note: Any, context: Mapping[str, Any]) -> dict[str, str | None]:
    """The same of what the note's inputs are at this moment."""
    from .why import checksum

    return {path: checksum(path) for path in note.inputs}


# --- what the tasks left


def _pulled(task_id: str, ti: Any, missing: str | None) -> Any:
    """The results of a task's instances that succeeded. Raises `RequiresError` for another one."""
    states = _states(task_id, ti)
    wrong = {name: state for name, state in states.items() if state != "success"}
    if wrong and missing is None:
        named = ", ".join(f"{_shown(name, task_id)} ({state})" for name, state in wrong.items())
        raise RequiresError(f'Not every instance succeeded: {named}; missing="skip" accepts that')
    if not wrong:
        return ti.xcom_pull(task_ids=task_id)
    indexes = [_index(name, task_id) for name in states if name not in wrong]
    if indexes == [None]:
        return ti.xcom_pull(task_ids=task_id)
    there = [index for index in indexes if index is not None]
    return ti.xcom_pull(task_ids=task_id, map_indexes=there) if there else []


def _states(task_id: str, ti: Any) -> dict[str, str]:
    """The state of each instance, by ``task`` or ``task_3``, in order; nothing where it cannot be
    asked."""
    ask = getattr(ti, "get_task_states", None)
    if ask is None:
        return {}
    told = ask(dag_id=ti.dag_id, task_ids=[task_id], run_ids=[ti.run_id]).get(ti.run_id, {})
    names = [name for name in told if name == task_id or _index(name, task_id) is not None]
    return {name: str(told[name]) for name in sorted(names, key=lambda n: _index(n, task_id) or 0)}


def _index(name: str, task_id: str) -> int | None:
    number = name[len(task_id) + 1 :]
    return int(number) if name.startswith(f"{task_id}_") and number.isdigit() else None


def _shown(name: str, task_id: str) -> str:
    index = _index(name, task_id)
    return task_id if index is None else f"{task_id}[{index}]"


def _paths(task_id: str, pulled: Any, missing: str | None) -> list[str]:
    results = (
        [pulled]
        if pulled is None or isinstance(pulled, (str, Mapping)) or not _is_list(pulled)
        else list(pulled)
    )
    flat = [path for result in results for path in (list(result) if _is_list(result) else [result])]
    if missing == "skip":
        flat = [path for path in flat if path is not None]
    elif not flat or any(path is None for path in flat):
        raise RequiresError(
            f"Task {task_id!r} left no result; did it run, and is it upstream of this one?"
        )
    for path in flat:
        if not isinstance(path, str) and not hasattr(path, "__fspath__") and "://" not in str(path):
            raise RequiresError(f"Task {task_id!r} returned no path: {path!r}")
    return [str(path) for path in flat]


def _is_list(value: Any) -> bool:
    return not isinstance(value, (str, bytes, Mapping, os.PathLike)) and isinstance(value, Iterable)


def _entries(task_id: str, path: str) -> tuple[str, list[tuple[str, str]]]:
    """The path with the slash that makes a folder, and what is in it."""
    # A path object that was put into an XCom has lost its slash: try both.
    for shown in [path] if path.endswith(("/", os.sep)) else [path, f"{path}/"]:
        output = Output(shown)
        if output.exists():
            kept = output.files()
            out = sorted(name for name in kept if output.is_folder and _is_left_out(name))
            told = [name for name in out if not name.startswith(".")]
            if told:
                _log.info("Left out of what %s gives: %s", task_id, ", ".join(told))
            return shown, [(name, inner) for name, inner in kept.items() if name not in out]
    raise RequiresError(f"The output of task {task_id!r} has vanished: {path}")


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.endswith(_TEMPORARY)


def _value_finder(task_id: str, ti: Any, context: Mapping[str, Any]) -> Callable[[str], str | None]:
    """A function from a mapped task's output path to the value it was mapped over, read back by the
    task's pattern."""
    dag = context.get("dag") or getattr(getattr(ti, "task", None), "dag", None)
    task = (getattr(dag, "task_dict", None) or {}).get(task_id)
    given: Mapping[str, Any] = getattr(task, "partial_kwargs", None) or {}
    pattern = given.get("output_pattern")
    constant = given.get("op_kwargs")
    fixed = {*(constant if isinstance(constant, Mapping) else ()), *DATES, "salt"}
    expression = matcher(pattern) if isinstance(pattern, str) else None

    def find(path: str) -> str | None:
        found = None if expression is None else expression.fullmatch(path)
        values = {} if found is None else found.groupdict()
        return ", ".join(text for name, text in values.items() if name not in fixed) or None

    return find


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
