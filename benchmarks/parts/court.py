"""One portal, one job, interleaved: the court histories of people with four cases each, by every
contestant in turn."""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.parts.child import Child, job_of
from cj.practice import Behaviour, Portals, portals
from practice.server import Options, make_world
from practice.truth import truth
from scrapers.crawl import PracticeWorld
from scrapers.sites import site_of

CASES = 4
PEOPLE, SEED = 800, 7
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Contestant:
    """``at_once`` people in one round; ``fetch modes`` sessions."""

    name: str
    program: str
    at_once: int
    fetch_mode: str = "browser"
    fetch_modes: int = 1


CONTESTANTS = (
    Contestant("naive Selenium", "naive.py", 6),
    Contestant("browser, 1 session", "ours.py", 6),
    Contestant("browser, 4 sessions", "ours.py", 24, fetch_modes=4),
    Contestant("http, 1 session", "ours.py", 6, fetch_mode="http"),
    Contestant("http, 4 sessions", "ours.py", 96, fetch_mode="http", fetch_modes=4),
    Contestant("Scrapy, 1 at once", "scrapy_court.py", 6, fetch_mode="http"),
    Contestant("Scrapy, 4 at once", "scrapy_court.py", 96, fetch_mode="http", fetch_modes=4),
)
"""Those who read one person at a time read the same six in each round: people differ by a request
or two, for their cases' money. Scrapy's concurrency is that of its requests, and it has as many
searches under way as ours has sessions. Where the end of a round, at which some sessions have
nobody left, would be a large part of it, a round is longer: crawls are long."""


def people() -> list[dict[str, Any]]:
    """Those whom one search finds under one name, with four criminal cases open to all: the same
    work for everybody who asks."""
    world = make_world(Options(people=PEOPLE, seed=SEED))
    some, parties = [], defaultdict(list)
    for party in world.people.parties:
        parties[party.belongs_to].append((party.birth_date, party.name.last.lower()))
    for line in truth(world.people, world.today, outcomes=True):
        jail, court = line["jail"], line["odyssey"]
        if line["outcome"] != "found" or len(court["cases"]) != CASES or len(court["names"]) != 1:
            continue
        if not all(case["public"] and case["charges"] for case in court["cases"]):
            continue
        listed = (jail["date_of_birth"], jail["name"]["last"].lower())
        if [(str(born), last) for born, last in parties[line["key"]]] != [listed]:
            continue
        if any(booking["aliases"] for booking in jail["bookings"]) or not jail["name"]["first"]:
            continue
        name = jail["name"]
        some.append(
            {
                "key": line["key"],
                "name": name["full"],
                "text": f"{name['last']}, {name['first'].split()[0]}",
                "born": jail["date_of_birth"],
            }
        )
    return some


@contextlib.contextmanager
def portal(latency_ms: float, log: Path) -> Iterator[Portals]:
    """The practice portals as a process of their own; each request is a line of ``log``."""
    world = PracticeWorld(people=PEOPLE, seed=SEED, day=0)
    with portals(
        site_of("practice"), world, Behaviour(latency_ms, access_log=log), log.parent
    ) as ready:
        yield ready


def compare(latency_ms: float, rounds: int) -> list[dict[str, Any]]:
    """Every contestant at that latency of the portal; medians over the rounds, whose order
    turns."""
    found: dict[str, list[dict[str, float]]] = {one.name: [] for one in CONTESTANTS}
    memory: dict[str, dict[str, int]] = {}
    with contextlib.ExitStack() as stack:
        log = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cj-bench-")))
            / "requests.jsonl"
        )
        ready = stack.enter_context(portal(latency_ms, log))
        some, children = people(), {}
        for one in CONTESTANTS:
            job = job_of(ready, some, fetch_mode=one.fetch_mode, fetch_modes=one.fetch_modes)
            children[one.name] = child = Child([str(HERE / one.program)], job)
            stack.callback(child.close)
        for number in range(rounds):
            turn = number % len(CONTESTANTS)
            for one in CONTESTANTS[turn:] + CONTESTANTS[:turn]:
                before = len(_answers(log))
                run = children[one.name].go(one.at_once)
                answers = _answers(log)[before:]
                found[one.name].append(
                    run | {"requests": len(answers), "share": share(answers, one.fetch_modes)}
                )
        for one in CONTESTANTS:
            memory[one.name] = children[one.name].memory()
    return [_figures(one, latency_ms, found[one.name], memory[one.name]) for one in CONTESTANTS]


@dataclass(frozen=True)
class Span:
    """The time of one of the portal's answers: the seconds at which its request arrived and at
    which it was finished, and about whom it was (None where the portal does not know)."""

    began: float
    ended: float
    person: str | None


def share(answers: list[Span], sessions: int) -> float:
    """How much of their time the sessions only waited for the portal, as long as each of them had
    somebody to read.

    That is until the first of them is left without anybody: the first person to be finished after
    the last one was begun. Such an end comes once in a crawl of thousands, and in each of these
    short rounds."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for one in answers:
        if one.person is None:
            continue
        first[one.person] = min(first.get(one.person, one.began), one.began)
        last[one.person] = max(last.get(one.person, one.ended), one.ended)
    begin, alone = min(first.values()), max(first.values())
    end = min(at for at in last.values() if at > alone)
    waited = sum(max(0.0, min(one.ended, end) - one.began) for one in answers)
    return waited / (sessions * (end - begin))


def _answers(log: Path) -> list[Span]:
    """The portal's answers so far, oldest first."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [Span(line["at"] - line["ms"] / 1000, line["at"], line.get("person")) for line in lines]


def _figures(
    one: Contestant, latency_ms: float, runs: list[dict[str, float]], memory: dict[str, int]
) -> dict[str, Any]:
    if any(run["cases"] != CASES * run["people"] or not run["charges"] for run in runs):
        raise RuntimeError(f"{one.name} did not read what was to be read: {runs}")
    pace = [60 * run["people"] / run["seconds"] for run in runs]
    told: dict[str, Any] = {
        "who": one.name,
        "latency_ms": latency_ms,
        "rounds": len(runs),
        "people_per_minute": round(statistics.median(pace), 1),
        "slowest": round(min(pace), 1),
        "fastest": round(max(pace), 1),
        "cpu_seconds_a_person": round(
            statistics.median(run["cpu"] / run["people"] for run in runs), 3
        ),
        "python_mb": round(memory["python"] / 1e6),
        "browsers_mb": round(memory["others"] / 1e6),
    }
    requests = statistics.median(run["requests"] / run["people"] for run in runs)
    told["requests_a_person"] = round(requests, 1)
    if one.program != "naive.py":
        told["share_of_bound"] = round(statistics.median(run["share"] for run in runs), 3)
    if latency_ms and one.program != "naive.py":
        bound = 60 * one.fetch_modes / (latency_ms / 1000 * requests)
        told["share_of_latency"] = round(told["people_per_minute"] / bound, 3)
    print(
        f"{latency_ms:g} ms: {one.name}: {told['people_per_minute']} people a minute, "
        f"{told['cpu_seconds_a_person']} s of processor each",
        file=sys.stderr,
        flush=True,
    )
    return told
