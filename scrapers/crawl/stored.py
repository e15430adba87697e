"""A crawl folder in S3: no folders, no locks, no modes; listings, many requests at once,
conditional PUTs.

A file is one object. A folder output (the evidence of a failure) is a set of parts under a
manifest, see `operators.storage`. A lock is a lease of a minute (`operators.lease`), renewed as
long as its holder lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from operators.errors import storage_missing
from operators.output import Output, sweep
from scrapers.crawl.errors import CrawlUsageError
from scrapers.crawl.place import CrawlStore, HeldLock
from scrapers.settings import memory_folder

PARTS_AFTER = 600.0
"""Parts that no manifest names are a dead writer's when nothing was added for so long: an upload
takes seconds."""


class ObjectStore(CrawlStore):
    """A prefix in a bucket. The first request made through it is answered, or refused, within
    seconds."""

    is_remote = True

    def __init__(self, where: str) -> None:
        self.where = where.rstrip("/")
        scheme, _, rest = self.where.partition("://")
        bucket, *segments = rest.split("/")
        self._scheme = scheme
        self._bucket = bucket
        self._segments = segments
        if not bucket.rpartition("@")[2] or any(segment in ("", ".", "..") for segment in segments):
            raise CrawlUsageError(
                f"{where} is no address in an object store: s3://bucket/folder, or s3://connection@bucket/folder"
            )
        self._met = False

    @property
    def name(self) -> str:
        if not self._segments:
            raise CrawlUsageError(
                f"{self.where} is a whole bucket: name a folder in it, {self.where}/..."
            )
        return self._segments[-1]

    @property
    def beside(self) -> Path:
        return (
            memory_folder()
            / "crawls"
            / quote(f"{self._bucket.rpartition('@')[2]}/{'/'.join(self._segments)}", safe="")
        )

    def parent(self) -> ObjectStore:
        if not self._segments:
            raise CrawlUsageError(f"{self.where} is a whole bucket and lies in nothing")
        return self._near(self.where.rpartition("/")[0])

    def child(self, name: str) -> ObjectStore:
        return self._near(self.path(name))

    def _near(self, where: str) -> ObjectStore:
        place = ObjectStore(where)
        place._met = self._met
        return place

    def output(self, name: str, *, valid: Callable[[str], bool] | None = None) -> Output:
        self._meet()
        return Output(self.path(name), valid=valid)

    def read(self, name: str) -> bytes:
        content: bytes = self._meet().get(self.path(name))
        return content

    def read_many(self, names: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        found = self._meet().get_many([self.path(name) for name in names])
        for name, (_, text) in zip(names, found, strict=True):
            yield name, text

    def read_in_sets(self, names: Sequence[str], file: str) -> Iterator[tuple[str, bytes | None]]:
        from operators.storage import MANIFEST, inside_of

        inside = {}
        for name, (_, manifest) in zip(
            names, self.read_many([f"{name}/{MANIFEST}" for name in names]), strict=True
        ):
            prefix = inside_of(manifest)
            if prefix is not None:
                inside[name] = f"{name}/{prefix}{file}"
        texts = dict(self.read_many(list(inside.values())))
        for name in names:
            yield name, texts[inside[name]] if name in inside else None

    def files(self, folder: str = "") -> set[str]:
        return {name for name, told in self._list(folder).items() if told["type"] == "file"}

    def folders(self, folder: str = "") -> set[str]:
        return {name for name, told in self._list(folder).items() if told["type"] == "directory"}

    def exists(self, name: str) -> bool:
        return bool(self._meet().exists(self.path(name)))

    def remove(self, name: str) -> None:
        self._meet().remove(self.path(name))

    def remove_folder(self, name: str) -> None:
        self._meet().remove(self.path(name), below=True)

    def make(self) -> None:
        """There are no folders to make; whether the bucket can be had is asked."""
        self._meet()
        assert self.name

    def is_free(self) -> bool:
        return not self._list("")

    def lock(self, name: str, *, lost: Callable[[], object]) -> HeldLock:
        self._meet()
        return _StoredLock(self.path(name), lost)

    def is_locked(self, name: str, folder: str, suffix: str) -> bool:
        leases = [told for found, told in self._list("").items() if found == name]
        leases += [
            told
            for found, told in self._list(folder).items()
            if found.startswith(".") and found.endswith(suffix)
        ]
        from operators.lease import is_alive

        return any(is_alive(told) for told in leases)

    def sweep(self) -> list[str]:
        self._meet()
        return [
            f"{folder}/{name}"
            for folder in ("failed", "pages")
            for name in sweep(f"{self.where}/{folder}/", recursive=True, foreign_after=PARTS_AFTER)
        ]

    def stamps(self, folders: Iterable[str]) -> dict[str, str]:
        return {
            f"{folder}/{name}".lstrip(
                "/"
            ): f"{told['size']} {told.get('ETag') or told.get('LastModified')}"
            for folder in folders
            for name, told in self._list(folder).items()
            if told["type"] == "file"
        }

    def _list(self, folder: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self._meet().list_in(
            self.path(folder) if folder else self.where
        )
        return found

    def _meet(self) -> Any:
        """The module that asks the store; the first time, after a short question whether it can be
        had at all."""
        try:
            from operators import objects
        except ImportError as error:
            raise storage_missing(self.where) from error
        if not self._met:
            objects.contact(self.where)
            self._met = True
        return objects


class _StoredLock(HeldLock):
    def __init__(self, path: str, lost: Callable[[], object]) -> None:
        from operators.lease import Lease

        self._lease = Lease(path, lost=lost)

    @property
    def is_lost(self) -> bool:
        return self._lease.is_lost

    def acquire(self, stop: threading.Event) -> None:
        self._lease.acquire()

    def release(self) -> None:
        self._lease.release()
