from __future__ import annotations

from pathlib import Path

import pytest

from reportcard.offenses import GROUPS, OffenseTableError, packaged, with_own


@pytest.mark.parametrize(
    ("description", "statute", "group", "rule"),
    [
        ("WHATEVER IT SAYS", "39-13-101", "person", "tn-39-13"),
        ("WHATEVER IT SAYS", "39-14-103", "property", "tn-39-14"),
        ("WHATEVER IT SAYS", "39-17-417", "drug", "tn-39-17-part-4"),
        ("WHATEVER IT SAYS", "39-17-305", "public_order", "tn-39-17"),
        ("Theft of Property $1,000 or less", None, "property", "property"),
        ("AGGRAVATED ASSAULT", "00123", "person", "person"),
        ("POSS OF CONTROLLED SUBSTANCE", None, "drug", "drug"),
        ("UNLAWFUL POSSESSION OF A WEAPON", None, "public_order", "weapon"),
        ("AGGRAVATED ROBBERY WITH A FIREARM", None, "person", "person"),
        ("VIOLATION OF PROBATION (THEFT)", None, "other", "violation"),
        ("DRIVING WHILE LICENSE SUSPENDED", None, "public_order", "public-order"),
        ("UNLAWFUL WHISTLING", None, "unknown", ""),
        (None, None, "unknown", ""),
    ],
)
def test_the_first_rule_that_fits_decides_and_is_named(
    description: str | None, statute: str | None, group: str, rule: str
) -> None:
    found = packaged().group(description, statute)
    assert (found.group, found.rule) == (group, rule)


def test_words_begin_where_words_begin() -> None:
    assert packaged().group("SHOVOPING").group == "unknown"


def test_every_statute_rule_names_its_source() -> None:
    assert all(rule.source for rule in packaged().statute)
    assert set(GROUPS) >= {rule.group for rule in packaged().words}


def test_a_users_rules_go_first(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[words]]\nname = "mine"\nany = ["theft"]\ngroup = "other"\n', encoding="utf-8")
    assert with_own(own).group("THEFT").rule == "mine"
    assert with_own(own).group("ARSON").rule == "property"
    assert with_own(None) is packaged()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[words]\n", "not valid TOML"),
        ('[[words]]\nname = "a"\nany = ["b"]\ngroup = "felony"\n', "words.0.group"),
        ('[[rules]]\nname = "a"\n', "rules"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OffenseTableError, match=said):
        with_own(path)
