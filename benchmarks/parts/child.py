"""One contestant as a process of its own: it gets its job on the first line, says when it is ready,
and then does so many people at each ``go``. Its parent measures processor time and memory of it and
of everything it started."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from cj.practice import Portals

Do = Callable[[list[dict[str, Any]]], dict[str, int]]
"""Does these people; gives what was read, to be compared between contestants."""


def serve(prepare: Callable[[dict[str, Any]], tuple[Do, Callable[[], None]]]) -> None:
    """The child's side. The first person of the job is done before the clock starts: sign-in,
    imports, caches."""
    job = json.loads(sys.stdin.readline())
    people = itertools.cycle(job["people"])
    began = time.monotonic()
    do, close = prepare(job)
    try:
        for _ in range(job["fetch_modes"]):
            do([next(people)])
        _say(ready=time.monotonic() - began)
        for line in sys.stdin:
            some = list(itertools.islice(people, count := int(line)))
            began = time.monotonic()
            read = do(some)
            _say(seconds=time.monotonic() - began, people=count, **read)
    finally:
        close()


def _say(**told: Any) -> None:
    print(json.dumps(told), flush=True)


class Child:
    """The parent's side. ``ready`` are the seconds from the start to the end of the first
    person."""

    def __init__(self, command: list[str], job: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._tell(json.dumps(job))
        self.ready = float(self._answer()["ready"])

    def go(self, count: int) -> dict[str, float]:
        """Does so many people; gives seconds, processor seconds of all its processes, and what was
        read."""
        before = self._processor()
        self._tell(str(count))
        told = self._answer()
        return {**told, "cpu": self._processor() - before}

    def memory(self) -> dict[str, int]:
        """Bytes (PSS) now: of the Python process, and of all that it started."""
        own = psutil.Process(self._process.pid)
        others = 0
        for one in own.children(recursive=True):
            try:
                others += one.memory_full_info().pss
            except psutil.Error:
                continue
        return {"python": own.memory_full_info().pss, "others": others}

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the contestant ended with {self._process.wait()}")
        told: dict[str, Any] = json.loads(line)
        return told

    def _processor(self) -> float:
        total = 0.0
        own = psutil.Process(self._process.pid)
        for one in (own, *own.children(recursive=True)):
            try:
                times = one.cpu_times()
            except psutil.Error:
                continue
            total += times.user + times.system + times.children_user + times.children_system
        return total


def job_of(portals: Portals, people: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The job's line."""
    return {
        "site": portals.site.model_dump(mode="json"),
        "user": portals.user,
        "password": portals.password,
        "people": people,
        "fetch_modes": 1,
        **more,
    }
