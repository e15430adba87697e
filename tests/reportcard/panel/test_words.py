from __future__ import annotations

import pytest

from reportcard.measures.groups import decision_of, grade_of
from reportcard.panel.facts import BondFacts, ChargeFacts, PageFacts
from reportcard.panel.words import SHELBY, Words, from_entry, words_of
from scrapers.sites import CustodyWords
from tests.reportcard.panel.lists import Row, panel_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bond Assessed - Courts", "court_set"),
        ("BOND ASSESSED - COURTS ", "court_set"),
        ("Released on own Recognizance", "recognizance"),
        ("No Bond Set", "no_bond"),
        ("Not Assessed", "undecided"),
        ("Cash/Surety", "other"),
        (None, "none"),
    ],
)
def test_a_bonds_type_is_read_by_the_countys_words(text: str | None, kind: str) -> None:
    assert SHELBY.kind(BondFacts(type=text)) == kind


def test_the_words_are_those_of_the_site_entry() -> None:
    entry = CustodyWords(bond_set=("Surety",), violation_grades=("V",), felony_grades=("1", "2"))
    words = from_entry(entry)
    assert words.kind(BondFacts(type="surety")) == "court_set"
    assert words.other_hold(PageFacts(charges=(ChargeFacts(grade="V"),)))
    assert (words.grades[:2], words.felonies) == (("1", "2"), 2)
    assert words_of("shelby-tn") == SHELBY == words_of("practice")
    assert words_of("a county without an entry") == SHELBY
    assert words_of("marion-in").violations == frozenset()


def test_grades_and_decisions_follow_them() -> None:
    page = PageFacts(
        bonds=(BondFacts(type="Cash", total_cents=5_00),), charges=(ChargeFacts(grade="2"),)
    )
    panel = panel_of([(1, [Row("1")])])
    assert decision_of(panel, page) == ("money", 500)
    assert grade_of(panel, page) == "other"
    panel.words = Words(grades=("1", "2"), felonies=2)
    assert grade_of(panel, page) == "felony"
