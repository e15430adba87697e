"""Object storage: the first writer wins, and what is whole has a manifest.

A file is written on this machine and uploaded in one conditional PUT. A folder's files go to
``<root>/<name>``, under their own names, so that a reader who knows nothing of us finds them; last
of all ``<root>/_SUCCESS`` is put, a JSON manifest of names, sizes, checksums and ETags. The folder
exists when the manifest does and what it names stands as it says. One writer at a time uploads: it
holds the lease ``<root>/_WRITING``, which names what it is about to put. A writer that died leaves
that lease, so the next one, or `sweep_stored`, knows which objects were its own. Objects that
neither a manifest nor a lease of ours names are never overwritten or removed.

Replacing a folder takes its manifest away first: until the new one stands there is no output, as a
store cannot exchange many objects in one step.

Sets of the first format (parts below ``<root>/parts/<attempt>/``) are still read.

Conditional creation is asked of the file system as fsspec's ``mode="create"``: S3 (s3fs with
botocore above 1.35.20) does it in the store. For other stores see docs/operators.md."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import checksum, lease, objects
from .errors import NotAnOutputError
from .local import LocalWrite
from .lock import LockHeldError
from .note import LONGEST, Note
from .objects import at

__all__ = ["MANIFEST", "WRITING", "StoredPlace", "at", "inside_of", "sweep_stored"]

MANIFEST = "_SUCCESS"
WRITING = "_WRITING"
_PARTS = "parts"
_FIRST, _FORMAT = "cj-report-card/1", "idempatomic/2"
_ATTEMPT = re.compile("[0-9a-f]{16}")
_LOOK = 0.2
_NOTE = "idempatomic-note"
_log = logging.getLogger(__name__)


class StoredPlace:
    """Where one output stands in an object store; the counterpart of
    `operators.local.LocalTarget`."""

    def __init__(self, path: str, *, is_folder: bool, scratch: str | None) -> None:
        self._root = path.rstrip("/")
        if self._root.count("/") < 3 or self._root.endswith(("/.", "/..")):
            raise ValueError(f"Not a name for an output: {path!r}")
        self._name = self._root.rsplit("/", 1)[1]
        self._is_folder = is_folder
        self._scratch = scratch or tempfile.gettempdir()

    def exists(self) -> bool:
        """Whether the object stands, or for a set its manifest and all that it names. A
        ``_SUCCESS`` that is not ours is `NotAnOutputError`."""
        if not self._is_folder:
            return objects.exists(self._root)
        manifest = self.manifest()
        return manifest is not None and not _missing(self._root, manifest)

    def files(self) -> dict[str, str]:
        """The first level of what the manifest names: files, and inner folders as prefixes that end
        in a slash. An object is its own entry."""
        if not self._is_folder:
            return {self._name: self._root} if self.exists() else {}
        manifest = self.manifest()
        if manifest is None:
            return {}
        inside = f"{self._root}/{_inside(manifest)}"
        heads = [file["name"].partition("/") for file in manifest["files"]]
        return {name: f"{inside}{name}{slash}" for name, slash, _ in sorted(heads)}

    def checksums(self) -> dict[str, str]:
        """The sha256 of every file by its name: from the manifest, or of the object read."""
        if self._is_folder:
            manifest = self.manifest()
            return (
                {}
                if manifest is None
                else {file["name"]: file["sha256"] for file in manifest["files"]}
            )
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy")
            with open(copy, "wb") as file:
                file.write(objects.get(self._root))
            return {self._name: checksum.of_file(copy)}

    def note(self) -> Note | None:
        """The maker's note: the set's in its manifest, the object's in its metadata."""
        with contextlib.suppress(FileNotFoundError):
            if not self._is_folder:
                return Note.parse(objects.metadata(self._root).get(_NOTE, ""))
            manifest = self.manifest()
            told = None if manifest is None else manifest.get("note")
            return None if told is None else Note.parse(json.dumps(told))
        return None

    def put_note(self, made: Note) -> None:
        """Nothing: in a store a note is written with its output alone."""

    def size(self) -> int:
        """Bytes of what stands."""
        if not self._is_folder:
            return int(objects.info(self._root)["size"])
        return sum(file["size"] for file in (self.manifest() or {"files": []})["files"])

    def manifest(self) -> dict[str, Any] | None:
        """What was published, or None. Raises `NotAnOutputError` for a ``_SUCCESS`` of another
        program."""
        return _manifest(self._root)

    @contextlib.contextmanager
    def writing(self) -> Iterator[StoredWrite]:
        """A temporary on this machine for one output, gone at the end."""
        local = LocalWrite(
            os.path.join(os.path.abspath(self._scratch), self._name),
            self._scratch,
            is_folder=self._is_folder,
            mode=None,
        )
        try:
            yield (StoredFolder if self._is_folder else StoredFile)(self._root, local)
        finally:
            local.remove()


class StoredWrite:
    """One output being written: locally at ``path``; then `complete`, then `create` or `replace`
    uploads it."""

    def __init__(self, root: str, local: LocalWrite) -> None:
        self._root = root
        self._local = local
        self._made: Note | None = None
        self.path = local.path

    def complete(self) -> None:
        """See `operators.local.LocalWrite.complete`."""
        self._local.complete()

    def settle(self) -> None:
        """Nothing: what is uploaded need not be on this machine's disk."""

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing: note and output are one object, or one manifest."""
        yield

    def checksums(self) -> tuple[dict[str, str], int]:
        """See `operators.local.LocalWrite.checksums`."""
        return self._local.checksums()

    def put_note(self, made: Note | None) -> None:
        """Keep the note for the upload."""
        self._made = made


class StoredFile(StoredWrite):
    """One object."""

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Upload unless a valid object stands: whether ours does now.

        An invalid one is copied to ``.<name>.invalid`` first. Two writers who both find it invalid
        may replace it one after the other: there is no lock in the store."""
        try:
            objects.put_file(self.path, self._root, create=True, metadata=self._metadata())
        except FileExistsError:
            if standing_is_valid():
                return False
            parent, _, name = self._root.rpartition("/")
            with contextlib.suppress(FileNotFoundError):
                objects.put(f"{parent}/.{name}.invalid", objects.get(self._root))
            self.replace()
        return True

    def replace(self) -> None:
        """Upload over what stands: one PUT, which a reader sees before or after."""
        objects.put_file(self.path, self._root, metadata=self._metadata())

    def _metadata(self) -> dict[str, str]:
        return {} if self._made is None else {_NOTE: self._made.text(LONGEST)}


class StoredFolder(StoredWrite):
    """A set of objects under one manifest."""

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Upload and publish unless a valid set stands: whether ours does now."""
        if standing_is_valid():
            return False  # without a lease: nothing is written
        with self._turn() as turn:
            if standing_is_valid():
                return False
            turn.put()
        return True

    def replace(self) -> None:
        """Upload and publish over what stands. If that fails in the middle there is no output: a
        store cannot exchange many objects in one step."""
        with self._turn() as turn:
            turn.put()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[_Turn]:
        """The lease on this folder. Waits while somebody else, alive, uploads."""
        names = checksum.of_folder(self.path)
        claim = f"{self._root}/{WRITING}"
        pause = threading.Event()
        while True:
            ours = self._ours(names)  # before the claim: what it names is ours from then on
            held = lease.Lease(claim, more={"files": sorted({*names, *ours})})
            try:
                held.acquire()
                break
            except LockHeldError:
                pause.wait(_LOOK)
        turn = _Turn(self._root, self.path, held, names, ours, self._made)
        try:
            yield turn
        except BaseException:
            if turn.undo():
                held.release()
            else:
                held.abandon()  # it names what stands, for the next writer and the sweeper
            raise
        held.release()

    def _ours(self, names: Mapping[str, str]) -> set[str]:
        """What outputs put, or are about to put. Raises `NotAnOutputError` if something else has
        one of the names."""
        if names.keys() & {MANIFEST, WRITING}:
            raise NotAnOutputError(f"{self._root}/ keeps the names {MANIFEST} and {WRITING}")
        foreign: set[str] = set()
        for _ in range(2):  # a writer that just gave up may have removed its own in between
            # In this order: a writer claims an object before it puts it there, and publishes it
            # before it gives up the claim.
            standing = objects.find(self._root).keys()
            ours = _claimed(f"{self._root}/{WRITING}") | _named(_manifest(self._root))
            foreign = (names.keys() & standing) - ours
            if not foreign:
                return ours
        raise NotAnOutputError(
            f"{self._root}/ holds {', '.join(sorted(foreign))}, which no output put there; nothing"
            " was written"
        )


class _Turn:
    """One writer's turn at a set of objects, under its lease. ``ours``: what an output or a dead
    writer put, or was about to put."""

    def __init__(
        self,
        root: str,
        folder: str,
        held: lease.Lease,
        names: Mapping[str, str],
        ours: set[str],
        made: Note | None,
    ) -> None:
        self._made = made
        self._root = root
        self._folder = folder
        self._held = held
        self._names = names
        self._ours = ours
        self._new: set[str] = set()
        self._is_undoable = True

    def put(self) -> None:
        """Upload everything, remove what the set before had more, publish."""
        standing = objects.find(self._root)
        if MANIFEST in standing:
            self._is_undoable = False
            objects.remove(f"{self._root}/{MANIFEST}")
        for name in sorted(self._names):
            self._check()
            tag = standing[name].get("ETag") if name in standing else None
            self._new.add(name)
            objects.put_file(
                os.path.join(self._folder, *name.split("/")),
                f"{self._root}/{name}",
                create=name not in standing,
                unless_changed=tag,
            )
        for name in sorted((self._ours & standing.keys()) - self._names.keys()):
            objects.remove(f"{self._root}/{name}")
        self._check()
        found = objects.find(self._root)
        files = [self._line(name, found.get(name, {})) for name in sorted(self._names)]
        told: dict[str, Any] = {"format": _FORMAT, "files": files}
        if self._made is not None:
            told["note"] = json.loads(self._made.text())
        text = json.dumps(told, indent=1)
        objects.put(f"{self._root}/{MANIFEST}", text.encode())

    def undo(self) -> bool:
        """Remove what was put, unless it took the place of a set; whether nothing of it is left."""
        if not self._is_undoable or self._held.is_lost:
            return False
        try:
            for name in sorted(self._new):
                objects.remove(f"{self._root}/{name}")
        except OSError as error:
            _log.warning("Objects nobody will read are left for the sweeper: %s", error)
            return False
        return True

    def _line(self, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
        size = os.path.getsize(os.path.join(self._folder, *name.split("/")))
        return {"name": name, "size": size, "sha256": self._names[name], "etag": told.get("ETag")}

    def _check(self) -> None:
        if self._held.is_lost:
            raise LockHeldError(
                0, f"{self._root}/ is written by somebody else, as we were away for too long"
            )


def inside_of(manifest: bytes | None) -> str | None:
    """Below a set's root, the prefix of the files that its manifest names: nothing, or for sets of
    the first format their parts; None for no manifest, and for another program's."""
    told = None if manifest is None else _parse(manifest)
    return None if told is None else _inside(told)


def sweep_stored(path: str, *, older_than: float, recursive: bool = False) -> list[str]:
    """Remove what dead writers put and nobody published, untouched for that many seconds; the
    names, relative to ``path``: each dead lease with the objects that it names, and parts of the
    first format that no manifest names.

    Of the set at ``path``; with ``recursive`` of every set below it as well."""
    root, now = path.rstrip("/"), time.time()
    found = objects.find(root)

    def is_old(name: str) -> bool:
        return now - objects.changed(found[name], otherwise=now) >= older_than

    taken: list[str] = []
    claims = [name for name in found if name.rpartition("/")[2] == WRITING and is_old(name)]
    for claim in sorted(claims):
        inner = claim[: -len(WRITING)]
        if inner and not recursive:
            continue
        manifest = _manifest(f"{root}/{inner}".rstrip("/"))
        for name in sorted(_claimed(f"{root}/{claim}") - _named(manifest)):
            if f"{inner}{name}" in found and is_old(f"{inner}{name}"):
                objects.remove(f"{root}/{inner}{name}")
                taken.append(f"{inner}{name}")
        objects.remove(f"{root}/{claim}")
        taken.append(claim)
    return taken + _sweep_parts(root, found, is_old, recursive)


def _sweep_parts(
    root: str, found: Mapping[str, Any], is_old: Callable[[str], bool], recursive: bool
) -> list[str]:
    """Parts of the first format that no manifest names."""
    fresh: dict[tuple[str, str], bool] = {}
    for name in found:
        inner, _, rest = f"/{name}".partition(f"/{_PARTS}/")
        attempt, inside, _ = rest.partition("/")
        if inside and _ATTEMPT.fullmatch(attempt) and (recursive or not inner):
            which = inner, f"{_PARTS}/{attempt}"
            fresh[which] = fresh.get(which, False) or not is_old(name)
    taken = []
    for (inner, attempt), is_fresh in sorted(fresh.items()):
        with contextlib.suppress(NotAnOutputError):
            manifest = _manifest(f"{root}{inner}")
            if not is_fresh and (manifest is None or _inside(manifest) != f"{attempt}/"):
                objects.remove(f"{root}{inner}/{attempt}", below=True)
                taken.append(f"{inner}/{attempt}".lstrip("/"))
    return taken


def _inside(manifest: Mapping[str, Any]) -> str:
    return f"{_PARTS}/{manifest['attempt']}/" if manifest["format"] == _FIRST else ""


def _named(manifest: Mapping[str, Any] | None) -> set[str]:
    """The objects below the root that a manifest of ours accounts for."""
    return {_inside(manifest) + file["name"] for file in manifest["files"]} if manifest else set()


def _manifest(root: str) -> dict[str, Any] | None:
    try:
        text = objects.get(f"{root}/{MANIFEST}")
    except FileNotFoundError:
        return None
    manifest = _parse(text)
    if manifest is None:
        raise NotAnOutputError(f"{root}/{MANIFEST} was written by another program")
    return manifest


def _missing(root: str, manifest: Mapping[str, Any]) -> list[str]:
    """What the manifest names and does not stand as it says. Parts are never changed, so they are
    not looked for."""
    if manifest["format"] == _FIRST or not manifest["files"]:
        return []
    standing = objects.find(root)
    return [
        file["name"]
        for file in manifest["files"]
        if file["name"] not in standing
        or standing[file["name"]].get("size") != file["size"]
        or standing[file["name"]].get("ETag") != file["etag"]
    ]


def _claimed(claim: str) -> set[str]:
    """The names that the holder of a lease was about to put."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        told = json.loads(objects.get(claim))
        if isinstance(told, dict) and isinstance(told.get("files"), list):
            return {str(name) for name in told["files"]}
    return set()


def _parse(manifest: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError):
        told = json.loads(manifest)
        if isinstance(told, dict) and told.get("format") in (_FIRST, _FORMAT):
            return told
    return None
