"""The folder of one local Airflow, and the processes that run in it: started, remembered, and ended
by id and start time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests

_MARK = "CJ_AIRFLOW_LOCAL"
"""Environment variable by which a process is known as started from a home, whoever its parent
is."""
_PATIENCE = 300.0
_PAUSE = threading.Event()


class SetupError(Exception):
    """It cannot be done as asked; one line for a person."""


@dataclass(frozen=True)
class Started:
    """A process that was started here. A store is ended after all who use it, by the signal that it
    takes for a quick end."""

    name: str
    process: psutil.Process
    store: bool
    ends_by: int


class Home:
    """The folder of one local Airflow, and the processes that run in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._processes = self.path / "processes.json"
        self.data = self.path / "data"
        self.access_log = self.path / "access.jsonl"
        self.environment_file = self.path / "environment"

    def make(self) -> None:
        """The folder, for its owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def secret(self, name: str) -> str:
        """A random secret, the same at every start; in a file that only its owner can read."""
        file = self.path / "secrets.json"
        known: dict[str, str] = {}
        with contextlib.suppress(FileNotFoundError):
            known = json.loads(file.read_text(encoding="utf-8"))
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            write_private(file, json.dumps(known))
        return known[name]

    def started(self) -> list[Started]:
        """Those started here that still live."""
        found = []
        for name, pid, created, store, ends_by in self._recorded():
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if abs(process.create_time() - created) < 1:
                    found.append(Started(name, process, store, ends_by))
        return found

    def _recorded(self) -> list[list[Any]]:
        """Name, id, start, store, signal of all that were started since the last `stop`, the dead
        ones too."""
        with contextlib.suppress(FileNotFoundError):
            told: list[list[Any]] = json.loads(self._processes.read_text(encoding="utf-8"))
            return told
        return []

    def running(self) -> list[psutil.Process]:
        """The processes of `started`."""
        return [each.process for each in self.started()]

    def start(
        self,
        name: str,
        command: list[str],
        environment: dict[str, str],
        *,
        store: bool = False,
        ends_by: int = signal.SIGTERM,
        **more: Any,
    ) -> psutil.Process:
        """Start it in the background, and remember it; what it says goes to ``<name>.log``.
        ``more`` is for Popen."""
        environment = {**environment, _MARK: str(self.path)}
        with open(self.path / f"{name}.log", "wb") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **{"cwd": self.path, **more},
            )
        process = psutil.Process(child.pid)
        told = [*self._recorded(), [name, process.pid, process.create_time(), store, int(ends_by)]]
        self._processes.write_text(json.dumps(told), encoding="utf-8")
        return process

    def stop(self) -> int:
        """End everything that was started, and what it started, the stores last; how many processes
        that were."""
        stores = [each for each in self.started() if each.store]
        kept = {p.pid for each in stores for p in family(each.process)}
        ended = _end({p.pid: (p, signal.SIGTERM) for p in self.everybody() if p.pid not in kept})
        ended += _end({each.process.pid: (each.process, each.ends_by) for each in stores})
        ended += _end({p.pid: (p, signal.SIGTERM) for p in self.everybody()})
        self._processes.unlink(missing_ok=True)
        return ended

    def everybody(self) -> list[psutil.Process]:
        """Those started here and all that they started, also what lost its parent.

        That is known by the mark in its environment; or, as a process that writes itself a title
        (LocalExecutor's workers) writes over its environment, by the session that was begun for it
        and by working in the home."""
        found = {p.pid: p for each in self.started() for p in family(each.process)}
        sessions = {pid for _, pid, *_ in self._recorded()}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(_MARK) == str(self.path) or (
                    os.getsid(process.pid) in sessions
                    and self._is_inside(os.readlink(f"/proc/{process.pid}/cwd"))
                ):
                    found |= {p.pid: p for p in family(process)}
        return list(found.values())

    def _is_inside(self, folder: str) -> bool:
        return f"{folder}/".startswith((f"{self.path}/", f"{self.path} (deleted)/"))

    def listening(self) -> list[str]:
        """Every address on which they listen."""
        found = set()
        for process in self.everybody():
            with contextlib.suppress(psutil.Error):
                for line in process.net_connections(kind="tcp"):
                    if line.status == psutil.CONN_LISTEN:
                        found.add(f"{line.laddr.ip}:{line.laddr.port}")
        return sorted(found)


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process and all below it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def _end(everybody: dict[int, tuple[psutil.Process, int]]) -> int:
    """Ask them to end, and after a while make them; the dead whom their parent has not buried yet
    count as ended."""
    everybody = {pid: each for pid, each in everybody.items() if _lives(each[0])}
    for wait, kill in ((20.0, False), (5.0, True)):
        for process, signal_number in everybody.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL if kill else signal_number)
        until = time.monotonic() + wait
        while (
            alive := any(_lives(process) for process, _ in everybody.values())
        ) and time.monotonic() < until:
            _PAUSE.wait(0.1)
        if not alive:
            break
    return len(everybody)


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def write_private(file: Path, text: str) -> None:
    """Write the file, readable for its owner only from its first moment."""
    with open(
        os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as out:
        out.write(text)


def free_port(wanted: int = 0) -> int:
    """That port of loopback if it is free, else any. Raises Cannot."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise SetupError("no port is free")


def wait_for(what: str, ask: Any, home: Home, seconds: float = _PATIENCE) -> Any:
    """What ``ask`` gives once it gives something. Raises Cannot."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException, OSError):
            answer = ask()
            if answer:
                return answer
        if any(process.status() == psutil.STATUS_ZOMBIE for process in home.running()):
            break  # one of them has ended, and the logs say why
        _PAUSE.wait(1)
    raise SetupError(f"{what} did not come up; see the logs in {home.path}")
