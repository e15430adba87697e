"""Object storage: nothing partial after an exception, the first writer wins, readers see what a manifest names.

A file is written on this machine and uploaded in one conditional PUT. A folder's files go below
``<root>/parts/<attempt>/``; then one conditional PUT of ``<root>/_SUCCESS`` publishes them: a JSON manifest of names,
sizes and checksums. The folder exists when the manifest does. What losers and dead writers uploaded is not
named by it; `sweep_parts` removes it by age, as object stores have no locks.

Conditional creation is asked of the file system as fsspec's ``mode="create"``: S3 (s3fs with botocore above 1.35.20) does
it in the store. For other stores see docs/operators.md.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from upath import UPath

from operators import checksum
from operators.connection import storage_options
from operators.errors import NotAnOutput
from operators.local import LocalWrite

__all__ = ["MANIFEST", "StoredPlace", "at", "sweep_parts"]

MANIFEST = "_SUCCESS"
PARTS = "parts"
_FORMAT = "cj-report-card/1"
_log = logging.getLogger(__name__)


def at(path: str) -> UPath:
    """The object or prefix of ``scheme://[connection@]bucket/key`` as a universal path, ready to open.

    The part before the ``@`` is an Airflow connection, whose login, password and extras become the store's options.
    Without it the store's own environment decides. Raises `ValueError` when no bucket is named.
    """
    scheme, _, rest = path.partition("://")
    head, slash, key = rest.partition("/")
    connection, _, bucket = head.rpartition("@")
    if not bucket:
        raise ValueError(f"No bucket in {path!r}")
    options = storage_options(scheme, connection) if connection else {}
    place: UPath = UPath(f"{scheme}://{bucket}{slash}{key}", **options)
    return place


class StoredPlace:
    """Where one output stands in an object store; the counterpart of `operators.local.LocalPlace`."""

    def __init__(self, path: str, *, is_folder: bool, scratch: str | None) -> None:
        self._root = path.rstrip("/")
        if self._root.count("/") < 3 or self._root.endswith(("/.", "/..")):
            raise ValueError(f"Not a name for an output: {path!r}")
        self._name = self._root.rsplit("/", 1)[1]
        self._is_folder = is_folder
        self._scratch = scratch or tempfile.gettempdir()

    def exists(self) -> bool:
        """Whether the object stands, or for a set its manifest. A ``_SUCCESS`` that is not ours is `NotAnOutput`."""
        if self._is_folder:
            return self.manifest() is not None
        here = at(self._root)
        with contextlib.suppress(FileNotFoundError):
            here.fs.invalidate_cache()
            return bool(here.fs.info(here.path)["type"] == "file")
        return False

    def files(self) -> dict[str, str]:
        """The first level of what the manifest names: files, and inner folders as prefixes. An object is its own entry."""
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
            return {} if manifest is None else {file["name"]: file["sha256"] for file in manifest["files"]}
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy")
            here = at(self._root)
            here.fs.get_file(here.path, copy)
            return {self._name: checksum.of_file(copy)}

    def manifest(self) -> dict[str, Any] | None:
        """What was published, or None. Raises `NotAnOutput` for a ``_SUCCESS`` of another program."""
        here = at(f"{self._root}/{MANIFEST}")
        here.fs.invalidate_cache()
        try:
            text = here.fs.cat_file(here.path)
        except FileNotFoundError:
            return None
        with contextlib.suppress(ValueError):
            manifest = json.loads(text)
            if isinstance(manifest, dict) and manifest.get("format") == _FORMAT:
                return manifest
        raise NotAnOutput(f"{self._root}/{MANIFEST} was written by another program")

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
            yield (StoredFolder if self._is_folder else StoredFile)(self._root, local, self.manifest)
        finally:
            local.remove()


class StoredWrite:
    """One output being written: locally at ``path``; then `complete`, then `create` or `replace` uploads it."""

    def __init__(self, root: str, local: LocalWrite, manifest: Callable[[], dict[str, Any] | None]) -> None:
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

        An invalid one is copied to ``.<name>.invalid`` first. Two writers who both find it invalid may replace it one
        after the other: there is no lock in the store.
        """
        try:
            self._put("create")
        except FileExistsError:
            if standing_is_valid():
                return False
            parent, _, name = self._root.rpartition("/")
            here = at(self._root)
            here.fs.copy(here.path, at(f"{parent}/.{name}.invalid").path)
            self.replace()
        return True

    def replace(self) -> None:
        """Upload over what stands: one PUT, which a reader sees before or after."""
        self._put("overwrite")

    def _put(self, mode: str) -> None:
        here = at(self._root)
        here.fs.put_file(self.path, here.path, mode=mode)


class StoredFolder(StoredWrite):
    """A set of objects under one manifest."""

    def create(self, standing_is_valid: Callable[[], bool]) -> bool:
        """Upload and publish unless a valid manifest stands: whether ours does now."""
        attempt = self._upload()
        try:
            self._publish(attempt, "create")
        except FileExistsError:
            # The client repeats a PUT whose answer was lost, and is then told that it exists: ours, if it names us.
            standing = self._manifest()
            if standing is not None and standing["attempt"] == attempt["attempt"]:
                return True
            if standing_is_valid():
                self._drop(attempt)
                return False
            self._publish(attempt, "overwrite")
        return True

    def replace(self) -> None:
        """Upload and publish over what stands. The old parts stay for their readers until they are swept."""
        self._publish(self._upload(), "overwrite")

    def _upload(self) -> dict[str, Any]:
        attempt: dict[str, Any] = {"format": _FORMAT, "attempt": secrets.token_hex(8), "files": []}
        try:
            for name, sha256 in sorted(checksum.of_folder(self.path).items()):
                local = os.path.join(self.path, *name.split("/"))
                here = at(f"{self._root}/{PARTS}/{attempt['attempt']}/{name}")
                here.fs.put_file(local, here.path)
                attempt["files"].append({"name": name, "size": os.path.getsize(local), "sha256": sha256})
        except BaseException:
            self._drop(attempt)
            raise
        return attempt

    def _publish(self, attempt: dict[str, Any], mode: str) -> None:
        here = at(f"{self._root}/{MANIFEST}")
        here.fs.pipe_file(here.path, json.dumps(attempt, indent=1).encode(), mode=mode)

    def _drop(self, attempt: dict[str, Any]) -> None:
        if not attempt["files"]:
            return
        here = at(f"{self._root}/{PARTS}/{attempt['attempt']}")
        try:
            here.fs.rm(here.path, recursive=True)
        except OSError as error:
            _log.warning("Parts nobody will read were left for the sweeper: %s (%s)", here, error)


def sweep_parts(path: str, *, older_than: float) -> list[str]:
    """Remove parts of the set at ``path`` that its manifest does not name and nobody added to for that many seconds."""
    place = StoredPlace(path, is_folder=True, scratch=None)
    manifest = place.manifest()
    root = at(f"{path.rstrip('/')}/{PARTS}")
    root.fs.invalidate_cache()
    newest: dict[str, float] = {}
    for found, info in root.fs.find(root.path, detail=True).items():
        attempt = found[len(root.path) :].strip("/").split("/", 1)[0]
        newest[attempt] = max(newest.get(attempt, 0.0), _changed(info))
    taken = []
    for attempt, changed in sorted(newest.items()):
        if (manifest is None or attempt != manifest["attempt"]) and time.time() - changed >= older_than:
            root.fs.rm(f"{root.path.rstrip('/')}/{attempt}", recursive=True)
            taken.append(f"{PARTS}/{attempt}")
    return taken


def _changed(info: dict[str, Any]) -> float:
    """When an object was last written, in seconds since 1970; now, where the store does not tell."""
    changed = info.get("LastModified") or info.get("mtime") or info.get("updated")
    if isinstance(changed, str):
        changed = datetime.fromisoformat(changed.replace("Z", "+00:00"))
    if isinstance(changed, datetime):
        return changed.timestamp()
    return float(changed) if isinstance(changed, (int, float)) else time.time()
