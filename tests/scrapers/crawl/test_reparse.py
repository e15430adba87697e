"""A crawl of the real practice portals with kept pages, read again: exactly what a parser changed,
and nothing by half."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from practice.server import Options, running
from practice.truth import truth
from scrapers.crawl import (
    COURT,
    HALVES,
    JAIL,
    CrawlFolder,
    FolderInUseError,
    Identity,
    NoRosterError,
    Plan,
    keeper,
    run_crawl,
    scrapers_of,
)
from scrapers.crawl.reparse import Reparse, Reparser
from scrapers.jail import parse as jail_parse
from scrapers.jail import person as jail_person
from scrapers.odyssey import inquiry
from scrapers.odyssey.parse import result_json, results
from scrapers.odyssey.parse.assemble import CaseRead
from scrapers.products import ScraperOptions
from scrapers.sites import site_of

pytestmark = pytest.mark.browser

PEOPLE = 14
"""Among them one with 40 cases (searched in windows), one not found, one unverified, one with a
suffix."""
LONG, NAMESAKE, JUNIOR = "00400011", "00400014", "00400007"
Generation = Literal["classic", "roa"]


def blind(read: Callable[..., CaseRead]) -> Callable[..., CaseRead]:
    """An older parser, which knew no degree of a charge yet."""

    def older(*given: Any, **more: Any) -> CaseRead:
        told = read(*given, **more)
        charges = tuple(charge.model_copy(update={"degree": None}) for charge in told.case.charges)
        return told.model_copy(update={"case": told.case.model_copy(update={"charges": charges})})

    return older


def without_suffix(printed: str) -> Any:
    """And no suffix of a name."""
    return jail_parse.name_of(printed).model_copy(update={"suffix": None})


def older_crawl(
    where: str | Path, generation: Generation = "classic", people: int = PEOPLE
) -> tuple[str, dict[str, dict[str, Any]]]:
    """A crawl there, with kept pages, by the older parsers; gives the portal's password and the
    truth by key."""
    name = "practice" if generation == "classic" else "practice-roa"
    dialect = "shelby,chatham" if generation == "classic" else "shelby,roa"
    options = Options(people=people, seed=7, dialect=dialect)
    with running(options) as portals, pytest.MonkeyPatch.context() as patch:
        patch.setattr(inquiry, "read_classic", blind(inquiry.read_classic))
        patch.setattr(inquiry, "read_roa", blind(inquiry.read_roa))
        patch.setattr(jail_person, "name_of", without_suffix)
        today, place = portals.world.today, CrawlFolder(where)
        site = site_of(name).with_addresses(jail=portals.jail, court=portals.portal, as_of=today)
        plan = Plan(where, site, Identity(site=name), today)
        result = run_crawl(
            plan,
            scrapers=scrapers_of(
                plan,
                lambda half: ScraperOptions(
                    portals.user,
                    portals.password,
                    keep=keeper(place, half, lambda: [portals.password]),
                ),
            ),
        )
        assert result.exit_code == 0
        lines = truth(portals.world.people, today, outcomes=True, dialect=dialect)
        return portals.password, {line["key"]: line for line in lines}


class Crawled:
    """A crawl that older parsers read, and the truth about everybody."""

    def __init__(self, folder: Path, generation: Generation) -> None:
        self.folder = folder
        self.generation = generation
        self.password, self.truth = older_crawl(folder, generation)

    def degrees(self) -> set[tuple[str, str, str, str]]:
        """Who has a charge of which degree, by the truth: key, path, and the degree."""
        return {
            (
                COURT,
                key,
                f"record.cases[{case['case_number']}].charges[{charge['number']}].degree",
                charge["degree"],
            )
            for key, line in self.truth.items()
            for case in (line["odyssey"] or {"cases": []})["cases"]
            for charge in case["charges"]
            if charge["degree"] is not None
        }


@pytest.fixture(scope="module", params=["classic", "roa"])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return Crawled(tmp_path_factory.mktemp("kept") / "crawl", request.param)


@pytest.fixture
def folder(crawled: Crawled, tmp_path: Path) -> Path:
    """A copy to play with."""
    return Path(shutil.copytree(crawled.folder, tmp_path / "crawl", symlinks=True))


def again(folder: Path, *, apply: bool = False) -> Reparse:
    place = CrawlFolder(folder)
    reparser = Reparser(place)
    with place.locked():
        found = reparser.compare()
        if apply:
            assert reparser.apply(found) == len(found.differing)
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for half in HALVES
        for path in (folder / half).iterdir()
    }


def told(folder: Path, half: str, key: str) -> dict[str, Any]:
    path = CrawlFolder(folder).person_path(half, key)
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def kept(folder: Path, half: str, key: str) -> list[Path]:
    return sorted((folder / "pages" / half / key).glob("*.gz"))


def test_exactly_what_the_parsers_changed_is_shown_and_nothing_is_written(
    crawled: Crawled, folder: Path
) -> None:
    before = files(folder)
    found = again(folder)
    shown = {
        (one.half, one.key, change.path, change.after)
        for one in found.differing
        for change in one.changes
        if change.before is None
    }
    assert shown == crawled.degrees() | {(JAIL, JUNIOR, "record.name.suffix", "JR")}
    assert sum(len(one.changes) for one in found.differing) == len(shown)
    assert (found.left, found.exit_code) == ([], 0)
    assert found.same + len(found.differing) == 2 * PEOPLE
    assert files(folder) == before


def test_applied_the_records_are_the_truth_and_a_second_time_nothing_differs(
    crawled: Crawled, folder: Path
) -> None:
    fetched = {key: told(folder, COURT, key)["provenance"] for key in crawled.truth}
    found = again(folder, apply=True)
    differed = {(one.half, one.key) for one in found.differing}
    for key, line in crawled.truth.items():
        court = told(folder, COURT, key)
        assert (court["record"], court["outcome"]) == (line["odyssey"], line["outcome"]), key
        assert told(folder, JAIL, key)["record"] == line["jail"], key
        provenance = court["provenance"]
        again_at = provenance.pop("reparsed")
        assert (again_at is not None) == ((COURT, key) in differed), key
        assert provenance == {
            name: value for name, value in fetched[key].items() if name != "reparsed"
        }, key
    after = files(folder)
    second = again(folder, apply=True)
    assert (second.differing, second.left, second.same) == ([], [], 2 * PEOPLE)
    assert files(folder) == after


def test_pages_are_private_and_hold_no_password_and_no_token(crawled: Crawled) -> None:
    seen = 0
    for place, _, names in os.walk(crawled.folder / "pages"):
        assert stat.S_IMODE(os.stat(place).st_mode) == 0o700, place
        for name in names:
            path = Path(place) / name
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            text = path.read_bytes() if name == "index.json" else gzip.decompress(path.read_bytes())
            assert crawled.password.encode() not in text, path
            assert b"wresult" not in text, path
            seen += 1
    assert seen > 3 * PEOPLE


def test_everybody_with_a_file_has_its_pages(crawled: Crawled) -> None:
    for half in HALVES:
        assert {path.name for path in (crawled.folder / "pages" / half).iterdir()} == {
            path.stem for path in (crawled.folder / half).iterdir()
        }


def test_who_cannot_be_read_again_is_named_and_left_as_they_are(
    crawled: Crawled, folder: Path
) -> None:
    shutil.rmtree(folder / "pages" / JAIL / "00400001")
    kept(folder, COURT, "00400002")[0].write_bytes(b"no gzip")
    kept(folder, JAIL, "00400003")[0].write_bytes(
        gzip.compress(b"<html><p>a page of long ago</p></html>")
    )
    CrawlFolder(folder).person_path(COURT, "00400005").write_text("{}")
    before = files(folder)
    found = again(folder, apply=True)
    left = {(one.half, one.key): one.why for one in found.left}
    assert found.exit_code == 3
    assert left.pop((JAIL, "00400001")) == "no pages were kept"
    assert "is damaged" in left.pop((COURT, "00400002"))
    assert left.pop((JAIL, "00400003")).startswith("LayoutChanged: ")
    assert left.pop((COURT, "00400005")) == "the file is not valid: the next cj crawl makes it anew"
    assert left == {}
    after = files(folder)
    for half, key in (
        (JAIL, "00400001"),
        (COURT, "00400002"),
        (JAIL, "00400003"),
        (COURT, "00400005"),
    ):
        assert after[f"{half}/{key}.json"] == before[f"{half}/{key}.json"]


def test_a_search_that_was_never_made_is_no_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that asks differently cannot be answered from what was kept."""
    monkeypatch.setattr(
        inquiry, "rounds", lambda name, born, aliases: iter([(inquiry.Query(text="NOBODY, AT"),)])
    )
    found = again(folder)
    assert {one.why for one in found.left} == {
        "no search for 'NOBODY, AT' of any birth date was kept"
    }
    assert {one.half for one in found.left} == {COURT}


def test_windows_that_would_fall_otherwise_are_no_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File dates read otherwise part the windows elsewhere: those searches were not made."""
    day = results.day_of
    for module in (results, result_json):
        monkeypatch.setattr(module, "day_of", lambda text: day(text) and day(text).replace(day=1))  # type: ignore[union-attr]
    (left,) = [one for one in again(folder).left if one.key == LONG]
    assert " filed " in left.why


def test_pages_of_a_later_visit_are_not_taken_for_the_file(folder: Path) -> None:
    index = folder / "pages" / COURT / "00400002" / "index.json"
    index.write_text(index.read_text().replace('"sha256": "', '"sha256": "0'))
    (left,) = again(folder).left
    assert (left.key, left.why) == (
        "00400002",
        "the kept pages are not those that the file was read from",
    )


def test_a_late_part_that_is_gone_is_never_read_as_nothing(crawled: Crawled, folder: Path) -> None:
    """Of the services a part that did not come is named as missing; a classic page without its late
    part cannot be read."""
    key = next(
        key
        for key, line in crawled.truth.items()
        if any(case["financial"] for case in (line["odyssey"] or {"cases": []})["cases"])
        and any("inancial" in path.name for path in kept(folder, COURT, key))
    )
    index = folder / "pages" / COURT / key / "index.json"
    told_index = json.loads(index.read_text())
    told_index["pages"] = [page for page in told_index["pages"] if "inancial" not in page["kind"]]
    index.write_text(json.dumps(told_index))
    found = again(folder)
    if crawled.generation == "roa":
        (one,) = [one for one in found.differing if one.key == key and one.half == COURT]
        assert {"record.cases[].financial", "record.cases[].missing[]"} <= {
            change.field for change in one.changes
        }
    else:
        (left,) = found.left
        assert (left.half, left.key) == (COURT, key)
        assert left.why.startswith("case ")
        assert "no financial part of case" in left.why


def case_of_several(crawled: Crawled, folder: Path) -> tuple[str, str]:
    """Somebody with several cases, and one of these whose page can be seen."""
    return next(
        (key, str(case["case_number"]))
        for key, line in crawled.truth.items()
        if key != LONG and len((line["odyssey"] or {"cases": []})["cases"]) > 1
        for case in line["odyssey"]["cases"]
        if case["public"]
    )


def forget(folder: Path, key: str, number: str) -> None:
    """Takes the pages of a case out of what was kept."""
    index = folder / "pages" / COURT / key / "index.json"
    told_index = json.loads(index.read_text())
    before = len(told_index["pages"])
    told_index["pages"] = [
        page for page in told_index["pages"] if page["about"].get("case_number") != number
    ]
    assert len(told_index["pages"]) < before
    index.write_text(json.dumps(told_index))


def test_a_case_that_was_read_is_never_lost_to_one_that_cannot_be_read_today(
    crawled: Crawled, folder: Path
) -> None:
    key, number = case_of_several(crawled, folder)
    forget(folder, key, number)
    before = files(folder)
    (left,) = again(folder, apply=True).left
    assert (left.half, left.key) == (COURT, key)
    assert left.why == f"case {number}: no page of case {number} was kept"
    assert files(folder)[f"{COURT}/{key}.json"] == before[f"{COURT}/{key}.json"]


def test_somebody_read_in_part_is_read_again_with_the_same_part_unread(
    crawled: Crawled, folder: Path
) -> None:
    key, number = case_of_several(crawled, folder)
    forget(folder, key, number)
    file = told(folder, COURT, key)
    cases = file["record"]["cases"]
    file["record"]["cases"] = [case for case in cases if case["case_number"] != number]
    part = {"kind": "case", "number": number, "fault": "Slow", "reason": "it did not come"}
    file["unread_parts"] = [part]
    CrawlFolder(folder).person_path(COURT, key).write_text(json.dumps(file))
    assert again(folder, apply=True).left == []
    now = told(folder, COURT, key)
    assert now["unread_parts"] == [part]
    expected = [
        case for case in crawled.truth[key]["odyssey"]["cases"] if case["case_number"] != number
    ]
    assert now["record"]["cases"] == expected
    assert again(folder).differing == []


def test_a_crawl_that_runs_is_refused(folder: Path) -> None:
    other = CrawlFolder(folder)
    with other.locked(), pytest.raises(FolderInUseError, match="a crawl is running"):
        Reparser(CrawlFolder(folder))
    with (
        other.locked(name="chunks/.abc.lock"),
        pytest.raises(FolderInUseError, match="a crawl is running"),
    ):
        Reparser(CrawlFolder(folder))


def test_no_crawl_no_reparse(tmp_path: Path) -> None:
    with pytest.raises(NoRosterError, match="no crawl folder"):
        Reparser(CrawlFolder(tmp_path))


def test_the_sums_follow_what_was_read(
    crawled: Crawled, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who is unverified today and was found: the summary says so after it was applied."""
    rounds = inquiry.rounds
    monkeypatch.setattr(inquiry, "rounds", lambda *asked: itertools.islice(rounds(*asked), 1))
    monkeypatch.setattr(inquiry, "by_row", lambda party, born: None)
    monkeypatch.setattr(inquiry, "by_case", lambda *_: None)
    before = json.loads((folder / "summary.json").read_text())["halves"][COURT]["counts"]
    found = again(folder, apply=True)
    after = json.loads((folder / "summary.json").read_text())["halves"][COURT]["counts"]
    turned = [
        one.key
        for one in found.differing
        if ("outcome", "found", "unverified") in plain(one.changes)
    ]
    assert turned
    assert after["unverified"] == before["unverified"] + len(turned)


def plain(changes: Any) -> Iterator[tuple[str, Any, Any]]:
    return ((change.path, change.before, change.after) for change in changes)
