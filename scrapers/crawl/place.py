"""The store of a crawl folder: the operations that a folder on this machine and one in an object
store both have, and the local one.

`scrapers.crawl.stores.place_of` picks the store for an address. Names have forward slashes:
``jail/00400001.json``. Files are written through ``output(...)`` and
`operators.output.produce`."""

from __future__ import annotations

import abc
import contextlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from operators.lock import Lock, LockHeldError, LocksUnsupportedError
from operators.output import Output, sweep
from scrapers.crawl.errors import CrawlUsageError

MODE = 0o600
"""Of files on this machine; folders have the matching 0700. In a store the bucket's policy
decides."""
Where = str | os.PathLike[str]
"""A path, or ``s3://[connection@]bucket/...`` (always a str: a Path would lose a slash)."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_LOST_SLASH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/[^/]")
_STORES = {"s3", "s3a"}
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_PIECE = 1 << 16


class HeldLock(abc.ABC):
    """A lock on a place: `acquire`, then `release` (harmless when nothing is held)."""

    @abc.abstractmethod
    def acquire(self, stop: threading.Event) -> None:
        """Take it. Raises `operators.lock.LockHeldError`, with who holds it where that is known;
        ``stop`` ends the waiting."""

    @abc.abstractmethod
    def release(self) -> None:
        """Let go."""

    @property
    @abc.abstractmethod
    def is_lost(self) -> bool:
        """Whether somebody else has it by now, because this machine was not heard of for too
        long."""


class CrawlStore(abc.ABC):
    """A folder of files. Making the object touches nothing."""

    where: str
    """As it is given to ``--out``, without a slash at the end."""
    is_remote = False
    """Whether each question is a request over a network."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its last segment."""

    @property
    @abc.abstractmethod
    def beside(self) -> Path:
        """The folder of this machine for what is no part of the crawl: the log, and what practice
        portals remember."""

    @abc.abstractmethod
    def parent(self) -> CrawlStore:
        """The place it lies in."""

    @abc.abstractmethod
    def child(self, name: str) -> CrawlStore:
        """The place of that name in it."""

    def path(self, name: str) -> str:
        """The full path or address of what has that name."""
        return f"{self.where}/{name}"

    @abc.abstractmethod
    def output(self, name: str, *, valid: Callable[[str], bool] | None = None) -> Output:
        """What has that name as an output; a name that ends in a slash is a folder, in a store a
        set of objects."""

    @abc.abstractmethod
    def read(self, name: str) -> bytes:
        """The file. Raises FileNotFoundError."""

    @abc.abstractmethod
    def read_many(self, names: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Each of the files in the order given, None where there is none; in a store many are asked
        for at once."""

    @abc.abstractmethod
    def read_in_sets(self, names: Sequence[str], file: str) -> Iterator[tuple[str, bytes | None]]:
        """The file of that name in each of these folders (outputs whose names end in a slash), None
        where there is none."""

    @abc.abstractmethod
    def files(self, folder: str = "") -> set[str]:
        """The names of the files right in that folder, hidden ones too; by one listing. Nothing
        there: none."""

    @abc.abstractmethod
    def folders(self, folder: str = "") -> set[str]:
        """The same of the folders."""

    @abc.abstractmethod
    def exists(self, name: str) -> bool:
        """Whether that file stands."""

    @abc.abstractmethod
    def remove(self, name: str) -> None:
        """Remove the file; nothing there is no error."""

    @abc.abstractmethod
    def remove_folder(self, name: str) -> None:
        """Remove the folder and all in it; nothing there is no error."""

    @abc.abstractmethod
    def make(self) -> None:
        """Make it and what it lies in, where places have to be made. Raises OSError when it cannot
        be had."""

    @abc.abstractmethod
    def is_free(self) -> bool:
        """Whether nothing has that name."""

    @abc.abstractmethod
    def lock(self, name: str, *, lost: Callable[[], object]) -> HeldLock:
        """A lock of that name; ``lost`` is called if somebody else takes it over while it is
        held."""

    @abc.abstractmethod
    def is_locked(self, name: str, folder: str, suffix: str) -> bool:
        """Whether somebody holds the lock of that name, or one of the hidden ones in ``folder``
        that end so."""

    @abc.abstractmethod
    def sweep(self) -> list[str]:
        """Remove what dead writers left, wherever it lies in the place; the names."""

    @abc.abstractmethod
    def stamps(self, folders: Iterable[str]) -> dict[str, str]:
        """Every file right in these folders, by name, with what changes whenever the file does; one
        listing each."""

    def __str__(self) -> str:
        return self.where


class LocalStore(CrawlStore):
    """A folder of this machine."""

    def __init__(self, path: Where) -> None:
        self.root = Path(path)
        self.where = str(self.root)

    @property
    def name(self) -> str:
        return self.root.resolve().name

    @property
    def beside(self) -> Path:
        return self.root

    def parent(self) -> LocalStore:
        return LocalStore(self.root.resolve().parent)

    def child(self, name: str) -> LocalStore:
        return LocalStore(self.root / name)

    def output(self, name: str, *, valid: Callable[[str], bool] | None = None) -> Output:
        return Output(self.path(name), valid=valid, mode=MODE)

    def read(self, name: str) -> bytes:
        return _content(self.path(name))

    def read_many(self, names: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        for name in names:
            try:
                yield name, self.read(name)
            except (FileNotFoundError, NotADirectoryError):
                yield name, None

    def read_in_sets(self, names: Sequence[str], file: str) -> Iterator[tuple[str, bytes | None]]:
        for name, (_, text) in zip(
            names, self.read_many([f"{name}/{file}" for name in names]), strict=True
        ):
            yield name, text

    def files(self, folder: str = "") -> set[str]:
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            os.scandir(self.root / folder) as entries,
        ):
            return {entry.name for entry in entries if not entry.is_dir()}
        return set()

    def folders(self, folder: str = "") -> set[str]:
        with (
            contextlib.suppress(FileNotFoundError, NotADirectoryError),
            os.scandir(self.root / folder) as entries,
        ):
            return {entry.name for entry in entries if entry.is_dir()}
        return set()

    def exists(self, name: str) -> bool:
        return os.path.isfile(self.path(name))

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def remove_folder(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def make(self) -> None:
        missing = [self.root, *self.root.parents]
        for place in reversed([place for place in missing if not place.exists()]):
            with contextlib.suppress(FileExistsError):
                place.mkdir(0o700)
                place.chmod(0o700)

    def is_free(self) -> bool:
        return not self.root.exists()

    def lock(self, name: str, *, lost: Callable[[], object]) -> HeldLock:
        return _LocalLock(self.root / name)

    def is_locked(self, name: str, folder: str, suffix: str) -> bool:
        locks = [self.root / name, *(self.root / folder).glob(f".*{suffix}")]
        return any(_is_held(lock) for lock in locks if lock.exists())

    def sweep(self) -> list[str]:
        return sweep(self.where, recursive=True)

    def stamps(self, folders: Iterable[str]) -> dict[str, str]:
        found = {}
        for folder in folders:
            for name in self.files(folder):
                path = f"{folder}/{name}".lstrip("/")
                with contextlib.suppress(FileNotFoundError):
                    told = os.stat(self.path(path))
                    found[path] = f"{told.st_size} {told.st_mtime_ns}"
        return found


class _LocalLock(HeldLock):
    """The operating system's lock on a file, which dies with its holder."""

    is_lost = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock(str(path), mode=MODE)

    def acquire(self, stop: threading.Event) -> None:
        self._path.parent.mkdir(0o700, exist_ok=True)
        for _ in range(10):
            try:
                return self._lock.acquire(wait=False)
            except LocksUnsupportedError:
                return None
            except LockHeldError:
                # Somebody who only asks whether it is held has it for an instant, so one refusal
                # proves nothing.
                stop.wait(0.1)
        raise LockHeldError(0, "")

    def release(self) -> None:
        self._lock.release()


def _is_held(path: Path) -> bool:
    lock = Lock(str(path), mode=MODE)
    try:
        lock.acquire(wait=False)
    except LockHeldError:
        return True
    except OSError:
        return False
    lock.release()
    return False


def is_stored(where: Where) -> bool:
    """Whether that is an address in an object store. Raises CrawlUsageError for one that cannot be
    used."""
    text = os.fspath(where)
    scheme = _SCHEME.match(text)
    if scheme is None:
        if _LOST_SLASH.match(text):
            raise CrawlUsageError(
                f"{text}: an address in an object store is s3://bucket/folder, "
                "and in Python a str, not a Path"
            )
        return False
    if scheme.group(1) not in _STORES:
        raise CrawlUsageError(
            f"{text}: a crawl lies in a folder of this machine or in S3 (s3://bucket/folder)"
        )
    return True


def read_at(path: str | os.PathLike[str]) -> bytes:
    """The file at a path or an address (the ``valid=`` of outputs is given either). Raises
    FileNotFoundError."""
    text = os.fspath(path)
    if _SCHEME.match(text):
        from operators.objects import get

        return get(text)
    return _content(text)


def _content(path: str) -> bytes:
    """The file at that path by the system calls alone: half the price of a file object, 100,000
    times over."""
    file = os.open(path, _READ)
    try:
        pieces = [os.read(file, _PIECE)]
        while piece := os.read(file, _PIECE):
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(file)
