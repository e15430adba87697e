"""Starts the practice portals as a child of ours that dies with us, and hands over their addresses.

The house imports nothing of ``practice``: it is a program of its own, ``python -m practice``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cj.options import SERVED
from cj.wrong import UsageError
from scrapers.crawl import PracticeWorld
from scrapers.sites import Site

USER = "casey@practice.invalid"
_PASSWORD = "CJ_PRACTICE_PASSWORD"
_START_SECONDS = 60.0
_END_SECONDS = 5.0


@dataclass(frozen=True)
class Portals:
    """Portals that answer. ``site`` bears their addresses and the practice county's day."""

    site: Site
    today: dt.date
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Behaviour:
    """How the portals behave. ``dialect``: whose pages they imitate, where it is not the site's
    usual one."""

    latency_ms: float = 0.0
    faults: str = ""
    access_log: Path | None = None
    dialect: str = ""


def arguments_of(site: str, world: PracticeWorld, behaviour: Behaviour) -> list[str]:
    """The arguments of ``python -m practice serve`` for that site."""
    given = {
        "people": world.people,
        "seed": world.seed,
        "day": world.day,
        "dialect": behaviour.dialect or SERVED.get(site, ""),
        "latency-ms": behaviour.latency_ms,
        "faults": behaviour.faults,
        "fault-seed": world.seed,
        "access-log": behaviour.access_log,
    }
    return [f"--{name}={value}" for name, value in given.items() if value not in (None, "")]


@contextlib.contextmanager
def portals(
    site: Site, world: PracticeWorld, behaviour: Behaviour, state: Path
) -> Iterator[Portals]:
    """The portals of a practice site, answering until the block ends. ``state`` keeps what they
    remember between runs.

    Raises Wrong with what the portals said when they cannot be started as asked.
    """
    state.mkdir(0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(12)
    command = [
        *(sys.executable, "-m", "practice", "serve", "--die-with-stdin"),
        *arguments_of(site.key, world, behaviour),
        *(
            f"--fault-memory={state / 'faults.txt'}",
            f"--user={USER}",
            f"--password-from-env={_PASSWORD}",
        ),
    ]
    said = state / "server.log"
    with open(said, "ab", opener=_private) as log:
        start = log.tell()
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            # Its own invented password alone: a user's real one is no business of the practice
            # portals.
            env={
                name: value for name, value in os.environ.items() if not name.startswith("ODYSSEY_")
            }
            | {_PASSWORD: password},
            # A group of its own: a Ctrl-C in the terminal must not take the portals from under the
            # last pages.
            start_new_session=True,
            umask=0o077,
        )
    try:
        told = _ready_line(child)
        if told is None:
            raise UsageError(_complaint(said, start))
        today = dt.date.fromisoformat(told["today"])
        ready = site.with_addresses(jail=told["jail"], court=told["portal"], as_of=today)
        yield Portals(ready, today, told["user"], password)
    finally:
        _end(child)


def _ready_line(child: subprocess.Popen[bytes]) -> dict[str, str] | None:
    lines: list[bytes] = []
    assert child.stdout is not None
    reader = threading.Thread(target=lambda: lines.append(child.stdout.readline()), daemon=True)  # type: ignore[union-attr]
    reader.start()
    reader.join(_START_SECONDS)
    try:
        told: dict[str, str] = json.loads(lines[0]) if lines else {}
    except ValueError:
        return None
    return told or None


def _complaint(said: Path, start: int) -> str:
    text = said.read_bytes()[start:].decode("utf-8", "replace").strip()
    last = text.splitlines()[-1] if text else "they did not start"
    return f"the practice portals cannot serve this: {last.removeprefix('practice: ')}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout is not None:
        child.stdout.close()
