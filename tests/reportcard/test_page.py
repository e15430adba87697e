from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from reportcard.load import load
from reportcard.load_files import BadFolderError
from reportcard.page import coverage_page, percent
from reportcard.page_facts import OUTCOMES, CoverageFacts, HalfFacts, coverage_facts
from tests.reportcard import folders
from tests.reportcard.folders import moment, person, put_jail, put_roster

MONDAY = dt.date(2026, 1, 5)


def summary(folder: Path, jail: dict[str, int], court: dict[str, int], **more: Any) -> None:
    halves = {
        name: {"counts": dict.fromkeys(OUTCOMES, 0) | counts}
        for name, counts in (("jail", jail), ("odyssey", court))
    }
    whole = {
        "halves": halves,
        "exact": True,
        "state": "complete",
        "retries": {},
        "failed": [],
    } | more
    (folder / "summary.json").write_text(json.dumps(whole), encoding="utf-8")


def shown(page: str) -> str:
    return " ".join(BeautifulSoup(page, "lxml").get_text(" ").split())


def test_the_page_counts_what_the_truth_counts(practice_county: tuple[Path, list[Any]]) -> None:
    folder, truth = practice_county
    facts = coverage_facts(folder)
    outcomes = Counter(line["outcome"] for line in truth)
    assert {name: count for name, count in facts.court.counts.items() if count} == dict(outcomes)
    assert facts.people == 120
    assert facts.custody == Counter(line["jail"]["custody_status"]["answer"] for line in truth)
    bookings = [booking for line in truth for booking in line["jail"]["bookings"]]
    held = [booking for booking in bookings if not booking["released"]]
    assert (facts.bookings, facts.held) == (len(bookings), len(held))
    assert facts.bond_cents == sum(bond["amount_cents"] or 0 for b in held for bond in b["bonds"])
    cases = {
        c["case_number"]: c for line in truth if line["odyssey"] for c in line["odyssey"]["cases"]
    }
    assert facts.cases == len(cases)
    assert facts.cases_pretrial == sum(
        case["pretrial"]["answer"] == "pretrial" for case in cases.values()
    )


def test_the_page_is_self_contained_and_names_nobody(
    practice_county: tuple[Path, list[Any]], url: str
) -> None:
    folder, truth = practice_county
    page = coverage_page(folder, load(folder, url))
    soup = BeautifulSoup(page, "lxml")
    assert not soup.find_all(["script", "link", "img", "iframe"])
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert "url(" not in page
    assert str(folder.parent) not in page
    for line in truth:
        assert line["jail"]["name"]["last"] not in page
        assert line["key"] not in page
        assert line["jail"]["date_of_birth"] is None or line["jail"]["date_of_birth"] not in page


def test_the_crawls_own_counts_are_shown(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    put_jail(folder, person("1", "b1"), moment(MONDAY))
    summary(
        folder,
        {"found": 9, "failed": 1},
        {"found": 5, "not_found": 1, "unverified": 1, "carried": 1, "pending": 2, "not_asked": 4},
        exact=False,
        state="unfinished",
        retries={"Slow": 41},
        failed=[{"fault": "LayoutChanged"}, {"fault": "LayoutChanged"}],
    )
    facts = coverage_facts(folder)
    assert (facts.jail.coverage, facts.court.coverage) == (0.9, 0.8)
    said = shown(coverage_page(facts))
    assert "Jail records: 9 of 10 asked 90.0 %" in said
    assert "Court histories: 8 of 10 asked 80.0 %" in said
    assert "complete is not proved" in said
    assert "2 people are still to do in the court half" in said
    assert "LayoutChanged 2" in said
    assert "Slow 41" in said
    assert "4 not asked" in said


def test_without_a_summary_the_rest_of_the_roster_is_still_to_do(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    put_roster(folder, [{"key": str(number), "name": "SAMPLE, JORDAN"} for number in range(4)])
    put_jail(folder, person("1", "b1"), moment(MONDAY))
    facts = coverage_facts(folder)
    assert (facts.jail.counts["found"], facts.jail.counts["pending"]) == (1, 3)
    assert facts.court.coverage == 0


def test_files_that_are_not_valid_are_said_and_not_counted(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    put_jail(folder, person("1", "b1"), moment(MONDAY))
    (folder / "jail" / "2.json").write_text("{", encoding="utf-8")
    facts = coverage_facts(folder)
    assert (facts.people, facts.invalid_files) == (1, 1)
    assert "1 files are not valid" in shown(coverage_page(facts))


def test_an_empty_crawl_has_a_page() -> None:
    facts = CoverageFacts("nowhere", "empty", MONDAY, HalfFacts({}), HalfFacts({}))
    said = shown(coverage_page(facts))
    assert "Jail records: 0 of 0 asked nobody asked" in said


def test_what_stands_in_the_files_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    facts = CoverageFacts(evil, evil, MONDAY, HalfFacts({}), HalfFacts({}), state=evil)
    facts.custody[evil] = 1
    facts.faults = {evil: 1}
    assert "<script" not in coverage_page(facts)


def test_the_same_facts_give_the_same_page(few: tuple[Path, list[Any]]) -> None:
    assert coverage_page(few[0]) == coverage_page(few[0])


def test_a_summary_that_is_not_readable_is_named(data: Path) -> None:
    folder = folders.folder_of(data, MONDAY)
    (folder / "summary.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadFolderError, match=r"summary\.json"):
        coverage_facts(folder)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "nobody asked"),
        (0, 3, "0.0 %"),
        (2999, 3000, "99.9 %"),
        (29, 100, "29.0 %"),
        (3, 3, "100.0 %"),
    ],
)
def test_a_share_is_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text
