"""The folder of one crawl: where everything lies, which crawl it is, and who works in it.

It lies on this machine or in an object store (`scrapers.crawl.place`). Every file in it is written
through `operators.output.produce`; on this machine with mode 0600 in folders of mode 0700 under any
umask."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from operators.errors import StoreError
from operators.lock import LockHeldError
from operators.output import Output, Produced, produce_text
from scrapers.crawl.errors import CrawlUsageError, FolderInUseError, OtherCrawlError
from scrapers.crawl.info import CrawlInfo, Identity
from scrapers.crawl.keys import file_name, key_of, key_of_file, name_of
from scrapers.crawl.persons import InvalidFileError, is_person, parse_person, text_of
from scrapers.crawl.place import CrawlStore, LocalStore, Where
from scrapers.crawl.roster import (
    FrozenRoster,
    InvalidRosterError,
    PeopleList,
    parse_list,
    parse_roster,
)
from scrapers.crawl.stores import place_of
from scrapers.halves import Half, PersonFile
from scrapers.roster import Roster
from scrapers.version import version

_LOCK = ".crawl.lock"
_LOG = "crawl.log"
_OURS = {_LOCK, _LOG, "practice", "tasks"}
"""What may stand in a folder that no crawl has begun in yet."""


class CrawlFolder:
    """One crawl's folder: a path, or ``s3://[connection@]bucket/...``. Making the object touches
    nothing.

    ``where`` is the folder as it is given to ``--out``, also ``str()`` of it. Raises
    CrawlUsageError for an address that cannot be one."""

    def __init__(self, where: Where | CrawlStore) -> None:
        self.place = where if isinstance(where, CrawlStore) else place_of(where)
        self._failed: dict[Half, set[str]] = {}
        self._held = 0
        self._guard = threading.Lock()

    def __str__(self) -> str:
        return self.place.where

    @property
    def where(self) -> str:
        """The folder as it is given to ``--out``."""
        return self.place.where

    @property
    def path(self) -> Path:
        """The folder as a path of this machine. Raises CrawlUsageError for one in an object
        store."""
        if not isinstance(self.place, LocalStore):
            raise CrawlUsageError(f"{self.where} is no folder of this machine")
        return self.place.root

    @property
    def name(self) -> str:
        """The crawl's name: the folder's own, without what it lies in."""
        return self.place.name

    def beside(self) -> Path:
        """The folder of this machine for what is no part of the crawl (``crawl.log``, what practice
        portals remember), made.

        It is the crawl folder itself, or for one in a store a folder below ``XDG_STATE_HOME``
        (``~/.local/state``)."""
        LocalStore(self.place.beside).make()
        return self.place.beside

    # --- which crawl it is ------------------------------------------------------------------------

    def info(self) -> CrawlInfo | None:
        """What ``crawl.json`` says, None where no crawl has begun. Raises CrawlUsageError for a
        file that is not readable."""
        try:
            return CrawlInfo.model_validate_json(self.place.read("crawl.json"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except StoreError:
            raise
        except (ValidationError, OSError) as error:
            raise CrawlUsageError(
                f"{self.place.path('crawl.json')} is not readable: {str(error).splitlines()[0]}"
            ) from error

    def check(self, identity: Identity) -> CrawlInfo | None:
        """The crawl that stands here, None for a free place. Raises OtherCrawlError, or
        CrawlUsageError for somebody else's folder."""
        info = self.info()
        if info is not None:
            if info.identity != identity:
                raise OtherCrawlError(
                    f"{self} is the crawl {info.identity}, asked for was {identity}: "
                    "give another --out, or what that crawl was begun with"
                )
            return info
        strangers = sorted((self.place.files() | self.place.folders()) - _OURS)
        if strangers:
            raise CrawlUsageError(
                f"{self} is no crawl folder and not empty ({strangers[0]} stands in it)"
            )
        return None

    def open(self, identity: Identity, *, as_of: dt.date, now: dt.datetime) -> CrawlInfo:
        """Begin the crawl here, or go on with it. Raises OtherCrawlError, CrawlUsageError, or
        OSError when it cannot be written."""
        info = self.check(identity)
        if info is None:
            info = CrawlInfo(
                identity=identity,
                hash=identity.short_hash,
                version=version(),
                created_at=now,
                as_of=as_of,
            )
            self.write_info(info)
        if isinstance(self.place, LocalStore):
            self.place.root.chmod(0o700)
        return info

    def write_info(self, info: CrawlInfo) -> None:
        """Put ``crawl.json`` in place."""
        self.write_text("crawl.json", info.model_dump_json(indent=1) + "\n", replace=True)

    # --- who works in it --------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, stop: threading.Event | None = None, *, name: str = _LOCK) -> Iterator[None]:
        """Hold the folder (or, with ``name``, a chunk of it) as long as the block runs; nested
        calls of one object join.

        On this machine the lock is the operating system's and dies with its holder; in a store it
        is a lease of a minute, and ``stop`` is set when somebody else has taken it over. Raises
        FolderInUseError, in that case at the end of the block."""
        stop = stop or threading.Event()
        with self._guard:
            self._held += 1
            outermost = self._held == 1
        lock = None
        try:
            if outermost:
                self.make()
                lock = self.place.lock(name, lost=stop.set)
                try:
                    lock.acquire(stop)
                except LockHeldError as error:
                    who = f" ({error.strerror})" if error.strerror else ""
                    raise FolderInUseError(
                        f"{self} is in use: "
                        f"another process is working in it{who} (see: cj status {self})"
                    ) from None
            yield
            if lock is not None and lock.is_lost:
                raise FolderInUseError(
                    f"{self} was taken over by another process, "
                    "because this one was not heard of for too long"
                )
        finally:
            if lock is not None:
                lock.release()
            with self._guard:
                self._held -= 1

    def running(self) -> bool:
        """Whether somebody works in it now, on the whole or on a chunk of it."""
        return self.place.is_locked(_LOCK, "chunks", ".lock")

    def make(self) -> None:
        """Make the folder and its missing parents, for the owner only. Raises OSError when it
        cannot be had."""
        self.place.make()

    def discard_unbegun(self) -> None:
        """Remove what stands in a folder in which no crawl could begin, and the folder if nothing
        else is in it."""
        if not isinstance(self.place, LocalStore) or self.place.exists("crawl.json"):
            return
        with contextlib.suppress(OSError):
            for name in (_LOCK, _LOG):
                self.place.remove(name)
            self.place.remove_folder("practice")
            self.place.root.rmdir()

    def sweep(self) -> list[str]:
        """Remove what dead writers left, wherever it lies in the folder; the names."""
        return self.place.sweep()

    # --- the roster -------------------------------------------------------------------------------

    def roster(self) -> FrozenRoster | None:
        """The frozen roster, None where there is none. Raises CrawlUsageError for one that stands
        and cannot be read: the crawl's people are known to nobody then."""
        for name, parse in (("roster.json", parse_roster), ("people.json", parse_list)):
            try:
                return parse(self.place.read(name))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except InvalidRosterError as error:
                raise CrawlUsageError(
                    f"{self.place.path(name)} is not readable ({error}): restore it from a backup, "
                    "or begin a new crawl in another folder"
                ) from None
        return None

    def freeze(self, whom: Roster | PeopleList) -> FrozenRoster:
        """Put the portal's roster (``roster.json``) or the user's list (``people.json``) in place;
        the first one stands."""
        name = "roster.json" if isinstance(whom, Roster) else "people.json"
        self.write_text(name, whom.model_dump_json(indent=1) + "\n")
        frozen = self.roster()
        assert frozen is not None
        return frozen

    # --- the people -------------------------------------------------------------------------------

    def person_name(self, half: Half, key: str) -> str:
        """The name of the person's file, relative to the folder."""
        return f"{half}/{file_name(key)}"

    def person_path(self, half: Half, key: str) -> Path:
        """Where the person's file is, or will be, in a folder of this machine."""
        return self.path / self.person_name(half, key)

    def person_output(self, half: Half, key: str) -> Output:
        """The person's file as an output: complete only when it validates in full."""
        return self.place.output(
            self.person_name(half, key), valid=lambda path: is_person(path, half, key)
        )

    def read(self, half: Half, key: str) -> PersonFile | None:
        """The person's file, None where there is none or it is not valid."""
        with contextlib.suppress(FileNotFoundError, InvalidFileError):
            return parse_person(self.place.read(self.person_name(half, key)), half, key)
        return None

    def texts(self, half: Half, keys: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """These people's files as they stand, None where there is none; in a store many are asked
        for at once."""
        names = {self.person_name(half, key): key for key in keys}
        for name, text in self.place.read_many(list(names)):
            yield names[name], text

    def read_many(self, half: Half, keys: Iterable[str]) -> Iterator[tuple[str, PersonFile | None]]:
        """These people's files, as `read` gives them."""
        for key, text in self.texts(half, keys):
            yield key, _person(text, half, key)

    def keys(self, half: Half) -> set[str]:
        """The keys of all files there, by one look at the folder; whether they are valid is another
        question."""
        return self._keys_in(half)

    # --- failures ---------------------------------------------------------------------------------

    def failed_name(self, half: Half, key: str) -> str:
        """The name of the folder with the evidence of a failed person."""
        return f"failed/{half}/{name_of(key)}"

    def failed_keys(self, half: Half) -> set[str]:
        """The keys of all who failed and have not been got since."""
        keys = {
            key_of(name)
            for name in self.place.folders(f"failed/{half}")
            if not name.startswith(".")
        }
        self._failed.setdefault(half, set()).update(keys)
        return keys

    def failed_output(self, half: Half, key: str) -> Output:
        """The evidence of a failed person as an output."""
        self._failed.setdefault(half, set()).add(key)
        return self.place.output(f"{self.failed_name(half, key)}/")

    def forget_failed(self, half: Half, key: str) -> None:
        """Remove the entry of somebody who failed before and is known now.

        In a store it is looked for only where this object has seen one: every person would cost a
        request, and what another process has left meanwhile is removed by the next run."""
        if not self.place.is_remote or key in self._failed.get(half, ()):
            self.place.remove_folder(self.failed_name(half, key))

    # --- not found, but not proved yet ------------------------------------------------------------

    def unproved_keys(self, half: Half) -> set[str]:
        """The keys of all that wait for a control search."""
        return self._keys_in(f"unconfirmed/{half}")

    def keep_unproved(self, half: Half, file: PersonFile) -> None:
        """Put a ``not_found`` where it waits."""
        self.write_text(self._unproved(half, file.key), text_of(file), replace=True)

    def read_unproved(
        self, half: Half, keys: Iterable[str]
    ) -> Iterator[tuple[str, PersonFile | None]]:
        """What waits of these people, None where it is gone or not valid."""
        names = {self._unproved(half, key): key for key in keys}
        for name, text in self.place.read_many(list(names)):
            yield names[name], _person(text, half, names[name])

    def drop_unproved(self, half: Half, key: str) -> None:
        """It waits no longer."""
        self.place.remove(self._unproved(half, key))

    def _unproved(self, half: Half, key: str) -> str:
        return f"unconfirmed/{half}/{file_name(key)}"

    # --- writing ----------------------------------------------------------------------------------

    def write_text(
        self,
        name: str,
        text: str,
        *,
        replace: bool = False,
        valid: Callable[[str], bool] | None = None,
    ) -> Produced:
        """Put a text file in place, whole or not at all."""
        return produce_text(self.place.output(name, valid=valid), text, replace=replace)

    def _keys_in(self, folder: str) -> set[str]:
        return {key for name in self.place.files(folder) if (key := key_of_file(name)) is not None}


def _person(text: bytes | None, half: Half, key: str) -> PersonFile | None:
    with contextlib.suppress(InvalidFileError):
        return None if text is None else parse_person(text, half, key)
    return None
