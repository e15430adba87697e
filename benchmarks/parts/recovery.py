"""What is lost with a browser or its driver: seconds until it is noticed, and until somebody is
signed in again."""

from __future__ import annotations

import datetime as dt
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.parts.court import people, portal
from proof.harness import browser_of, driver_of
from resilience.faults import Fault
from scrapers.odyssey import OdysseyScraper

DEEDS: dict[str, tuple[Callable[[list[int]], int], signal.Signals]] = {
    "browser killed": (browser_of, signal.SIGKILL),
    "driver killed": (driver_of, signal.SIGKILL),
    "driver stopped": (driver_of, signal.SIGSTOP),
}


def recover(rounds: dict[str, int]) -> list[dict[str, Any]]:
    """Each deed so many times, between two people of one session in the browser fetch mode;
    medians."""
    with (
        tempfile.TemporaryDirectory(prefix="cj-bench-") as folder,
        portal(0, Path(folder) / "log") as ready,
        OdysseyScraper(ready.site, ready.user, ready.password, fetch_mode="browser") as court,
    ):
        some = people()
        _ask(court, some[0])
        return [_strike(court, some[1], deed, count) for deed, count in rounds.items()]


def _strike(court: OdysseyScraper, person: dict[str, Any], deed: str, count: int) -> dict[str, Any]:
    which, how = DEEDS[deed]
    session, noticed, signed_in = court.session, [], []
    note, sign_in = session.note, session.sign_in
    assert sign_in is not None

    def noting(fault: Fault) -> Fault:
        marks.setdefault("noticed", time.monotonic())
        return note(fault)

    def signing_in(one: Any) -> None:
        sign_in(one)
        marks["signed in"] = time.monotonic()

    session.note, session.sign_in = noting, signing_in  # type: ignore[method-assign]
    for _ in range(count):
        marks: dict[str, float] = {}
        os.kill(which(session.browser.processes()), how)
        began = time.monotonic()
        _ask(court, person)
        noticed.append(marks["noticed"] - began)
        signed_in.append(marks["signed in"] - marks["noticed"])
    session.note, session.sign_in = note, sign_in  # type: ignore[method-assign]
    return {
        "deed": deed,
        "rounds": count,
        "noticed_s": round(statistics.median(noticed), 2),
        "signed_in_after_s": round(statistics.median(signed_in), 2),
        "client_timeout_s": session.timeouts.client,
    }


def _ask(court: OdysseyScraper, person: dict[str, Any]) -> None:
    court.history(person["name"], dt.date.fromisoformat(person["born"]), key=person["key"])
