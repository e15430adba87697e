"""Which process is which."""

from __future__ import annotations

import os
import subprocess
import sys

from resilience import processes


def test_a_process_is_its_number_and_its_start() -> None:
    own = processes.started(os.getpid())
    assert processes.alive(os.getpid(), own)
    assert not processes.alive(os.getpid(), "another/1")
    assert not processes.alive(os.getpid(), None)


def test_a_dead_process_and_a_zombie_are_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.read()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.started(child.pid) is None, "a zombie"
    child.wait()
    child.stdout.close()
    assert processes.started(child.pid) is None


def test_memory_is_counted() -> None:
    assert processes.memory_of([os.getpid()]) > 5_000_000
