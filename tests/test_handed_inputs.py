"""Inputs that were handed over from outside (``tests/data/handed/README.md``), each with the value
that a person reads on the page. Those in `NOT_READ_YET` are wrong today; whoever mends one takes
its name out (the mark is strict)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resilience.faults import Fault
from scrapers.jail.parse import Asked, detail_page
from scrapers.odyssey.kept import KeptCourt
from scrapers.odyssey.parse.classic import read_classic
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.roa import read_roa
from scrapers.odyssey.rules.search import rounds
from scrapers.record import Inputs, Provenance, Seen
from scrapers.sites import site_of

HANDED = Path(__file__).parent / "data" / "handed"
ODYSSEY = sorted((HANDED / "odyssey").glob("*.expected.json"))
IML: list[dict[str, Any]] = json.loads((HANDED / "iml" / "expected.json").read_bytes())
COURT_NOT_READ_YET: frozenset[str] = frozenset()
NOT_READ_YET = COURT_NOT_READ_YET

Output = dict[str, Any]
"""``record``, with ``unread`` and ``extra`` beside it."""


# -- one adapter per kind of input: only these change when `cj read --json` reads them -----------


def read_case(page: Path, case_number: str, missing: list[str]) -> Output:
    """A classic case page."""
    read = read_classic(
        page.read_text(encoding="utf-8"),
        _url(case_number),
        CaseLink(case_number=case_number, url=_url(case_number)),
        ZoneInfo("America/Chicago"),
        missing=tuple(missing),
    )
    return {"record": {"case": read.case.model_dump(mode="json")}, "unread": _plain(read.unread)}


def read_services(page: Path, case_number: str, missing: list[str]) -> Output:
    """The answers of a case's services."""
    read = read_roa(
        json.loads(page.read_bytes()),
        _url(case_number),
        CaseLink(case_number=case_number, url=_url(case_number)),
        ZoneInfo("America/Chicago"),
        missing=tuple(missing),
    )
    return {"record": {"case": read.case.model_dump(mode="json")}, "unread": _plain(read.unread)}


def read_booking(page: Path, site_key: str, booking_number: str) -> Output:
    """A booking's page."""
    site = site_of(site_key)
    assert site.jail is not None
    born = "date_of_birth" in site.jail.columns
    read = detail_page(
        page.read_text(encoding="utf-8"),
        f"https://x.invalid/{booking_number}",
        site.jail,
        site.zone,
        Asked(booking_number, "SAMPLE, AVERY", dt.date(1990, 1, 2) if born else None),
    )
    beside = {
        "name": read.name,
        "date_of_birth": read.date_of_birth and read.date_of_birth.isoformat(),
        "permanent_id": read.permanent_id,
    }
    return {
        "record": read.booking.model_dump(mode="json") | beside,
        "unread": [one.model_dump(mode="json") for one in read.unread],
    }


def read_visit(page: Path) -> Output:
    """All pages of one person, searched and judged by the rules that a crawl uses."""
    visit = json.loads(page.read_bytes())
    name, born = visit["person"]["name"], dt.date.fromisoformat(visit["person"]["date_of_birth"])
    searches = [query for group in rounds(name, born, ()) for query in group]
    seen = [Seen("results", _url(""), visit["results"], query.about) for query in searches]
    for number, html in visit["pages"].items():
        seen.append(Seen("case", _url(number), html, {"case_number": number}))
    provenance = Provenance(
        site="shelby-tn",
        fetched_at=dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc),
        version="0",
        attempts=1,
    )
    court = KeptCourt(site_of("shelby-tn"), seen, dt.date(2026, 11, 22))
    inputs = Inputs(name=name, date_of_birth=born)
    return court.history("someone", inputs, provenance).model_dump(mode="json")


# ------------------------------------------------------------------------------------------------


def _url(case_number: str) -> str:
    return f"https://x.invalid/portal/Case/CaseDetail?eid={case_number}&tabIndex=3"


def _plain(extra: Any) -> dict[str, Any]:
    """What stands beside a record, as JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(extra, default=lambda it: it.model_dump()))
    return plain


def at(value: Any, path: str) -> Any:
    """What stands there, None where nothing does."""
    for key in path.split("."):
        items = dict(enumerate(value)) if isinstance(value, list) else value or {}
        value = items.get(int(key) if isinstance(value, list) else key)
    return value


def wrong(output: Output, root: Any, expected: dict[str, Any]) -> list[str]:
    """Which expectations are not met."""
    text = json.dumps(output, ensure_ascii=False)
    found = []
    for path, value in expected.items():
        if path == "somewhere":
            texts = [value] if isinstance(value, str) else value
            right = all(one in text for one in texts)
        elif path == "unread":
            right = output.get("unread", []) == value
        elif path.startswith("len "):
            right = len(at(root, path[4:]) or []) == value
        elif path.endswith(" not"):
            right = at(root, path[:-4]) not in (None, value)
        elif str(value).startswith("some word"):
            right = bool(at(root, path))
        else:
            right = at(root, path) == value
        if not right:
            found.append(f"{path}: expected {value!r}, found {at(root, path)!r}")
    return found


def inputs(*kinds: str) -> list[Any]:
    """The inputs of these kinds, those that are not read yet marked."""
    there = [
        (path.name.partition(".")[0], kind)
        for path in ODYSSEY
        if (kind := json.loads(path.read_bytes())["kind"]) in kinds
    ]
    there += [(Path(one["page"]).stem, "booking") for one in IML if "booking" in kinds]
    failing = pytest.mark.xfail(
        strict=True, raises=(AssertionError, Fault), reason="not read right yet"
    )
    return [pytest.param(name, marks=failing if name in NOT_READ_YET else ()) for name, _ in there]


def expectation(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((HANDED / "odyssey" / f"{name}.expected.json").read_bytes())
    return told


@pytest.mark.parametrize("name", inputs("case"))
def test_a_case_page(name: str) -> None:
    asked = expectation(name)
    page = HANDED / "odyssey" / f"{name}.html"
    output = read_case(page, asked["case_number"], asked["missing"])
    assert wrong(output, output["record"], asked["expected"]) == [], asked["why"]


@pytest.mark.parametrize("name", inputs("roa"))
def test_the_answers_of_services(name: str) -> None:
    asked = expectation(name)
    page = HANDED / "odyssey" / f"{name}.json"
    output = read_services(page, asked["case_number"], asked["missing"])
    assert wrong(output, output["record"], asked["expected"]) == [], asked["why"]


@pytest.mark.parametrize("name", inputs("booking"))
def test_a_booking(name: str) -> None:
    (asked,) = [one for one in IML if Path(one["page"]).stem == name]
    output = read_booking(HANDED / "iml" / asked["page"], asked["site"], asked["booking_number"])
    assert wrong(output, output["record"], asked["expected"]) == [], asked["means"]


@pytest.mark.parametrize("name", inputs("visit"))
def test_a_whole_visit(name: str) -> None:
    asked = expectation(name)
    visit = HANDED / "odyssey" / f"{name}.json"
    file = read_visit(visit)
    numbers = [case["case_number"] for case in (file["record"] or {}).get("cases", ())]
    expected = dict(asked["expected"])
    assert file["outcome"] == expected.pop("outcome"), asked["why"]
    if "cases" in expected:
        assert numbers == expected.pop("cases"), asked["why"]
    if "cases includes" in expected:
        accepted = expected.pop("cases includes")
        assert accepted in numbers, asked["why"]
        assert expected.pop("the other") == "named as unread"
        others = set(json.loads(visit.read_bytes())["pages"]) - {accepted}
        assert {part["number"] for part in file["unread_parts"]} == others, asked["why"]
    assert not expected, "an expectation that this test does not know"


def test_every_input_is_tested() -> None:
    tested = {one.values[0] for one in inputs("case", "roa", "booking", "visit")}
    files = {path.name.split(".")[0] for path in HANDED.glob("*/*") if path.suffix == ".html"}
    files |= {path.name.split(".")[0] for path in (HANDED / "odyssey").glob("*.json")}
    assert tested == files
    assert len(tested) == 48
    assert tested >= NOT_READ_YET
