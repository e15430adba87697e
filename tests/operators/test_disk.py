"""The order of calls that makes a commit safe; what stands in for a missing system call."""

from __future__ import annotations

import errno
import os
import re

import pytest

from operators import disk
from operators.output import Output, produce


class Recorder:
    """Every flush and every step into place, in order, by the name of what it was done to."""

    def __init__(self, monkeypatch):
        self.calls = []
        self._paths = {}
        real_open, real_fsync = os.open, os.fsync

        def note_open(path, *args, **kwargs):
            descriptor = real_open(path, *args, **kwargs)
            self._paths[descriptor] = os.fspath(path)
            return descriptor

        def note_fsync(descriptor):
            self.calls.append(("flush", self._paths[descriptor]))
            real_fsync(descriptor)

        monkeypatch.setattr(os, "open", note_open)
        monkeypatch.setattr(os, "fsync", note_fsync)
        self._wrap(monkeypatch, disk, "_flagged_rename")
        self._wrap(monkeypatch, os, "replace")
        self._wrap(monkeypatch, os, "link")
        self._wrap(monkeypatch, os, "rename")

    def _wrap(self, monkeypatch, module, name):
        real = getattr(module, name)

        def note(source, target, *args, **kwargs):
            done = real(source, target, *args, **kwargs)
            self.calls.append(("name", target))
            return done

        monkeypatch.setattr(module, name, note)


def check_order(calls, target, inside=()):
    """The law: the bytes (and each name inside), then the name in one step, then the folder of the
    name."""
    steps = [
        number for number, (what, path) in enumerate(calls) if what == "name" and path == target
    ]
    assert len(steps) == 1, f"one step into place, not {calls}"
    before, after = calls[: steps[0]], calls[steps[0] + 1 :]
    base = os.path.basename(target)
    written = (
        re.search(r"/\.writing-[^/]+/(.+)", path) for what, path in before if what == "flush"
    )
    flushed = {found[1] for found in written if found}
    for name in (base, *(f"{base}/{name}" for name in inside)):
        assert name in flushed, f"{name} was not flushed before it was committed: {calls}"
    assert ("flush", os.path.dirname(target)) in after, (
        f"the folder was not flushed after the commit: {calls}"
    )


def write(output_path):
    with open(output_path, "w", encoding="utf-8") as file:
        file.write("text")


def write_folder(output_path):
    os.mkdir(output_path + "inner")
    write(output_path + "inner/a")
    write(output_path + "b")


INSIDE = ("inner/a", "inner", "b")
KINDS = [
    ("x.txt", write, ()),
    ("x/", write_folder, INSIDE),
    ("empty", lambda output_path: None, ()),
]


@pytest.fixture(params=["native", "poor"])
def system(request, monkeypatch):
    if request.param == "poor":
        monkeypatch.setattr(disk, "_call", None)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize(("name", "call", "inside"), KINDS)
def test_bytes_then_name_then_folder(tmp_path, monkeypatch, system, name, call, inside, replace):
    recorder = Recorder(monkeypatch)
    produce(Output(f"{tmp_path}/{name}"), call, replace=replace)
    check_order(recorder.calls, f"{tmp_path}/{name}".rstrip("/"), inside)


@pytest.mark.parametrize("taken_out", ["sync_file", "sync_folder", "sync_tree"])
@pytest.mark.parametrize("replace", [False, True])
def test_the_order_test_fails_when_a_flush_is_taken_out(tmp_path, monkeypatch, taken_out, replace):
    name, call, inside = KINDS[1] if taken_out == "sync_tree" else KINDS[0]
    monkeypatch.setattr(disk, taken_out, lambda path: None)
    recorder = Recorder(monkeypatch)
    produce(Output(f"{tmp_path}/{name}"), call, replace=replace)
    with pytest.raises(AssertionError, match="not flushed"):
        check_order(recorder.calls, f"{tmp_path}/{name}".rstrip("/"), inside)


def test_the_order_test_fails_when_the_name_comes_first():
    calls = [("name", "/d/x"), ("flush", "/d/.writing-1/x"), ("flush", "/d")]
    with pytest.raises(AssertionError, match="before it was committed"):
        check_order(calls, "/d/x")


def test_new_parents_are_flushed_into_their_own_parents(tmp_path, monkeypatch):
    recorder = Recorder(monkeypatch)
    produce(Output(f"{tmp_path}/a/b/x"), write)
    flushed = [path for what, path in recorder.calls if what == "flush"]
    assert flushed[:2] == [str(tmp_path), f"{tmp_path}/a"]
    assert flushed[-1] == f"{tmp_path}/a/b"


@pytest.mark.parametrize("name", ["x", "x/"])
def test_a_flush_that_fails_commits_nothing(tmp_path, monkeypatch, name):
    def fail(_descriptor):
        raise OSError(errno.EIO, "the disk is dying")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="dying"):
        produce(Output(f"{tmp_path}/{name}"), write_folder if name == "x/" else write)
    assert os.listdir(tmp_path) == []


def test_a_file_system_that_cannot_flush_folders_will_do(tmp_path, monkeypatch):
    real = os.fsync

    def no_folders(descriptor):
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "not for folders")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", no_folders)
    produce(Output(f"{tmp_path}/x"), write)
    assert os.listdir(tmp_path) == ["x"]


# --- into place


@pytest.fixture(params=["native", "links"])
def mover(request, monkeypatch):
    if request.param == "links":
        monkeypatch.setattr(disk, "_call", None)
    return disk.move_new


def test_moving_does_not_replace_a_file(tmp_path, mover):
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    with pytest.raises(FileExistsError):
        mover(f"{tmp_path}/a", f"{tmp_path}/b")
    assert (tmp_path / "b").read_text() == "b"
    mover(f"{tmp_path}/a", f"{tmp_path}/c")
    assert sorted(os.listdir(tmp_path)) == ["b", "c"]


def test_moving_does_not_replace_an_empty_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(FileExistsError):
        disk.move_new(f"{tmp_path}/a", f"{tmp_path}/b")


def test_without_the_system_call_a_folder_cannot_be_moved_safely(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "_call", None)
    (tmp_path / "a").mkdir()
    with pytest.raises(disk.UnsupportedError):
        disk.move_new(f"{tmp_path}/a", f"{tmp_path}/b")


def test_a_link_made_although_the_answer_says_it_exists_is_ours(tmp_path, monkeypatch):
    """NFS: the first try went through, its answer was lost, the repeat finds the name taken."""
    real = os.link

    def twice(source, target, **options):
        real(source, target, **options)
        real(source, target, **options)

    monkeypatch.setattr(disk, "_call", None)
    monkeypatch.setattr(os, "link", twice)
    (tmp_path / "a").write_text("a")
    disk.move_new(f"{tmp_path}/a", f"{tmp_path}/b")
    assert os.listdir(tmp_path) == ["b"]


def test_exchange_swaps(tmp_path):
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").mkdir()
    disk.exchange(f"{tmp_path}/a", f"{tmp_path}/b")
    assert (tmp_path / "b").read_text() == "a"


@pytest.mark.parametrize(
    ("mode", "folder"), [(0o600, 0o700), (0o640, 0o750), (0o644, 0o755), (0o660, 0o770)]
)
def test_who_may_read_a_file_may_enter_its_folder(mode, folder):
    assert disk.folder_mode(mode) == folder
