"""The sweeper takes what dead writers left, and nothing of the living."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from operators import lock as lock_module
from operators.lock import Lock, LocksUnsupportedError
from operators.output import Output, produce, sweep
from operators.temporary import boot

WRITER = """
import os, sys
from operators.output import Output, produce
def call(output_path):
    with open(output_path, "w") as file:
        file.write("half")
    print("writing", flush=True)
    sys.stdin.read()
produce(Output(sys.argv[1]), call)
"""


class Writer:
    """A process in the middle of writing; its death is a SIGKILL."""

    def __init__(self, path, *before):
        self._process = subprocess.Popen(
            [*before, sys.executable, "-c", WRITER, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "writing\n"

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def finish(self):
        self._process.communicate("")
        assert self._process.returncode == 0


@pytest.fixture
def dead(tmp_path):
    """A leftover of a killed writer."""
    writer = Writer(f"{tmp_path}/x.json")
    writer.kill()
    (name,) = os.listdir(tmp_path)
    return name


def test_a_living_writer_is_left_alone(tmp_path):
    writer = Writer(f"{tmp_path}/x.json")
    assert sweep(str(tmp_path)) == []
    writer.finish()
    assert os.listdir(tmp_path) == ["x.json"]


def test_a_killed_writer_is_swept(tmp_path, dead):
    assert not Output(f"{tmp_path}/x.json").exists()
    assert sweep(str(tmp_path)) == [dead]
    assert os.listdir(tmp_path) == []


def test_a_living_writer_in_another_pid_namespace_is_left_alone(tmp_path):
    """Its pid there is 1: whoever went by pids would take it for init, or for dead."""
    writer = Writer(f"{tmp_path}/x.json", "unshare", *_as_root(), "--pid", "--fork", "--kill-child")
    assert sweep(str(tmp_path)) == []
    writer.kill()
    _until_dead(tmp_path)
    assert len(sweep(str(tmp_path))) == 1


def test_our_own_writing_is_left_alone(tmp_path):
    swept = []
    produce(Output(f"{tmp_path}/x"), lambda output_path: swept.extend(sweep(str(tmp_path))))
    assert swept == []


def test_no_pid_is_written_anywhere(tmp_path, dead):
    """A reused pid cannot mislead when none is kept."""
    assert os.listdir(tmp_path / dead) == ["x.json"]
    assert str(os.getpid()) not in dead.split("-")


def test_a_writer_killed_before_its_lock_was_made_is_swept(tmp_path):
    name = f".writing-{boot()}-000000000000"
    (tmp_path / name).mkdir()
    assert sweep(str(tmp_path)) == [name]


def test_other_names_are_left_alone(tmp_path):
    for name in (".hidden", "writing-1", ".writing.lock", ".writin"):
        (tmp_path / name).mkdir()
    (tmp_path / ".writing-file").touch()
    assert sweep(str(tmp_path)) == []
    assert len(os.listdir(tmp_path)) == 5


def test_a_folder_that_is_not_there_has_nothing_to_sweep(tmp_path):
    assert sweep(str(tmp_path / "nowhere")) == []


def test_only_recursive_goes_below(tmp_path):
    (tmp_path / "a").mkdir()
    Writer(f"{tmp_path}/a/x").kill()
    assert sweep(str(tmp_path)) == []
    (taken,) = sweep(str(tmp_path), recursive=True)
    assert taken.startswith("a/.writing-")
    assert os.listdir(tmp_path / "a") == []


def test_another_machines_leftover_goes_by_age(tmp_path, dead):
    """Its lock can be had here although it may be held there: only time tells."""
    foreign = tmp_path / ".writing-00000000-aaaaaaaaaaaa"
    os.rename(tmp_path / dead, foreign)
    assert sweep(str(tmp_path)) == []
    _age(foreign, 4 * 86400)
    (foreign / "x.json").touch()
    assert sweep(str(tmp_path)) == [], "something in it was changed just now: it lives"
    _age(foreign, 4 * 86400)
    assert sweep(str(tmp_path)) == [foreign.name]


def test_another_machines_leftover_is_left_alone_as_long_as_its_lock_is_held(tmp_path):
    writer = Writer(f"{tmp_path}/x")
    (name,) = os.listdir(tmp_path)
    foreign = tmp_path / ".writing-00000000-aaaaaaaaaaaa"
    os.rename(tmp_path / name, foreign)
    _age(foreign, 4 * 86400)
    assert sweep(str(tmp_path)) == []
    writer.kill()


def test_without_locks_everything_goes_by_age(tmp_path, dead, monkeypatch):
    _no_locks(monkeypatch)
    assert sweep(str(tmp_path)) == []
    _age(tmp_path / dead, 4 * 86400)
    assert sweep(str(tmp_path)) == [dead]


def test_without_locks_outputs_are_still_whole(tmp_path, monkeypatch):
    _no_locks(monkeypatch)
    monkeypatch.setattr("operators.disk._call", None)
    output = Output(f"{tmp_path}/x/")
    assert not produce(output, lambda output_path: None).previously_completed
    assert produce(output, lambda output_path: None).previously_completed


@pytest.fixture
def no_folder_locks(monkeypatch):
    """As NFS and Windows: files can be locked, folders cannot."""
    real = lock_module._lock

    def refuse_folders(descriptor, wait):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise LocksUnsupportedError(9, "no locks on folders")
        real(descriptor, wait)

    monkeypatch.setattr(lock_module, "_lock", refuse_folders)


def test_where_folders_cannot_be_locked_a_file_in_them_is(tmp_path, no_folder_locks):
    seen = []

    def call(output_path):
        seen.extend(sorted(os.listdir(os.path.dirname(output_path))))
        seen.append(sweep(str(tmp_path)))

    produce(Output(f"{tmp_path}/x"), call)
    assert seen == [".lock", []]
    assert os.listdir(tmp_path) == ["x"]


def test_where_folders_cannot_be_locked_the_dead_are_swept(tmp_path, no_folder_locks):
    name = f".writing-{boot()}-000000000000"
    (tmp_path / name).mkdir()
    (tmp_path / name / ".lock").touch()
    (tmp_path / name / "x").touch()
    assert sweep(str(tmp_path)) == [name]
    assert os.listdir(tmp_path) == []


def test_a_sweeper_between_the_making_and_the_locking_costs_the_writer_nothing(
    tmp_path, monkeypatch
):
    """The writer made its folder; a sweeper, who saw it unlocked, takes it; the writer takes
    another."""
    real, stolen = Lock.acquire, []

    def acquire(self, *, wait):
        if not stolen and not wait:
            stolen.append(self.path)
            monkeypatch.setattr(Lock, "acquire", real)
            assert len(sweep(str(tmp_path))) == 1
        real(self, wait=wait)

    monkeypatch.setattr(Lock, "acquire", acquire)
    produce(Output(f"{tmp_path}/x"), lambda output_path: None)
    assert stolen
    assert os.listdir(tmp_path) == ["x"]


def test_a_sweeper_that_stole_the_folder_under_a_locked_file_is_noticed(tmp_path):
    lock = Lock(f"{tmp_path}/lock")
    lock.acquire(wait=False)
    assert lock.stands()
    os.unlink(lock.path)
    assert not lock.stands()
    lock.release()
    lock.release()
    assert not lock.stands()


def test_a_lock_is_exclusive_and_dies_with_its_descriptor(tmp_path):
    one, other = Lock(f"{tmp_path}/lock"), Lock(f"{tmp_path}/lock")
    one.acquire(wait=False)
    with pytest.raises(lock_module.LockHeldError):
        other.acquire(wait=False)
    one.release()
    other.acquire(wait=False)
    other.release()


def _no_locks(monkeypatch):
    def refuse(_descriptor, _wait):
        raise LocksUnsupportedError(37, "none here")

    monkeypatch.setattr(lock_module, "_lock", refuse)


def _age(folder, seconds):
    then = time.time() - seconds
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            os.utime(os.path.join(place, name), (then, then))
    os.utime(folder, (then, then))


def _as_root():
    return () if os.geteuid() == 0 else ("--user", "--map-root-user")


def _until_dead(tmp_path):
    """Wait, by asking for its lock, until the kernel has taken the last of the killed writer's
    processes."""
    (name,) = (name for name in os.listdir(tmp_path) if name.startswith(".writing-"))
    lock = Lock(f"{tmp_path}/{name}", is_folder=True)
    lock.acquire(wait=True)
    lock.release()
