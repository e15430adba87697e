"""Visits of the practice portals, recorded: nobody of the truth is left, everybody is the same
everywhere, it reads alike."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from practice.server import Options, Running, running
from practice.truth import truth
from replay.anonymize import Key, Recording, UnsafeRecordingError, anonymize, anonymizer
from replay.anonymize.anonymizer import files_of
from replay.anonymize.compare import differences
from replay.anonymize.readings import readings
from replay.anonymize.text import TextReplacer
from replay.exchange import Exchange
from replay.fixtures import all_fixtures
from replay.guard import violations
from scrapers.sites import Site, site_of
from tests.replay.anonymize.visits import court_visit, jail_visit, personal_values

KEY, OTHER = Key(b"k" * 32), Key(b"o" * 32)
FIXTURES = [
    one
    for one in all_fixtures(Path(__file__).parents[2] / "fixtures")
    if not any('type="password"' in step.body for step in one.exchange.steps)
]


@dataclasses.dataclass
class County:
    """Practice portals with the truth about their people."""

    portals: Running
    site: Site
    truth: dict[str, dict[str, Any]]

    def court(self, line: dict[str, Any], cases: int = 3) -> Exchange:
        born = line["jail"]["date_of_birth"]
        printed = f"{born[5:7]}/{born[8:]}/{born[:4]}"
        return court_visit(self.site, self.portals, line["jail"]["name"]["full"], printed, cases)

    def found(self, count: int) -> list[dict[str, Any]]:
        lines = [
            line
            for line in self.truth.values()
            if line["outcome"] == "found" and line["jail"]["date_of_birth"]
        ]
        return lines[:count]


def county(name: str, dialect: str) -> Iterator[County]:
    with running(Options(people=40, seed=7, dialect=dialect)) as portals:
        world = portals.world
        site = site_of(name).with_addresses(
            jail=portals.jail, court=portals.portal, as_of=world.today
        )
        lines = truth(world.people, world.today, outcomes=True, dialect=dialect)
        yield County(portals, site, {line["key"]: line for line in lines})


@pytest.fixture(scope="module")
def classic() -> Iterator[County]:
    yield from county("practice", "shelby,chatham")


@pytest.fixture(scope="module")
def roa() -> Iterator[County]:
    yield from county("practice-roa", "shelby,roa")


@pytest.fixture(scope="module")
def four_columns() -> Iterator[County]:
    yield from county("practice-4col", "bergen,napa")


def bytes_of(recording: Recording) -> str:
    return "\n".join(
        f"{name}\n{raw.decode('utf-8', 'replace')}"
        for name, raw in files_of(recording.exchange).items()
    )


def left(recording: Recording, values: set[str]) -> set[str]:
    """Values of the truth that stand in the folder's bytes, plain or in the form the portals
    print."""
    whole = bytes_of(recording).casefold()
    found = set()
    for value in values:
        forms = {value.casefold()}
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            forms = {value, f"{value[5:7]}/{value[8:]}/{value[:4]}"}
        if any(
            re.search(rf"(?<!\w){re.escape(form)}(?!\w)", whole) for form in forms if len(form) > 2
        ):
            found.add(value)
    return found


@pytest.mark.parametrize("which", ["classic", "four_columns"])
def test_nobody_of_the_roster_is_left_in_a_recorded_list_or_page(
    which: str, request: pytest.FixtureRequest
) -> None:
    county: County = request.getfixturevalue(which)
    recording = anonymize(jail_visit(county.site, [0, 1, 2, 3]), county.site, KEY)
    values = {value for line in county.truth.values() for value in personal_values(line["jail"])}
    assert len(values) > 150
    assert left(recording, values) == set()
    assert re.search(r"XX/XX/\d{4}", bytes_of(recording)) or which == "four_columns"


@pytest.mark.parametrize("which", ["classic", "roa"])
def test_nothing_of_a_searched_person_is_left_in_a_recorded_case(
    which: str, request: pytest.FixtureRequest
) -> None:
    county: County = request.getfixturevalue(which)
    for line in county.found(5):
        recording = anonymize(county.court(line), county.site, KEY)
        values = personal_values(line["odyssey"]) | {
            line["jail"]["name"]["full"],
            line["jail"]["date_of_birth"],
        }
        assert len(values) >= 6
        assert left(recording, values) == set()


def test_a_person_is_the_same_on_all_pages_and_in_both_products(
    classic: County, tmp_path: Path
) -> None:
    jail = readings(
        anonymize(jail_visit(classic.site, [1]), classic.site, KEY).exchange, classic.site
    )
    row, page = jail[0].record["rows"][1], jail[2].record
    assert page["booking"]["booking_number"] == row["booking_number"]
    assert page["permanent_id"] == row["permanent_id"]
    assert page["date_of_birth"] == row["date_of_birth"]
    last, first = row["name"].split(", ")
    assert page["name"].split() == [*first.split(), last]
    line = classic.truth[
        readings(jail_visit(classic.site, []), classic.site)[0].record["rows"][1]["permanent_id"]
    ]
    court = readings(anonymize(classic.court(line), classic.site, KEY).exchange, classic.site)
    hit = court[0].record["parties"][0]
    assert (hit["name"], hit["date_of_birth"]) == (row["name"], row["date_of_birth"])
    numbers = {case["case_number"] for case in hit["cases"]}
    assert {bond["case_number"] for bond in page["booking"]["bonds"]} <= numbers


def test_dates_of_a_case_keep_their_order_and_distance(classic: County) -> None:
    visit = classic.court(classic.found(3)[2])
    made = anonymize(visit, classic.site, KEY).exchange

    def dates(exchange: Exchange) -> list[Any]:
        import datetime as dt

        case = next(
            one.record["case"] for one in readings(exchange, classic.site) if one.kind == "case"
        )
        printed = [
            case["file_date"],
            *(event["date"] for event in [*case["events"], *case["hearings"]]),
        ]
        days = [dt.date.fromisoformat(day) for day in printed]
        return [(day - days[0]).days for day in days]

    assert dates(made) == dates(visit)
    assert len(dates(made)) > 3


@pytest.mark.parametrize("which", ["classic", "roa"])
def test_two_recordings_with_one_key_agree_and_with_another_do_not(
    which: str, request: pytest.FixtureRequest
) -> None:
    county: County = request.getfixturevalue(which)
    visit = county.court(county.found(2)[1])
    one, same, other = (
        files_of(anonymize(visit, county.site, key).exchange)
        for key in (KEY, Key(b"k" * 32), OTHER)
    )
    assert one == same
    assert one.keys() == other.keys()
    same_yet = {name for name in one if one[name] == other[name]}
    assert not {name for name in same_yet if re.search(rb"\d{5}", one[name])}, (
        "only what holds nobody is the same"
    )


def test_a_recording_says_what_it_replaced_and_shows_only_new_values(classic: County) -> None:
    line = classic.found(1)[0]
    recording = anonymize(classic.court(line), classic.site, KEY)
    assert {"name", "birth date", "date", "number", "token"} <= set(recording.replaced)
    examples = " ".join(example for _, example in recording.replaced.values())
    assert not any(value in examples for value in personal_values(line["odyssey"]))


@pytest.mark.parametrize("fixture", FIXTURES, ids=[one.name for one in FIXTURES])
def test_every_fixture_can_be_recorded_and_passes_the_guard(fixture: Any, tmp_path: Path) -> None:
    steps = tuple(
        dataclasses.replace(step, url=step.url or "https://jail.example/IML")
        for step in fixture.exchange.steps
    )
    recording = anonymize(dataclasses.replace(fixture.exchange, steps=steps), fixture.site, KEY)
    recording.exchange.save(tmp_path / "f")
    assert violations(tmp_path / "f", fixture.site) == []


# -- refusal
# ------------------------------------------------------------------------------------------------


def refused(visit: Exchange, site: Site) -> list[str]:
    with pytest.raises(UnsafeRecordingError) as caught:
        anonymize(visit, site, KEY)
    return caught.value.reasons


def test_a_name_that_was_not_replaced_is_refused(
    classic: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = jail_visit(classic.site, [0])
    row = readings(visit, classic.site)[0].record["rows"][4]
    whole = TextReplacer.replace

    def forgetful(self: TextReplacer, text: str, mode: str = "text") -> str:
        return text if row["name"].split(",")[0] in text else whole(self, text, mode)

    monkeypatch.setattr(TextReplacer, "replace", forgetful)
    reasons = refused(visit, classic.site)
    assert "list in step 2: a name in rows.name was not replaced" in reasons
    assert any(re.fullmatch(r"02-list.html, line \d+: a name", reason) for reason in reasons)
    assert row["name"].split(",")[0] not in " ".join(reasons)


@pytest.mark.parametrize(
    ("kind", "says"),
    [("digits", "a number"), ("birth", "a birth date")],
)
def test_a_value_that_was_not_replaced_is_refused(
    kind: str, says: str, classic: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    same: dict[str, Callable[..., str]] = {
        "digits": lambda self, run: run,
        "birth": lambda self, printed: printed.text,
    }
    monkeypatch.setattr(anonymizer.Pseudonyms, kind, same[kind])
    assert any(
        reason.endswith(f": {says}")
        for reason in refused(jail_visit(classic.site, [0]), classic.site)
    )


def test_a_recording_that_reads_otherwise_is_refused(
    classic: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = classic.court(classic.found(1)[0])
    monkeypatch.setattr(anonymizer, "replace_json", lambda raw, *_: raw)
    whole = anonymizer.HtmlReplacer.replace
    monkeypatch.setattr(
        anonymizer.HtmlReplacer,
        "replace",
        lambda self, html: whole(self, html).replace("Judicial Officer", "Judge Here"),
    )
    assert any(
        "labels" in reason or "the shape changed" in reason
        for reason in refused(visit, classic.site)
    )


def test_a_sign_in_form_and_an_empty_visit_are_refused(classic: County) -> None:
    visit = jail_visit(classic.site, [])
    form = dataclasses.replace(
        visit.steps[0], body="<form><input type='password' name='Password'></form>"
    )
    assert refused(dataclasses.replace(visit, steps=(form,)), classic.site) == [
        "step 1 is a sign-in form: a recording starts after the sign-in"
    ]
    assert refused(dataclasses.replace(visit, steps=()), classic.site) == ["the visit has no steps"]


def test_differences_name_the_place_and_no_value(roa: County) -> None:
    visit = roa.court(roa.found(1)[0])
    old = readings(visit, roa.site)
    case = next(place for place, one in enumerate(old) if one.kind == "case")
    changed = json.loads(json.dumps(old[case].record))
    changed["case"]["charges"] = changed["case"]["charges"][:-1]
    new = [*old[:case], dataclasses.replace(old[case], record=changed), *old[case + 1 :]]
    problems = differences(old, new)
    assert any("case.charges" in line and "before" in line for line in problems)
    assert any("a name in case.parties.name was not replaced" in line for line in problems)
    assert not any(
        value in " ".join(problems)
        for value in personal_values(roa.found(1)[0]["odyssey"])
        if len(value) > 3
    )
