"""Object storage: nothing partial after an exception, the first writer wins, readers see what a
manifest names.

A file is written on this machine and uploaded in one conditional PUT. A folder's files go below
``<root>/parts/<attempt>/``; then one conditional PUT of ``<root>/_SUCCESS`` publishes them: a JSON
manifest of names, sizes and checksums. The folder exists when the manifest does. What losers and
dead writers uploaded is not named by it; `sweep_parts` removes it by age, as object stores have no
locks.

Conditional creation is asked of the file system as fsspec's ``mode="create"``: S3 (s3fs with
botocore above 1.35.20) does it in the store. For other stores see docs/operators.md."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from operators import checksum, objects
from operators.errors import NotAnOutputError
from operators.local import LocalWrite
from operators.objects import at

__all__ = ["MANIFEST", "PARTS", "StoredPlace", "at", "parts_named", "sweep_parts"]

MANIFEST = "_SUCCESS"
PARTS = "parts"
_FORMAT = "cj-report-card/1"
_ATTEMPT = re.compile("[0-9a-f]{16}")
_log = logging.getLogger(__name__)


class StoredPlace:
    """Where one output stands in an object store; the counterpart of
    `operators.local.LocalPlace`."""

    def __init__(self, path: str, *, is_folder: bool, scratch: str | None) -> None:
        self._root = path.rstrip("/")
        if self._root.count("/") < 3 or self._root.endswith(("/.", "/..")):
            raise ValueError(f"Not a name for an output: {path!r}")
        self._name = self._root.rsplit("/", 1)[1]
        self._is_folder = is_folder
        self._scratch = scratch or tempfile.gettempdir()

    def exists(self) -> bool:
        """Whether the object stands, or for a set its manifest. A ``_SUCCESS`` that is not ours is
        `NotAnOutputError`."""
        if self._is_folder:
            return self.manifest() is not None
        return objects.exists(self._root)

    def files(self) -> dict[str, str]:
        """The first level of what the manifest names: files, and inner folders as prefixes. An
        object is its own entry."""
        if not self._is_folder:
            return {self._name: self._root} if self.exists() else {}
        manifest = self.manifest()
        if manifest is None:
            return {}
        inside = f"{self._root}/{PARTS}/{manifest['attempt']}"
        names = {file["name"].split("/", 1)[0] for file in manifest["files"]}
        return {name: f"{inside}/{name}" for name in sorted(names)}

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

    def manifest(self) -> dict[str, Any] | None:
        """What was published, or None. Raises `NotAnOutputError` for a ``_SUCCESS`` of another
        program."""
        try:
            text = objects.get(f"{self._root}/{MANIFEST}")
        except FileNotFoundError:
            return None
        manifest = _parse(text)
        if manifest is None:
            raise NotAnOutputError(f"{self._root}/{MANIFEST} was written by another program")
        return manifest

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
            yield (StoredFolder if self._is_folder else StoredFile)(
                self._root, local, self.manifest
            )
        finally:
            local.remove()


class StoredWrite:
    """One output being written: locally at ``path``; then `complete`, then `create` or `replace`
    uploads it."""

    def __init__(
        self, root: str, local: LocalWrite, manifest: Callable[[], dict[str, Any] | None]
    ) -> None:
        self._root = root
        self._local = local
        self._manifest = manifest
        self.path = local.path

    def complete(self) -> None:
        """See `operators.local.LocalWrite.complete`."""
        self._local.complete()


class StoredFile(StoredWrite):
    """One object."""

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Upload unless a valid object stands: whether ours does now.

        An invalid one is copied to ``.<name>.invalid`` first. Two writers who both find it invalid
        may replace it one after the other: there is no lock in the store."""
        try:
            objects.put_file(self.path, self._root, create=True)
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
        objects.put_file(self.path, self._root)


class StoredFolder(StoredWrite):
    """A set of objects under one manifest."""

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Upload and publish unless a valid manifest stands: whether ours does now."""
        attempt = self._upload()
        try:
            self._publish(attempt, create=True)
        except FileExistsError:
            # The client repeats a PUT whose answer was lost, and is then told that it exists: ours,
            # if it names us.
            standing = self._manifest()
            if standing is not None and standing["attempt"] == attempt["attempt"]:
                return True
            if standing_is_valid():
                self._drop(attempt)
                return False
            self._publish(attempt)
        return True

    def replace(self) -> None:
        """Upload and publish over what stands. The old parts stay for their readers until they are
        swept."""
        self._publish(self._upload())

    def _upload(self) -> dict[str, Any]:
        attempt: dict[str, Any] = {"format": _FORMAT, "attempt": secrets.token_hex(8), "files": []}
        try:
            for name, sha256 in sorted(checksum.of_folder(self.path).items()):
                local = os.path.join(self.path, *name.split("/"))
                objects.put_file(local, f"{self._root}/{PARTS}/{attempt['attempt']}/{name}")
                attempt["files"].append(
                    {"name": name, "size": os.path.getsize(local), "sha256": sha256}
                )
        except BaseException:
            self._drop(attempt)
            raise
        return attempt

    def _publish(self, attempt: dict[str, Any], *, create: bool = False) -> None:
        objects.put(
            f"{self._root}/{MANIFEST}", json.dumps(attempt, indent=1).encode(), create=create
        )

    def _drop(self, attempt: dict[str, Any]) -> None:
        if not attempt["files"]:
            return
        left = f"{self._root}/{PARTS}/{attempt['attempt']}"
        try:
            objects.remove(left, below=True)
        except OSError as error:
            _log.warning("Parts nobody will read were left for the sweeper: %s (%s)", left, error)


def parts_named(manifest: bytes | None) -> str | None:
    """Below a set's root, the prefix of the parts that its manifest names; None for none, and for
    another program's."""
    told = None if manifest is None else _parse(manifest)
    return None if told is None else f"{PARTS}/{told['attempt']}"


def sweep_parts(path: str, *, older_than: float, recursive: bool = False) -> list[str]:
    """Remove parts that no manifest names and nobody added to for that many seconds; their names,
    relative to ``path``.

    Of the set at ``path``; with ``recursive`` of every set below it as well, as far as their parts
    are named as ours are."""
    root, now = path.rstrip("/"), time.time()
    newest: dict[tuple[str, str], float] = {}
    for name, told in objects.find(root if recursive else f"{root}/{PARTS}").items():
        name = name if recursive else f"{PARTS}/{name}"
        inner, _, rest = f"/{name}".partition(f"/{PARTS}/")
        attempt, inside, _ = rest.partition("/")
        if inside and (not recursive or _ATTEMPT.fullmatch(attempt)):
            which = inner, f"{PARTS}/{attempt}"
            newest[which] = max(newest.get(which, 0.0), objects.changed(told, otherwise=now))
    old = [which for which, changed in sorted(newest.items()) if now - changed >= older_than]
    sets = sorted({inner for inner, _ in old})
    standing = dict(
        zip(sets, objects.get_many([f"{root}{inner}/{MANIFEST}" for inner in sets]), strict=True)
    )
    taken = []
    for inner, attempt in old:
        _, manifest = standing[inner]
        if manifest is not None and parts_named(manifest) in (None, attempt):
            continue  # in use, or another program's
        objects.remove(f"{root}{inner}/{attempt}", below=True)
        taken.append(f"{inner}/{attempt}".lstrip("/"))
    return taken


def _parse(manifest: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError):
        told = json.loads(manifest)
        if isinstance(told, dict) and told.get("format") == _FORMAT:
            return told
    return None
