"""What a task requires: the files of its upstream tasks, by stem."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import RequiresError
from .output import Output

__all__ = ["Required", "requires"]

_TEMPORARY = ("~", ".tmp", ".part", ".crdownload", ".swp")


class Required(dict[str, str]):
    """Paths by stem; each also by its full name, which is the only key where two files share a
    stem.

    Asking for a shared stem or name raises `RequiresError` naming the files; asking for nothing
    known raises it naming what there is."""

    def __init__(self, paths: Iterable[tuple[str, str]]) -> None:
        self._by_name: dict[str, list[str]] = {}
        by_stem: dict[str, list[str]] = {}
        for name, path in paths:
            self._by_name.setdefault(name, []).append(path)
            by_stem.setdefault(os.path.splitext(name)[0], []).append(path)
        self._by_stem = by_stem
        super().__init__()
        for name, same in self._by_name.items():
            stem = os.path.splitext(name)[0]
            if len(by_stem[stem]) == 1:
                self[stem] = same[0]
            elif len(same) == 1:
                self[name] = same[0]
            else:
                self.update((path, path) for path in same)

    def __missing__(self, key: str) -> str:
        paths = self._by_name.get(key) or self._by_stem.get(key)
        if paths is None:
            raise RequiresError(
                f"No required file {key!r}; there are: {', '.join(sorted(self)) or 'none'}"
            )
        if len(paths) > 1:
            raise RequiresError(
                f"{key!r} could be each of {', '.join(sorted(paths))}; ask by the full name"
            )
        return paths[0]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or len(self._by_name.get(str(key), ())) == 1

    def get(self, key: str, default: Any = None) -> Any:
        """As a dictionary's, with full names too; a shared stem still raises `RequiresError`."""
        known = key in self or key in self._by_name or key in self._by_stem
        return self[key] if known else default


def requires(*task_ids: str | Iterable[str], ti: Any, **_context: Any) -> Required:
    """The outputs of upstream tasks, as a dictionary of paths (`str`) by stem: ``requires("fetch",
    **context)``.

    A file is one entry; a folder gives what is in it at its first level, inner folders too, hidden
    and temporary names left out; of object storage only what the manifest names; a mapped task
    gives the outputs of all its instances. Any operator that returns a path, or a list of them,
    will do. Of the context only ``ti`` is needed.

    Raises `RequiresError` when a task left no path, or what it names has vanished.
    """
    wanted = [
        task_id for given in task_ids for task_id in ([given] if isinstance(given, str) else given)
    ]
    if not wanted:
        raise RequiresError("requires() was given no task id")
    return Required(
        entry
        for task_id in wanted
        for path in _paths(task_id, ti.xcom_pull(task_ids=task_id))
        for entry in _entries(task_id, path)
    )


def _paths(task_id: str, pulled: Any) -> list[str]:
    results = (
        [pulled]
        if pulled is None or isinstance(pulled, (str, Mapping)) or not _is_list(pulled)
        else list(pulled)
    )
    flat = [path for result in results for path in (list(result) if _is_list(result) else [result])]
    if not flat or any(path is None for path in flat):
        raise RequiresError(
            f"Task {task_id!r} left no result; did it run, and is it upstream of this one?"
        )
    for path in flat:
        if not isinstance(path, str) and not hasattr(path, "__fspath__") and "://" not in str(path):
            raise RequiresError(f"Task {task_id!r} returned no path: {path!r}")
    return [str(path) for path in flat]


def _is_list(value: Any) -> bool:
    return not isinstance(value, (str, bytes, Mapping, os.PathLike)) and isinstance(value, Iterable)


def _entries(task_id: str, path: str) -> list[tuple[str, str]]:
    # A path object that was put into an XCom has lost its slash: try both.
    for shown in [path] if path.endswith(("/", os.sep)) else [path, f"{path}/"]:
        output = Output(shown)
        if output.exists():
            kept = output.files().items()
            return [
                (name, inner)
                for name, inner in kept
                if not (output.is_folder and _is_left_out(name))
            ]
    raise RequiresError(f"The output of task {task_id!r} has vanished: {path}")


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.endswith(_TEMPORARY)
