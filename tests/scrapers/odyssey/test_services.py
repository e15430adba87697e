"""A list that ends before its end is not whole."""

from __future__ import annotations

from typing import Any

import pytest

from scrapers.odyssey.services import RoaAnswers, all_answers


def answers(
    rows: list[dict[str, int]], count: Any, *, top: int = 2, again: bool = False
) -> RoaAnswers:
    """What comes of a docket service that announces ``count`` rows and has these."""

    def ask(service: str, skip: int) -> Any:
        if service == "CombinedEvents":
            start = 0 if again else skip
            return {"Events": rows[start : start + top], "Count": count, "Skipped": skip}
        return {"Events": [], "Charges": [], "Parties": [], "CaseFees": [], "BondSettings": []}

    return all_answers(ask, lambda part: True, "https://x.invalid", top=top)


ROWS = [{"EventId": number} for number in range(1, 6)]


@pytest.mark.parametrize("count", [5, "5", 0, None])
def test_a_list_with_all_its_rows_is_whole(count: Any) -> None:
    found = answers(ROWS, count)
    assert found.answers["CombinedEvents"]["Events"] == ROWS
    assert found.missing == ()


@pytest.mark.parametrize("count", [7, "7"])
def test_a_list_that_announces_more_than_comes_is_missing(count: Any) -> None:
    found = answers(ROWS, count)
    assert found.answers["CombinedEvents"]["Events"] == ROWS
    assert found.missing == ("docket",)


def test_a_portal_that_begins_again_with_every_page_gives_each_row_once() -> None:
    found = answers(ROWS, 5, again=True)
    assert found.answers["CombinedEvents"]["Events"] == ROWS[:2]
    assert found.missing == ("docket",)
