"""The figures of ``docs/speed.md``, made from the result file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
PAGE = ROOT / "docs" / "speed.md"
BEGIN, END = "<!-- figures: made by benchmarks/crawl_speed.py -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Goal:
    """One line of the goals: what was reached, whether that is enough, and why not if it is
    known."""

    what: str
    goal: str
    reached: str
    met: bool | None
    why: str = ""


def figures(told: dict[str, Any]) -> str:
    """All tables, between the marks."""
    parts = [_head(told), *_goals(told), *_court(told), *_others(told)]
    return "\n".join([BEGIN, "", *parts, END])


def write() -> None:
    """Puts them into the page."""
    told = json.loads(RESULT.read_text(encoding="utf-8"))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{figures(told)}{rest.partition(END)[2]}", encoding="utf-8")


def goals(told: dict[str, Any]) -> list[Goal]:
    """The goals that this project set itself, beside what was reached."""
    found: list[Goal] = []
    if "court" in told:
        found += _court_goals(told["court"])
    for one in told.get("polite", ()):
        found.append(
            Goal(
                f"share of the pace permitted, {one['half']} portal ({one['sessions']} sessions)",
                ">= 0.97",
                f"{one['share']:.2f} "
                f"({one['reached_per_minute']:.0f} of {one['permitted_per_minute']:.0f} a minute)",
                one["share"] >= 0.97,
                "a half begins with one session and ends with one for the last people; "
                "each start comes a moment after it might",
            )
        )
    if "resume" in told:
        one = told["resume"]
        found.append(
            Goal(
                "nothing to do: "
                f"{one['people']:,} people re-checked, {one['bytes_each']} bytes each",
                "<= 10 s",
                f"{one['seconds']:g} s ({one['cpu_seconds']:g} s of processor)",
                one["seconds"] <= 10 if one["people"] >= 100_000 else None,
                "each file is opened and validated in full, in one process",
            )
        )
        grown = one["mb_at_the_end"] - one["mb_after_a_tenth"]
        found.append(
            Goal(
                f"memory meanwhile (the roster of {one['people']:,} is held all the time; "
                f"{one['peak_mb']} MB while it is parsed)",
                "flat",
                f"{one['mb_after_a_tenth']:g} MB after a tenth of the files, "
                f"{one['mb_at_the_end']:g} MB after the last",
                grown <= 0.05 * one["mb_at_the_end"],
                "everybody's outcome is held until all are counted",
            )
        )
    for one in told.get("recovery", ()):
        limit = one["client_timeout_s"] + 1
        found.append(
            Goal(
                f"{one['deed']}: noticed / signed in again after that",
                f"<= {limit:g} s / <= 3 s",
                f"{one['noticed_s']:g} s / {one['signed_in_after_s']:g} s",
                one["noticed_s"] <= limit and one["signed_in_after_s"] <= 3,
                "starting a browser and signing in is processor time, which others had a part of",
            )
        )
    if "memory" in told:
        one = told["memory"]
        found.append(
            Goal(
                f"memory over {one['people']:,} people",
                "flat",
                f"{one['mb_after_a_tenth']:g} MB after a tenth, "
                f"{one['mb_at_the_end']:g} MB at the end (fake county in it)",
                one["mb_at_the_end"] - one["mb_after_a_tenth"] <= 5,
                "something is kept for each person",
            )
        )
    if "court" in told:
        used = {one["who"]: one["python_mb"] for one in told["court"] if one["latency_ms"] == 200.0}
        used = {who: mb for who, mb in used.items() if who.startswith(("browser", "http"))}
        found.append(
            Goal(
                "memory beside the browsers, up to four sessions",
                "<= 60 MB",
                f"{min(used.values())} to {max(used.values())} MB",
                max(used.values()) <= 60,
                "four sessions in one process parse at the same time",
            )
        )
    return found


def _court_goals(rows: list[dict[str, Any]]) -> list[Goal]:
    at = {(row["who"], row["latency_ms"]): row for row in rows}
    naive, plain, browser = (
        at[who, 200.0] for who in ("naive Selenium", "http, 4 sessions", "browser, 4 sessions")
    )
    found = []
    for name, one, times, share, why in (
        (
            "http fetch mode, 4 sessions",
            plain,
            14.0,
            1 / 60,
            "requests, parsing, checking and an fsynced file each have a part of it",
        ),
        (
            "browser fetch mode, 4 sessions",
            browser,
            6.0,
            0.45,
            "the machine's cores are shared by all browsers",
        ),
    ):
        faster = one["people_per_minute"] / naive["people_per_minute"]
        cost = one["cpu_seconds_a_person"] / naive["cpu_seconds_a_person"]
        found.append(
            Goal(
                f"{name}, against naive Selenium at 200 ms: people a minute",
                f">= {times:g} x",
                f"{faster:.1f} x",
                faster >= times,
                "a client that did nothing "
                f"but wait for the portal would reach {faster / one['share_of_bound']:.1f} x",
            )
        )
        found.append(
            Goal(
                f"{name}, against naive Selenium at 200 ms: processor a person",
                "<= 1/60" if share < 0.1 else f"<= {share:g}",
                f"1/{1 / cost:.0f}" if share < 0.1 else f"{cost:.2f}",
                cost <= share,
                why,
            )
        )
    for latency, least in ((200.0, 0.97), (50.0, 0.90)):
        for who in ("http, 1 session", "http, 4 sessions"):
            row = at[who, latency]
            found.append(
                Goal(
                    f"{who}: share of the bound at {latency:g} ms",
                    f">= {least}",
                    f"{row['share_of_bound']:.2f}",
                    row["share_of_bound"] >= least,
                    "between two requests a session parses, "
                    "and after the last it writes a file that is flushed to the disk",
                )
            )
    if ("Scrapy, 4 at once", 200.0) in at:
        other = at["Scrapy, 4 at once", 200.0]
        faster = plain["people_per_minute"] / other["people_per_minute"]
        cost = plain["cpu_seconds_a_person"] / other["cpu_seconds_a_person"]
        found.append(
            Goal(
                "http fetch mode against Scrapy, "
                "4 at once, 200 ms: people a minute / processor a person (reported)",
                ">= 1.05 x / <= 0.6 x",
                f"{faster:.2f} x / {cost:.2f} x",
                faster >= 1.05 and cost <= 0.6,
                "Scrapy's spider reads cells by selectors and checks, validates and writes nothing",
            )
        )
    return found


def _head(told: dict[str, Any]) -> str:
    loads = [load for pair in told["load"].values() for load in pair]
    quick = " A quick run: one round of each." if told["quick"] else ""
    older: dict[tuple[str, str], list[str]] = {}
    for name, at in told["measured"].items():
        if at["commit"] != told["commit"]:
            older.setdefault((at["date"][:10], at["commit"][:7]), []).append(name)
    others = "".join(
        f" {', '.join(names)}: {day}, commit `{commit}`." for (day, commit), names in older.items()
    )
    return (
        f"{told['date'][:10]}, commit `{told['commit'][:7]}`, {told['system']}, "
        f"{told['memory_gb']} GB, Python {told['python']}. Load average while it ran: "
        f"{min(loads):g} to {max(loads):g}. Scrapy: {told['scrapy']}.{quick}{others}\n"
    )


def _goals(told: dict[str, Any]) -> list[str]:
    words = {True: "yes", False: "**no**", None: "not measured in full"}
    lines = ["## Goals", "", *_table(("what", "goal", "reached", "met"))]
    some = goals(told)
    lines += [_row(one.what, one.goal, one.reached, words[one.met]) for one in some]
    short = [one for one in some if one.met is False]
    if short:
        lines += ["", "What falls short, and why:", ""]
        lines += [f"- {one.what}: {one.why}." for one in short]
    return [*lines, ""]


def _court(told: dict[str, Any]) -> list[str]:
    if "court" not in told:
        return []
    lines = [
        "## Court histories: one search and four cases a person",
        "",
        *_table(
            (
                "latency",
                "who",
                "people a minute (spread)",
                "processor, s a person",
                "requests a person",
                "waiting for the portal",
                "of latency alone",
                "Python, MB",
                "browsers, MB",
            )
        ),
    ]
    for one in told["court"]:
        shares = [
            f"{one[key]:.2f}" if key in one else ""
            for key in ("share_of_bound", "share_of_latency")
        ]
        lines.append(
            _row(
                f"{one['latency_ms']:g} ms",
                one["who"],
                f"{one['people_per_minute']:g} ({one['slowest']:g} to {one['fastest']:g})",
                f"{one['cpu_seconds_a_person']:g}",
                f"{one['requests_a_person']:g}",
                *shares,
                one["python_mb"],
                one["browsers_mb"] or "",
            )
        )
    rounds = {f"{one['latency_ms']:g} ms: {one['rounds']}": None for one in told["court"]}
    return [*lines, "", f"Medians of rounds taken in turns ({', '.join(rounds)}).", ""]


def _others(told: dict[str, Any]) -> list[str]:
    if "start" not in told:
        return []
    one = told["start"]
    heavy = ", ".join(one["heavy_packages"]) or "none"
    return [
        "## Start",
        "",
        f"`cj --help`: {one['help_ms']} ms (Python alone {one['python_alone_ms']} ms), "
        f"{one['modules']} modules; heavy packages among them: {heavy}.",
        "",
    ]


def _table(head: tuple[str, ...]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
