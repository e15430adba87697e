"""The folder of one crawl: where everything lies, which crawl it is, and who works in it.

Every file in it is written through `operators.output.produce`, with mode 0600 in folders of mode 0700 under any umask.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from operators.lock import Lock, LockHeld, LocksUnsupported
from operators.output import Output, Produced, produce, sweep
from scrapers.crawl.errors import FolderInUse, OtherCrawl, WrongUse
from scrapers.crawl.info import CrawlInfo, Identity
from scrapers.crawl.keys import file_name, key_of, key_of_file, name_of
from scrapers.crawl.outcomes import Half
from scrapers.crawl.persons import InvalidFile, PersonFile, is_person, read_person
from scrapers.crawl.roster import Frozen, InvalidRoster, PeopleList, frozen_jail, parse_jail, parse_list
from scrapers.version import version

if TYPE_CHECKING:
    from scrapers.jail.roster import Roster

MODE = 0o600
_LOCK = ".crawl.lock"
_LOG = "crawl.log"
_OURS = {_LOCK, _LOG, "practice", "tasks"}
"""What may stand in a folder that no crawl has begun in yet."""


class CrawlFolder:
    """One crawl's folder. Making the object touches nothing."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._held = 0
        self._guard = threading.Lock()

    # --- which crawl it is -------------------------------------------------------------------------------

    def info(self) -> CrawlInfo | None:
        """What ``crawl.json`` says, None where no crawl has begun. Raises WrongUse for a file that is not readable."""
        try:
            return CrawlInfo.model_validate_json(self._file("crawl.json").read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValidationError, OSError) as error:
            raise WrongUse(
                f"{self._file('crawl.json')} is not readable: {str(error).splitlines()[0]}"
            ) from error

    def check(self, identity: Identity) -> CrawlInfo | None:
        """The crawl that stands here, None for a free place. Raises OtherCrawl, or WrongUse for somebody else's folder."""
        info = self.info()
        if info is not None:
            if info.identity != identity:
                raise OtherCrawl(
                    f"{self.path} is the crawl {info.identity}, asked for was {identity}: "
                    "give another --out, or what that crawl was begun with"
                )
            return info
        if self.path.is_dir():
            strangers = sorted(set(os.listdir(self.path)) - _OURS)
            if strangers:
                raise WrongUse(f"{self.path} is no crawl folder and not empty ({strangers[0]} stands in it)")
        return None

    def open(self, identity: Identity, *, as_of: dt.date, now: dt.datetime) -> CrawlInfo:
        """Begin the crawl here, or go on with it. Raises OtherCrawl, WrongUse, or OSError when it cannot be written."""
        info = self.check(identity)
        if info is None:
            info = CrawlInfo(
                identity=identity, hash=identity.short_hash, version=version(), created_at=now, as_of=as_of
            )
            self.write_info(info)
        self.path.chmod(0o700)
        return info

    def write_info(self, info: CrawlInfo) -> None:
        """Put ``crawl.json`` in place."""
        self.write_text("crawl.json", info.model_dump_json(indent=1) + "\n", replace=True)

    # --- who works in it ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, stop: threading.Event | None = None, *, name: str = _LOCK) -> Iterator[None]:
        """Hold the folder (or, with ``name``, a chunk of it) as long as the block runs; nested calls of one object join.

        The lock is the operating system's and dies with its holder. Raises FolderInUse.
        """
        with self._guard:
            self._held += 1
            outermost = self._held == 1
        lock = Lock(str(self.path / name), mode=MODE)
        try:
            if outermost:
                self.make()
                (self.path / name).parent.mkdir(0o700, exist_ok=True)
                self._acquire(lock, stop or threading.Event())
            yield
        finally:
            lock.release()
            with self._guard:
                self._held -= 1

    def _acquire(self, lock: Lock, stop: threading.Event) -> None:
        for _ in range(10):
            try:
                return lock.acquire(wait=False)
            except LocksUnsupported:
                return None
            except LockHeld:
                # Somebody who only asks whether it is held has it for an instant, so one refusal proves nothing.
                stop.wait(0.1)
        raise FolderInUse(
            f"{self.path} is in use: another process is working in it (see: cj status {self.path})"
        )

    def running(self) -> bool:
        """Whether somebody works in it now, on the whole or on a chunk of it."""
        locks = [self.path / _LOCK, *(self.path / "chunks").glob(".*.lock")]
        return any(_is_held(lock) for lock in locks if lock.exists())

    def make(self) -> None:
        """Make the folder and its missing parents, for the owner only."""
        missing = [self.path, *self.path.parents]
        for place in reversed([place for place in missing if not place.exists()]):
            with contextlib.suppress(FileExistsError):
                place.mkdir(0o700)
                place.chmod(0o700)

    def discard_unbegun(self) -> None:
        """Remove what stands in a folder in which no crawl could begin, and the folder if nothing else is in it."""
        if is_crawl_folder(self.path):
            return
        with contextlib.suppress(OSError):
            for name in (_LOCK, _LOG):
                (self.path / name).unlink(missing_ok=True)
            shutil.rmtree(self.path / "practice", ignore_errors=True)
            self.path.rmdir()

    def sweep(self) -> list[str]:
        """Remove the temporaries of dead writers, wherever they lie in the folder; their names."""
        return sweep(str(self.path), recursive=True)

    # --- the roster --------------------------------------------------------------------------------------

    def roster(self) -> Frozen | None:
        """The frozen roster, None where there is none or it is not whole."""
        for name, parse in (("roster.json", parse_jail), ("people.json", parse_list)):
            with contextlib.suppress(FileNotFoundError, InvalidRoster):
                return parse(self._file(name).read_bytes())
        return None

    def freeze_jail(self, roster: Roster) -> Frozen:
        """Put ``roster.json`` in place; the first one stands."""
        self.write_text("roster.json", roster.model_dump_json(indent=1) + "\n", valid=_parses(parse_jail))
        return self.roster() or frozen_jail(roster)

    def freeze_list(self, people: PeopleList) -> Frozen:
        """Put ``people.json`` in place; the first one stands."""
        self.write_text("people.json", people.model_dump_json(indent=1) + "\n", valid=_parses(parse_list))
        frozen = self.roster()
        assert frozen is not None
        return frozen

    # --- the people --------------------------------------------------------------------------------------

    def person_path(self, half: Half, key: str) -> Path:
        """Where the person's file is, or will be."""
        return self.path / half / file_name(key)

    def person_output(self, half: Half, key: str) -> Output:
        """The person's file as an output: complete only when it validates in full."""
        return Output(
            str(self.person_path(half, key)), valid=lambda path: is_person(path, half, key), mode=MODE
        )

    def read(self, half: Half, key: str) -> PersonFile | None:
        """The person's file, None where there is none or it is not valid."""
        try:
            return read_person(self.person_path(half, key), half, key)
        except (FileNotFoundError, InvalidFile):
            return None

    def keys(self, half: Half) -> set[str]:
        """The keys of all files there, by one look at the folder; whether they are valid is another question."""
        return self._keys_in(self.path / half)

    # --- failures ----------------------------------------------------------------------------------------

    def failed_path(self, half: Half, key: str) -> Path:
        """Where the evidence of a failed person lies."""
        return self.path / "failed" / half / name_of(key)

    def failed_keys(self, half: Half) -> set[str]:
        """The keys of all who failed and have not been got since."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self.path / "failed" / half) as entries:
            return {
                key_of(entry.name) for entry in entries if not entry.name.startswith(".") and entry.is_dir()
            }
        return set()

    def forget_failed(self, half: Half, key: str) -> None:
        """Remove the entry of somebody who failed before and is known now."""
        shutil.rmtree(self.failed_path(half, key), ignore_errors=True)

    # --- not found, but not proved yet ---------------------------------------------------------------------

    def unproved_path(self, half: Half, key: str) -> Path:
        """Where a ``not_found`` waits for the control search."""
        return self.path / "unconfirmed" / half / file_name(key)

    def unproved_keys(self, half: Half) -> set[str]:
        """The keys of all that wait for a control search."""
        return self._keys_in(self.path / "unconfirmed" / half)

    # --- writing -----------------------------------------------------------------------------------------

    def write_text(
        self,
        name: str,
        text: str,
        *,
        replace: bool = False,
        valid: Callable[[str], bool] | None = None,
    ) -> Produced:
        """Put a text file in place, whole or not at all."""
        output = Output(str(self._file(name)), valid=valid, mode=MODE)
        return produce(output, _write, replace=replace, text=text)

    def _file(self, name: str) -> Path:
        return self.path / name

    def _keys_in(self, place: Path) -> set[str]:
        with contextlib.suppress(FileNotFoundError), os.scandir(place) as entries:
            return {key for entry in entries if (key := key_of_file(entry.name)) is not None}
        return set()


def _is_held(path: Path) -> bool:
    lock = Lock(str(path), mode=MODE)
    try:
        lock.acquire(wait=False)
    except LockHeld:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _write(output_path: str, text: str) -> None:
    Path(output_path).write_text(text, encoding="utf-8")


def _parses(parse: Callable[[bytes], Frozen]) -> Callable[[str], bool]:
    def valid(path: str) -> bool:
        try:
            parse(Path(path).read_bytes())
        except InvalidRoster:
            return False
        return True

    return valid


def is_crawl_folder(path: Path) -> bool:
    """Whether a crawl has begun there."""
    return (path / "crawl.json").is_file()
