"""Every fault once, really caused, with real Chromium; `proof/matrix_proof.py` does it on every
page kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from practice.faults import NAMES
from practice.misbehave_kinds import BY_NAME
from proof.harness import DEEDS, stage
from proof.harness_matrix import Case, Matrix, cases, short

pytestmark = pytest.mark.browser
CASES = tuple(short())


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    with stage(40) as classic, stage(40, case_pages="roa") as roa:
        matrix = Matrix(classic, roa)
        yield matrix
        matrix.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_is_cured_and_the_record_true_or_the_stop_is_clear(
    matrix: Matrix, case: Case
) -> None:
    assert matrix.run(case).wrong == ""


def test_every_fault_of_the_portals_and_every_deed_is_in_the_matrix() -> None:
    # Plain requests: tests/scrapers/test_fetch_modes.py; whole crawls: tests/practice.
    elsewhere = {name for name, kind in BY_NAME.items() if kind.plain or kind.crawl}
    assert (
        {case.fault for case in cases()} == set(NAMES) - elsewhere == {case.fault for case in CASES}
    )
    assert {case.deed for case in CASES} - {""} == set(DEEDS)


@pytest.mark.parametrize(
    "case",
    [
        Case("drip", "iml:search-post"),
        Case("drip", "odyssey:search-form"),
        Case("truncate", "odyssey:token"),
        Case("redirect-away", "iml:search-form"),
    ],
    ids=str,
)
def test_a_fault_that_once_went_wrong_does_not_do_so_again(matrix: Matrix, case: Case) -> None:
    assert matrix.run(case).wrong == ""
