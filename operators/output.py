"""One atomic, idempotent output: wholly there or not there, and made only once.

    outcome = produce(Output("data/odyssey/00400001.json"), scrape_person, key="00400001")

`produce` is the Airflow operator's ``execute()`` without Airflow. This module needs neither Airflow
nor, for paths on a file system, anything beyond the standard library."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import checksum
from .errors import InvalidOutputError, NotAnOutputError, storage_missing
from .local import LocalTarget
from .note import Note, now
from .running import finished, refuse_generators
from .temporary import FOREIGN_AFTER, sweep_folder

__all__ = [
    "InvalidOutputError",
    "NotAnOutputError",
    "Output",
    "Produced",
    "produce",
    "produce_json",
    "produce_text",
    "sweep",
]

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]+)://")
_log = logging.getLogger(__name__)


class Output:
    """A place for one output, and what makes it complete.

    Parameters
    ----------
    path: a file; ending in ``/`` (on Windows also ``\\``) a folder; ``s3://bucket/key`` and the
    like an object, or with
        the slash a set of objects. It is kept exactly as given. A link is written through. An empty
        file is an output.
    valid: one's own completeness check, given the path; without it, being there is enough. Also
    applied, on the
        temporary, to what is about to be committed.
    mode: permissions of the file, or of the files of a folder (whose folders get the matching
    ``x``), whatever the
        umask; parent folders that have to be made get it too. Without it the umask decides.
    scratch: a folder to write in first, when the target's file system is slow or far. Default:
    beside the target.

    Raises `ValueError` for a path that names nothing (empty, ``/``, ``..``) and for ``mode`` with
    an object path."""

    def __init__(
        self,
        path: str,
        *,
        valid: Callable[[str], bool] | None = None,
        mode: int | None = None,
        scratch: str | None = None,
    ) -> None:
        if not isinstance(path, str):
            raise TypeError(
                "An output's path is a str (a Path loses the slash that makes a folder), not "
                f"{path!r}"
            )
        self.path = path
        self.is_folder = path.endswith(("/", os.sep))
        self._valid = valid
        self._place: Any = _place(path, is_folder=self.is_folder, mode=mode, scratch=scratch)

    def exists(self) -> bool:
        """Whether the output is complete: there and, with ``valid=``, valid. It is read at most
        once.

        What ``valid`` raises passes through, except a `FileNotFoundError`: then it has just
        vanished."""
        return bool(self._place.exists()) and self._passes(self.path)

    def files(self) -> dict[str, str]:
        """What a folder holds at its first level, name to path; of a stored set, only what its
        manifest names."""
        return dict(self._place.files())

    def fingerprint(self) -> tuple[int, str]:
        """How many files it has, and one checksum: a file's sha256, or of many that of their
        ``sha256sum`` listing."""
        sums: dict[str, str] = self._place.checksums()
        return len(sums), _one_checksum(sums, self)

    def note(self) -> Note | None:
        """The note of who made it, if an operator did; also where the output itself is gone."""
        made: Note | None = self._place.note()
        return made

    def note_that_fits(self) -> Note | None:
        """The note, if its checksum is that of what stands: all of it is read."""
        made = self.note()
        return made if made is not None and self.fingerprint()[1] == made.sha256 else None

    def quick_checksum(self) -> str:
        """Its checksum: from the note where that has the size of what stands, else by reading
        all."""
        made = self.note()
        if made is not None and made.size == self._place.size():
            return made.sha256
        return self.fingerprint()[1]

    def _passes(self, path: str) -> bool:
        if self._valid is None:
            return True
        try:
            return bool(self._valid(path))
        except FileNotFoundError:
            return False  # it went away between the two looks

    def __repr__(self) -> str:
        return f"Output({self.path!r})"


@dataclass(frozen=True)
class Produced:
    """What `produce` did: the path as given; whether the output that stands is another call's; our
    callable's value."""

    path: str
    previously_completed: bool
    value: object


def produce(
    output: Output, call: Callable[..., object], *, replace: bool = False, **kwargs: object
) -> Produced:
    """Make the output unless it is complete, by ``call(output_path=<temporary path>, **kwargs)``.

    The temporary has the output's own name, so its suffix too, in a private folder; for a folder it
    is there, empty, and ends in a slash. A callable that leaves it untouched makes an empty output,
    a success mark. Anything raised by the callable passes through and leaves nothing behind.

    Of several writers the first to commit wins, and the others report its output
    (``previously_completed``, their own value dropped). An output that stands but is not valid is
    set aside as ``.<name>.invalid`` when ours is ready. ``replace=True`` calls in any case and
    commits over what stands.

    A coroutine function is run to its end; a generator is refused.

    Raises `NotAnOutputError`, `InvalidOutputError`, `NeverRanError`, or the operating
    system's `OSError`.
    """
    if "output_path" in kwargs:
        raise TypeError("output_path is given by produce")
    return produce_noted(output, lambda path: call(output_path=path, **kwargs), call, replace)


def produce_noted(
    output: Output,
    run: Callable[[str], object],
    call: Callable[..., object],
    replace: bool,
    noted: Callable[[], Note] | None = None,
) -> Produced:
    """`produce` as the operators need it: ``run`` gets the temporary path, and ``noted``, asked
    after it ran, gives the maker's note, which is completed with the size and checksum."""
    refuse_generators(call)
    if not replace and output.exists():
        return Produced(output.path, True, None)
    with output._place.writing() as write:
        value = finished(run(write.path), call)
        write.complete()
        if not output._passes(write.path):
            raise InvalidOutputError(
                f"What {_name(call)} wrote for {output.path!r} is not a valid output; not committed"
            )
        write.settle()
        made = None if noted is None else noted()
        won = _committed(output, write, replace, made)
        if not won:
            _log.info("Another writer was first, its output stands: %s", output.path)
            return Produced(output.path, True, None)
    return Produced(output.path, False, value)


def _committed(output: Output, write: Any, replace: bool, made: Note | None) -> bool:
    """Commit, with the note if there is one; whether ours stands now."""
    if made is None:
        return _commit(output, write, replace)
    sums, size = write.checksums()
    made = dataclasses.replace(
        made, files=len(sums), size=size, sha256=_one_checksum(sums, output), when=now()
    )
    with write.alone():
        if not replace and output.exists():
            return False
        before = output.note()
        write.put_note(made)
        won = False
        try:
            won = _commit(output, write, replace)
        finally:
            if not won:  # it failed, or an ordinary `produce`, which asks for no lock, was first
                write.put_note(before)
        return won


def _commit(output: Output, write: Any, replace: bool) -> bool:
    if replace:
        write.replace()
        return True
    return bool(write.create(output.exists))


def produce_text(output: Output, text: str, *, replace: bool = False) -> Produced:
    """Make a file of exactly this text, in UTF-8, by `produce`; line ends stay as they are given.

    Raises what `produce` raises, and `UnicodeEncodeError` for a lone surrogate."""
    content = text.encode("utf-8")

    def write(output_path: str) -> None:
        with open(output_path, "wb") as file:
            file.write(content)

    return produce(output, write, replace=replace)


def produce_json(
    output: Output, value: object, *, replace: bool = False, indent: int | None = 1
) -> Produced:
    """Make a file of this value as JSON by `produce`: UTF-8, letters as they are, a line end last.

    A lone surrogate is written as its escape, which every reader of JSON takes. Raises what
    `produce` raises, and `TypeError` or `ValueError` for what JSON cannot hold (NaN too)."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    if not _is_utf8(text):
        text = json.dumps(value, indent=indent, allow_nan=False)
    return produce_text(output, f"{text}\n", replace=replace)


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def sweep(
    folder: str, *, recursive: bool = False, foreign_after: float = FOREIGN_AFTER
) -> list[str]:
    """Remove what dead writers left in ``folder`` (with ``recursive``, below it too); their names,
    relative to it.

    A temporary is taken when its lock can be had, so its writer is dead: process ids play no part.
    Those of another kernel run (another machine on a shared file system, or before a reboot), and
    all on a file system without locks, are taken when nothing in them has changed for
    ``foreign_after`` seconds (default three days). A folder that a dead writer was replacing
    without exchange is put back. Where ``folder`` is a stored set (``s3://.../``), parts that its
    manifest does not name go by the same age."""
    if _SCHEME.match(folder):
        from .storage import sweep_stored

        return sweep_stored(folder, older_than=foreign_after, recursive=recursive)
    return sweep_folder(folder, recursive=recursive, foreign_after=foreign_after)


def _one_checksum(sums: dict[str, str], output: Output) -> str:
    one = len(sums) == 1 and not output.is_folder
    return next(iter(sums.values())) if one else checksum.of_listing(sums)


def _place(path: str, *, is_folder: bool, mode: int | None, scratch: str | None) -> object:
    scheme = _SCHEME.match(path)
    if scheme is None:
        return LocalTarget(path, is_folder=is_folder, mode=mode, scratch=scratch)
    if scheme.group(1).lower() in ("file", "local"):
        raise ValueError(f"Write a path on this machine without its scheme: {path!r}")
    if mode is not None:
        raise ValueError(f"mode= means nothing for objects: {path!r}")
    try:
        from .storage import StoredPlace
    except ImportError as error:
        raise storage_missing(path) from error
    return StoredPlace(path, is_folder=is_folder, scratch=scratch)


def _name(call: Callable[..., object]) -> str:
    with contextlib.suppress(AttributeError):
        return str(call.__name__)
    return repr(call)
