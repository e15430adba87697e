"""The figures of ``docs/reliability.md``, made from the result files: ``python
proof/harness_page.py`` writes them anew."""

from __future__ import annotations

import json
import sys
from typing import Any

from proof.harness import RESULTS

PAGE = RESULTS.parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: made by proof/harness_page.py -->", "<!-- end of figures -->"


def result(name: str) -> dict[str, Any]:
    """A result file; raises FileNotFoundError where the proof was never run."""
    told: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return told


def _run(told: dict[str, Any]) -> str:
    return f"seed {told['seed']}, {told['date'][:10]}, commit `{told['commit'][:7]}`"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows), ""]


def _again(told: dict[str, Any]) -> list[str]:
    if "run_again" not in told:
        return []
    again = told["run_again"]
    names = "; ".join(f"{case} ({text})" for case, text in again["cases"].items())
    left_out = ", ".join(again["no_case"])
    return [
        *([f"Left out, because the portals do not do it there: {left_out}."] if left_out else []),
        f"Run again at commit `{again['commit'][:7]}`, "
        f"after what was wrong had been put right: {names}.",
    ]


def matrix_plain() -> list[str]:
    told = result("matrix-http")
    slowest = max(one["slowest_seconds"] for one in told["faults"].values())
    return [
        "## The same without a browser",
        "",
        "The faults of the portals again in fetch mode http, where a browser only signs in: "
        f"{told['cases']} cases, {told['cured_and_true']} cured with the "
        f"record equal to the truth, {told['clear_stop']} ended in the clear stop that is theirs, "
        f"{len(told['wrong'])} went wrong; the slowest took {slowest:g} s. {_run(told)}.",
        "",
    ]


def matrix() -> list[str]:
    told = result("matrix")
    rows = [
        (
            name,
            one["page_kinds"],
            one["cured"] or "",
            one["stopped"] or "",
            ", ".join(f"`{word}`" for word in one["named"]) or "(not troubled)",
            f"{one['slowest_seconds']:g}",
        )
        for name, one in told["faults"].items()
    ]
    return [
        "## Every fault on every page kind",
        "",
        f"{told['cases']} cases ({told['of_portals']} of portals, "
        f"{told['of_browser_and_driver']} of browser and driver): "
        f"{told['cured_and_true']} cured with the record equal to the truth, {told['clear_stop']} "
        f"ended in the clear stop that is theirs, {len(told['wrong'])} went wrong. {_run(told)}.",
        *_again(told),
        "",
        *_table(
            ("fault", "page kinds", "cured", "stopped", "faults met on the way", "slowest, s"), rows
        ),
    ]


def soak() -> list[str]:
    return _soak("The soak", result("soak"))


def soak_auto() -> list[str]:
    return _soak("The soak in the fetch mode that a crawl takes by itself", result("soak-auto"))


def _soak(title: str, told: dict[str, Any]) -> list[str]:
    left = told["left_over"]
    rows = [
        ("people, deeds, runs", f"{told['people']}, {told['deeds']}, {told['runs']}"),
        ("deeds", ", ".join(f"{name} {count}" for name, count in told["by_deed"].items())),
        ("faults of the portals that struck", told["portal_faults_struck"]),
        ("records that are not the truth", told["records_not_true"]),
        ("runs that said complete before it was true", told["false_successes"]),
        (
            "finished people asked about again; files lost",
            f"{told['finished_people_asked_again']}; {told['files_lost']}",
        ),
        (
            "processes, profile folders, temporaries left",
            f"{left['processes']}, {left['profile_folders']}, {left['temporaries']}",
        ),
        (
            "requests: clean run, soak, allowed",
            f"{told['requests_clean']}, "
            f"{told['requests']} ({told['requests_to_clean']} times), {told['requests_allowed']}",
        ),
        ("seconds: clean run, soak", f"{told['clean_seconds']:g}, {told['seconds']:g}"),
    ]
    return [
        f"## {title}",
        "",
        f"Fetch mode `{told['fetch_mode']}`. {_run(told)}.",
        "",
        *_table(("what", "figure"), rows),
    ]


def stops() -> list[str]:
    told = result("stop")
    dead, dies = told["one_in_ten_cannot_be_fetched"], told["portal_dies"]
    rows = [
        (
            f"`{order}`",
            ", ".join(f"`{word}`" for word in one["named"]),
            one["exit_code"],
            one["false_records"],
            one["next_run_exit_code"],
            one["asked_again"],
        )
        for order, one in told["stops"].items()
    ]
    failed = ", ".join(
        f"{half} {count}" for half, count in dies["failed_before_it_stopped"].items()
    )
    return [
        "## What cannot be cured",
        "",
        f"{dead['cannot_be_fetched']} of {dead['people']} people cannot be fetched: "
        f"exit {dead['exit_code']}, {dead['failed']} named as failed, exactly those: "
        f"{'yes' if dead['exactly_those'] else 'no'}; of the others {dead['others_not_true']} "
        f"records are not the truth and {dead['others_missing']} are missing. "
        f"A portal that dies at request {dies['dies_at_request']}: "
        f"failed before the breaker ({dies['breaker']}) stopped: "
        f"{failed}; exit {dies['exit_code']}; the next run: exit {dies['next_run_exit_code']}, "
        f"{dies['asked_again']} asked again, {dies['not_true']} not true. {_run(told)}.",
        "",
        *_table(
            (
                "fault that stays",
                "named",
                "exit",
                "false records",
                "exit of the next run",
                "asked again",
            ),
            rows,
        ),
    ]


def kills() -> list[str]:
    told = result("kill")
    rows = [
        (
            name.replace("_", " "),
            one["exit_code"],
            f"{one['records_true']} of {one['people']}",
            one["detail_pages_asked"],
            one.get("asked_again", ""),
            f"{one['longest_pause_seconds']:g}",
            one["requests_after_the_pause"],
            one["processes_left"] + one["temporaries_left"],
        )
        for name, one in told.items()
        if isinstance(one, dict)
    ]
    return [
        "## 200 pages and one kill",
        "",
        "What `examples.md` measured on other crawlers: "
        "after one SIGKILL and a second run Scrapy ended with 0 of 200 items and",
        "said *finished*, Crawlee fetched everything again; "
        "a killed browser cost Crawlee 22 of 30 pages; a frozen chromedriver",
        "blocked Selenium for 120 s. "
        "The same here, with the two browsers that `cj jail` uses, one of which",
        f"is hit ({_run(told)}):",
        "",
        *_table(
            (
                "one deed",
                "exit",
                "records equal to the truth",
                "pages asked",
                "asked again",
                "longest pause, s",
                "requests after it",
                "left over",
            ),
            rows,
        ),
        "",
        "A frozen chromedriver is given up after 30 s, "
        "the deadline of every command. The other browser reads on meanwhile; the",
        "pause is what is left of those 30 s once nobody else is to be read, "
        "and after it comes the one person who was waited for.",
    ]


PARTS = {
    "matrix": matrix,
    "matrix-http": matrix_plain,
    "soak": soak,
    "soak-auto": soak_auto,
    "stop": stops,
    "kill": kills,
}


def figures() -> str:
    """All tables, between the marks."""
    lines = [BEGIN, ""]
    for name, part in PARTS.items():
        there = (RESULTS / f"{name}.json").exists()
        lines += part() if there else [f"`proof/{name}_proof.py` has not been run in full yet.", ""]
    return "\n".join([*lines, END])


def main() -> int:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{figures()}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
