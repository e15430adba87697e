from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from practice.history import World
from reportcard.measures import DEFINITIONS, Measure, all_measures, measure
from reportcard.measures.definitions import BEGIN, END, definitions
from reportcard.panel.model import Panel
from reportcard.panel.simulated import Nights

PAGE = Path(__file__).parents[3] / "docs" / "measures.md"
IMMIGRATION = ("ice_", "citizen", "country_of_birth", "immigra", "alien", "fbi")


@pytest.fixture(scope="module")
def panel() -> Panel:
    nights = Nights()
    for night in World(arrivals=8, days=45, seed=7).nights():
        nights.night(night.crawl, night.rows, night.pages, night.cases, night.court)
    return nights.panel()


@pytest.fixture(scope="module")
def measures(panel: Panel) -> list[Measure]:
    return list(all_measures(panel))


def test_the_page_shows_the_definitions_as_the_code_has_them() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == definitions(), "run: python -m reportcard.measures"


def test_every_number_of_the_list_has_a_definition() -> None:
    assert sorted(one.number for one in DEFINITIONS.values()) == list(range(1, 20))


def test_every_measure_but_rates_gives_numbers_of_a_simulated_county(
    measures: list[Measure],
) -> None:
    told = Counter(one.name for one in measures if one.value is not None)
    assert set(told) == set(DEFINITIONS) - {"disparity"}


def test_every_number_stands_between_its_limits_and_says_of_how_many(
    measures: list[Measure],
) -> None:
    for one in measures:
        if one.value is None:
            assert one.note or one.low is None, one
            continue
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high, one
        if one.unit == "share":
            assert 0 <= one.value <= 1 + 1e-9, one
        assert one.n >= 0
        assert one.as_of is not None
        assert one.definition
        assert one.version >= 1


def test_no_number_stands_twice(measures: list[Measure]) -> None:
    keys = Counter((one.name, one.part, one.by, one.group, one.day) for one in measures)
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_measure_has_an_immigration_field(measures: list[Measure]) -> None:
    text = " ".join(str(one.as_json()) for one in measures) + definitions()
    assert not [word for word in IMMIGRATION if word in text.casefold()]


def test_history_in_court_is_never_split_by_race() -> None:
    assert "race" not in DEFINITIONS["court_history"].groups


def test_a_grouping_that_a_measure_does_not_have_is_refused(panel: Panel) -> None:
    with pytest.raises(ValueError, match="court_history"):
        measure(panel, "court_history", by="race")


def test_groups_of_a_day_are_everybody(panel: Panel) -> None:
    whole = measure(panel, "held")[0].value
    for by in DEFINITIONS["held"].groups:
        parts = [one.value for one in measure(panel, "held", by) if one.part == "people"]
        assert sum(part or 0 for part in parts) == whole
