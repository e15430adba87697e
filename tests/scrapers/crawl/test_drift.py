"""A field that turns empty for everybody is found; ordinary emptiness is not."""

from __future__ import annotations

import random

from scrapers.crawl.drift import DriftGuard, PageFacts, filled_fields, shares, strangers_of
from scrapers.jail.records import Bond, Booking
from scrapers.record import Unread

USUAL = {"booking": {"commitment_date": 0.99, "bonds.amount_cents": 0.7, "detainers": 0.1}}
BOTH = frozenset({"commitment_date", "bonds.amount_cents"})
ODD = frozenset({("Incarceration Information", "Committed On:")})


def page(n: int, filled: frozenset[str], strangers: frozenset[tuple[str, str]]) -> PageFacts:
    return PageFacts("booking", f"{n:08d}", filled, strangers)


def run(guard: DriftGuard, *pages: PageFacts) -> list[object]:
    return [found for one in pages if (found := guard.saw(one)) is not None]


def test_a_renamed_label_is_named_with_the_lines_that_end_it() -> None:
    guard = DriftGuard(USUAL)
    without = BOTH - {"commitment_date"}
    drift = None
    for n in range(20):
        assert drift is None
        drift = guard.saw(page(n, without, ODD))
    assert drift is not None
    assert (drift.field, len(drift.keys)) == ("commitment_date", 20)
    assert "Committed On:" in drift.sentence
    assert drift.lines == (
        'labels = { "Committed On:" = "commitment_date" }',
        'lacks = ["commitment_date"]',
    )


def test_one_page_that_has_the_field_ends_the_suspicion() -> None:
    guard = DriftGuard(USUAL)
    pages = [page(n, BOTH if n == 7 else BOTH - {"commitment_date"}, ODD) for n in range(25)]
    assert not run(guard, *pages)


def test_an_empty_field_without_a_stranger_is_no_drift() -> None:
    guard = DriftGuard(USUAL)
    assert not run(guard, *(page(n, frozenset(), frozenset()) for n in range(60)))


def test_a_stranger_that_stands_once_is_no_candidate() -> None:
    guard = DriftGuard(USUAL)
    pages = [page(n, frozenset(), ODD if n == 3 else frozenset()) for n in range(20)]
    assert not run(guard, *pages)


def test_a_field_that_is_seldom_there_is_never_missed() -> None:
    guard = DriftGuard({"booking": {"detainers": 0.1}})
    assert not run(guard, *(page(n, frozenset(), ODD) for n in range(40)))


def test_a_county_without_an_earlier_crawl_is_not_stopped() -> None:
    assert not run(DriftGuard({}), *(page(n, frozenset(), ODD) for n in range(40)))


def test_pages_of_another_kind_do_not_count() -> None:
    guard = DriftGuard(USUAL)
    pages = [PageFacts("case", str(n), frozenset(), ODD) for n in range(40)]
    assert not run(guard, *pages)


def test_by_chance_alone_no_crawl_is_stopped() -> None:
    draw = random.Random(1)
    guard = DriftGuard(USUAL)
    for n in range(20_000):
        filled = frozenset(
            field for field, share in USUAL["booking"].items() if draw.random() < share
        )
        assert guard.saw(page(n, filled, ODD)) is None


def test_filled_fields_are_paths_without_positions() -> None:
    booking = Booking(booking_number="1", bonds=(Bond(), Bond(amount_cents=500, status="Open")))
    assert filled_fields(booking) == {"booking_number", "bonds.amount_cents", "bonds.status"}


def test_what_is_usual_is_the_share_of_pages() -> None:
    seen = [page(1, BOTH, ODD), page(2, frozenset({"commitment_date"}), ODD)]
    assert shares(seen) == {"booking": {"commitment_date": 1.0, "bonds.amount_cents": 0.5}}


def test_a_stranger_is_known_by_section_and_label_or_by_its_text() -> None:
    found = strangers_of([Unread(section="S", label="L", text="x"), Unread(text="alone")])
    assert found == {("S", "L"), ("", "alone")}
