"""Patterns: what fills them, and what may not."""

from __future__ import annotations

import datetime

import pytest

from operators.errors import PatternError
from operators.pattern import placeholders, render


def test_values_fill_the_braces():
    path = render(
        "a/{key}-{n:03d}-{day:%Y%m%d}/x.json",
        {"key": "Zoë", "n": 7, "day": datetime.date(2026, 1, 5)},
    )
    assert path == "a/Zoë-007-20260105/x.json"


def test_a_trailing_slash_is_kept():
    assert render("a/{key}/", {"key": "k"}) == "a/k/"


def test_jinja_is_no_placeholder():
    pattern = "{{ params.root }}/{% if x %}{y}{% endif %}{# {z} #}/{who}.txt"
    assert placeholders(pattern) == {"y", "who"}


def test_braces_in_a_value_are_literal():
    assert render("{who}.txt", {"who": "a{b}{{ c }}"}) == "a{b}{{ c }}.txt"


def test_values_nobody_asked_for_do_no_harm():
    assert render("x", {"who": None}) == "x"


@pytest.mark.parametrize(
    "value",
    [
        "../../evil",
        "..",
        ".",
        "a/b",
        "/etc/passwd",
        "a\\b",
        "",
        None,
        "a\0b",
        "a\nb",
        ".hidden",
        "x" * 252,
    ],
)
def test_a_value_that_would_leave_or_spoil_its_segment_is_refused(value):
    with pytest.raises(PatternError):
        render("root/{who}.json", {"who": value})
    with pytest.raises(PatternError):
        render(
            "root/{who}/x.json", {"who": value if value is None or len(value) < 250 else value * 2}
        )


@pytest.mark.parametrize("value", ["..", "."])
def test_two_values_cannot_climb_together(value):
    with pytest.raises(PatternError):
        render("root/{a}{b}/x", {"a": ".", "b": value})


def test_a_dot_inside_a_value_is_fine():
    assert render("{a}/x", {"a": "smith.j..r"}) == "smith.j..r/x"


def test_a_pattern_may_be_hidden_on_purpose():
    assert render(".{a}", {"a": "x"}) == ".x"


def test_jinja_may_not_climb_where_the_author_did_not():
    with pytest.raises(PatternError, match="climbs"):
        render("root/../../evil/{who}", {"who": "x"}, template="root/{{ params.where }}/{who}")
    assert render("../{who}", {"who": "x"}, template="../{who}") == "../x"


def test_a_value_cannot_name_a_connection():
    assert render("s3://lab@{bucket}/x", {"bucket": "b"}) == "s3://lab@b/x"
    with pytest.raises(PatternError, match="connection"):
        render("s3://{bucket}/x", {"bucket": "secret@b"})


def test_an_unknown_placeholder_names_the_likely_one():
    with pytest.raises(PatternError, match=r"\{cuonty\}.*did you mean 'county'"):
        render("{cuonty}.csv", {"county": "shelby-tn"})


@pytest.mark.parametrize(
    "pattern", ["{}", "{0}", "{a.b}", "{a[0]}", "{a", "a}", "{a:{b}}", "{a.__class__}"]
)
def test_anything_but_a_plain_name_is_refused(pattern):
    with pytest.raises(PatternError):
        placeholders(pattern)


@pytest.mark.parametrize("pattern", ["{a:%Y/%m}", "{a:03d}"])
def test_a_format_that_splits_or_does_not_fit_is_refused(pattern):
    with pytest.raises(PatternError):
        render(pattern, {"a": datetime.date(2026, 1, 5) if "%" in pattern else "text"})


def test_a_conversion_is_applied():
    assert render("{a!r}", {"a": 5}) == "5"


def test_a_name_is_one_however_it_is_composed():
    assert render("{who}.txt", {"who": "Zoe\u0308"}) == render("{who}.txt", {"who": "Zo\u00eb"})
