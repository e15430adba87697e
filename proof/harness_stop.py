"""Crawls that must not end well: people who cannot be fetched, a portal that dies, and what only a
person can decide."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from practice.faults import Faults, parse
from proof.harness import Stage, hasty
from scrapers.crawl import COURT, JAIL, CrawlFolder, Identity, Plan, Result, run_crawl
from scrapers.jail import JailScraper
from scrapers.odyssey import OdysseyScraper, SignInGate
from tests.laws.process import asked_again, namesakes

STOPS = (
    ("block-cloudflare@60", "Blocked"),
    ("block-awswaf@60", "Blocked"),
    ("block-datadome@60", "Blocked"),
    ("redirect-away@10", "Blocked"),
    ("captcha@60", "CaptchaAsked"),
    ("renamed-column:iml:detail@10", "LayoutChanged"),
    ("renamed-section:iml:detail@10", "LayoutChanged"),
    ("renamed-column:odyssey:results@60", "LayoutChanged"),
    ("renamed-section:odyssey:case@60", "LayoutChanged"),
    ("wrong password", "SignInRefused"),
)
"""Orders of faults that stay, and the name they must end in."""


def crawl(
    stage: Stage, folder: Path, *, password: str | None = None, workers: int = 2, breaker: int = 10
) -> Result:
    """A run of the engine with real browsers, whose waits for a busy portal pass quickly."""
    gate = SignInGate()

    def dressed(scraper: Any) -> Any:
        scraper.session.pace = hasty()
        scraper.session.timeouts = stage.timeouts
        return scraper

    def jail(stop: threading.Event) -> Any:
        return dressed(JailScraper(stage.site, stop=stop))

    def court(stop: threading.Event) -> Any:
        word = password or stage.portals.password
        return dressed(OdysseyScraper(stage.site, stage.portals.user, word, gate=gate, stop=stop))

    plan = Plan(
        folder,
        stage.site,
        Identity(site=stage.site.key),
        stage.portals.world.today,
        workers=workers,
        breaker=breaker,
    )
    return run_crawl(plan, scrapers={JAIL: jail, COURT: court})


def done(folder: Path) -> dict[Any, set[str]]:
    """Who has a valid file."""
    place = CrawlFolder(folder)
    return {
        half: {key for key in place.keys(half) if place.read(half, key)} for half in (JAIL, COURT)
    }


def untrue(stage: Stage, folder: Path, *, but: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Files whose record is not the truth."""
    place, wrong = CrawlFolder(folder), []
    for half, name in ((JAIL, "jail"), (COURT, "odyssey")):
        for key in place.keys(half) - but:
            file = place.read(half, key)
            record = (
                file.record.model_dump(mode="json") if file is not None and file.record else None
            )
            if file is None or record != stage.truth[key][name]:
                wrong.append(f"{half} {key}")
    return sorted(wrong)


def unreachable(stage: Stage, folder: Path, *, share: float = 0.1, seed: int = 1) -> dict[str, Any]:
    """That share of the people cannot be fetched at all: who must fail, who did, and whether the
    rest is the truth."""
    order = f"dead:detail={share}"
    stage.order(order, seed=seed)
    draw = Faults(parse(order), seed=seed)
    dead = sorted(key for key in stage.truth if draw.stands("dead", key, "detail", "iml"))
    result = crawl(stage, folder)
    failed = sorted(one.key for one in result.summary.failed)
    return {
        "people": len(stage.truth),
        "cannot_be_fetched": len(dead),
        "failed": len(failed),
        "exactly_those": failed == dead and {one.half for one in result.summary.failed} <= {JAIL},
        "exit_code": result.exit_code,
        "faults": sorted({one.fault for one in result.summary.failed}),
        "others_not_true": len(untrue(stage, folder, but=set(dead))),
        "others_missing": 2 * len(stage.truth) - len(dead) - sum(map(len, done(folder).values())),
    }


def dies(stage: Stage, folder: Path, *, at: int, limit: int = 10) -> dict[str, Any]:
    """The portal dies for good at that request; then it is back, and the next run goes on."""
    stage.order(f"portal-dies@{at}")
    result = crawl(stage, folder, breaker=limit)
    failed = [one.half for one in result.summary.failed]
    before, lines = done(folder), len(stage.rows())
    stage.order("")
    after = crawl(stage, folder, breaker=limit)
    return {
        "people": len(stage.truth),
        "dies_at_request": at,
        "breaker": limit,
        "failed_before_it_stopped": {half: failed.count(half) for half in (JAIL, COURT)},
        "stopped": result.stopped or "",
        "exit_code": result.exit_code,
        "kept": {half: len(keys) for half, keys in before.items()},
        "next_run_exit_code": after.exit_code,
        "asked_again": len(asked_again(before, stage.rows(lines), namesakes(stage.truth.values()))),
        "not_true": len(untrue(stage, folder)),
        "coverage": after.summary.coverage,
    }


def stops(stage: Stage, folder: Path, order: str) -> dict[str, Any]:
    """One fault that stays: what the run ended in, that nothing it wrote is false, and that the
    next run ends well."""
    refused = order == "wrong password"
    stage.order("" if refused else order)
    lines = len(stage.rows())
    result = crawl(stage, folder, password="not-the-word" if refused else None, breaker=3)
    names = {one.fault for one in result.summary.failed}
    if result.fault is not None:
        names.add(result.fault.name)
    rows = stage.rows(lines)
    before, line = done(folder), len(stage.rows())
    false = untrue(stage, folder)
    stage.order("")
    after = crawl(stage, folder)
    return {
        "named": sorted(names),
        "stopped": (result.stopped or "")[:160],
        "exit_code": result.exit_code,
        "state": result.summary.state,
        "false_records": len(false),
        "passwords_submitted": sum(row["page"] == "signin-post" for row in rows),
        "next_run_exit_code": after.exit_code,
        "next_run_not_true": len(untrue(stage, folder)),
        "asked_again": len(asked_again(before, stage.rows(line), namesakes(stage.truth.values()))),
    }


def wrong(told: dict[str, Any], name: str) -> str:
    """What is not as it must be about a `stops`, or nothing."""
    if name not in told["named"]:
        return f"named {told['named']}"
    if told["exit_code"] != 3 or told["state"] == "complete":
        return f"exit {told['exit_code']}, {told['state']}"
    if (
        told["false_records"]
        or told["next_run_not_true"]
        or told["next_run_exit_code"]
        or told["asked_again"]
    ):
        return f"false, or not well afterwards: {told}"
    return "" if name != "SignInRefused" or told["passwords_submitted"] == 1 else "submitted again"
