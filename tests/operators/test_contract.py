"""The one contract, passed by files and folders, on this machine and in S3; and on poorer file
systems."""

from __future__ import annotations

import errno
import os
import uuid

import pytest

from operators import disk
from operators.output import Output
from operators.storage import at
from operators.testing import OutputContract


class LocalContract(OutputContract):
    name: str

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path):
        self.folder = str(tmp_path / "new" / "place")

    def make(self, **options):
        return Output(f"{self.folder}/{self.name}", **options)

    def read(self, output):
        with open(
            output.files()["a.txt"] if output.is_folder else output.path,
            encoding="utf-8",
            newline="",
        ) as file:
            return file.read()

    def residue(self, output):
        expected = {self.name.rstrip("/"), f".{self.name.rstrip('/')}.invalid", ".writing.lock"}
        return sorted(set(os.listdir(self.folder)) - expected)


class TestLocalFile(LocalContract):
    name = "person.tar.gz"


class TestLocalFolder(LocalContract):
    name = "people/"


class _NoFlaggedRename:
    """A system without renameat2: hard links for files, the lock for folders."""

    @pytest.fixture(autouse=True)
    def _poor(self, monkeypatch):
        monkeypatch.setattr(disk, "_call", None)


class TestLocalFileByHardLinks(_NoFlaggedRename, TestLocalFile):
    pass


class TestLocalFolderWithoutExchange(_NoFlaggedRename, TestLocalFolder):
    pass


class TestLocalFileWithoutHardLinks(TestLocalFile):
    @pytest.fixture(autouse=True)
    def _poor(self, monkeypatch):
        def refuse(*_args, **_options):
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(disk, "_call", None)
        monkeypatch.setattr(os, "link", refuse)


class StoredContract(OutputContract):
    name: str

    @pytest.fixture(autouse=True)
    def _place(self, s3, tmp_path):
        self.root = f"{s3}/{uuid.uuid4().hex}"
        self.scratch = str(tmp_path)

    def make(self, **options):
        return Output(f"{self.root}/{self.name}", scratch=self.scratch, **options)

    def read(self, output):
        path = output.files()["a.txt"] if output.is_folder else output.path
        return at(path).read_bytes().decode()


class TestS3File(StoredContract):
    name = "person.json"

    def residue(self, output):
        here = at(self.root)
        keys = {path.rsplit("/", 1)[1] for path in here.fs.find(here.path)}
        return sorted(keys - {self.name, f".{self.name}.invalid"}) + os.listdir(self.scratch)


class TestS3Folder(StoredContract):
    name = "people/"

    def residue(self, output):
        here = at(output.path)
        here.fs.invalidate_cache()
        manifest = output._place.manifest() or {"files": []}
        named = {"_SUCCESS", *(file["name"] for file in manifest["files"])}
        found = {path[len(here.path.rstrip("/")) + 1 :] for path in here.fs.find(here.path)}
        return sorted(found - named) + os.listdir(self.scratch)
