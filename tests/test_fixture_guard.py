"""No fixture holds what recording should have removed; and the guard finds each kind of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from replay.anonymize import INVENTED
from replay.exchange import Exchange, Step
from replay.fixtures import all_fixtures
from replay.guard import violations
from scrapers.halves import JAIL
from scrapers.sites import site_of

ROOT = Path(__file__).parent / "fixtures"
FIXTURES = all_fixtures(ROOT)
SITE = site_of("practice")
PAGE = """<html><head><meta charset="utf-8"></head><body><form name="viewInmate"></form>
<table><tr><td>Showing 1 to 1 of 1 results</td></tr>
<tr><td><table><tr><td>Inmate Name (last, first middle)</td>
<td>Booking Number</td><td>Permanent ID</td><td>Date of Birth</td><td>Release Date</td></tr>
</table></td></tr>
<tr><td><table><tr id="row1">
<td><a class="underlined" href="javascript:submitInmate('1','0')">{name}</a></td>
<td>26100001</td><td>00400001</td><td>01/02/1990</td><td></td></tr></table></td></tr></table>
{more}</body></html>"""
LIST = {"flow_action": "searchbyid"}


def saved(
    folder: Path, *, name: str = "BAQELO, QAMORI L JR", more: str = "", **changes: object
) -> Path:
    """A recording of one page of a list, as recording would have made it but for what is
    changed."""
    step = Step(
        "POST", "https://jail.example/IML", "list", PAGE.format(name=name, more=more), fields=LIST
    )
    about = {"kind": "recording", "invented": INVENTED}
    exchange = Exchange(JAIL, "practice", "visit", "recorded", (step,), about)
    replace(exchange, **changes).save(folder)  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize("fixture", FIXTURES, ids=[one.name for one in FIXTURES])
def test_no_fixture_holds_what_recording_should_have_removed(fixture: object) -> None:
    assert violations(fixture.folder, fixture.site) == []  # type: ignore[attr-defined]


def test_a_good_recording_passes(tmp_path: Path) -> None:
    more = (
        "<p>call (555) 555-0142, nobody@example.invalid, 000-12-0000</p>"
        '<input name="__RequestVerificationToken" value="***">'
    )
    assert violations(saved(tmp_path / "f", more=more), SITE) == []


LEAKS = {
    "a cookie": [
        "<a href='/IML;jsessionid=0A1B2C3D4E5F'>x</a>",
        "<script>document.cookie = 'a=b'</script>",
        "<p>FedAuth=77u/PD94bWwgdmVyc2</p>",
        '<script>{"Set-Cookie": "x"}</script>',
    ],
    "a password": [
        '<input type="password" name="p" value="hunter2">',
        '<script>var password = "correct-horse";</script>',
    ],
    "a token": [
        '<input type="hidden" name="__RequestVerificationToken" '
        'value="CfDJ8NrAkSldwD9CpLRyOtm6FiJB1Jr">',
        "<p>Bearer abcdefghijklmnopqrstuvwxyz</p>",
        "<p>eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x</p>",
    ],
    "a picture": ['<img src="data:image/png;base64,iVBORw0KGgo=">'],
    "an e-mail address": ["<p>sheriff@county.gov</p>", "<p>a&#64;b.org</p>"],
    "a telephone number": ["<p>901-222-3456</p>", "<p>(901) 555-1234</p>"],
    "a social security number": ["<p>123-45-6789</p>"],
}


@pytest.mark.parametrize(
    ("what", "more"), [(what, more) for what, texts in LEAKS.items() for more in texts]
)
def test_the_guard_finds(what: str, more: str, tmp_path: Path) -> None:
    found = violations(saved(tmp_path / "f", more=more), SITE)
    assert any(what in line for line in found), found


def test_the_guard_shows_no_value(tmp_path: Path) -> None:
    found = violations(
        saved(tmp_path / "f", name="SMITH, JOHN", more="<p>123-45-6789 a@b.org</p>"), SITE
    )
    assert not any(word in " ".join(found) for word in ("SMITH", "JOHN", "6789", "b.org"))


@pytest.mark.parametrize(
    "name", ["SMITH, QAMORI", "BAQELO, MARIA", "BAQELO, QAMORI LEE", "O'BRIEN, BAQELO", "GARCÍA"]
)
def test_a_name_outside_of_the_closed_list_is_found(name: str, tmp_path: Path) -> None:
    found = violations(saved(tmp_path / "f", name=name), SITE)
    assert [line for line in found if "rows.name has a word" in line] == found != []


def test_a_recording_without_its_marks_is_found(tmp_path: Path) -> None:
    assert "of another version" in " ".join(violations(saved(tmp_path / "a", about={}), SITE))
    assert "made by hand" in " ".join(violations(saved(tmp_path / "b", made="by hand"), SITE))


def test_an_address_of_a_county_is_found(tmp_path: Path) -> None:
    step = Step("GET", "https://imljail.shelbycountytn.gov/IML", "search", "<p>x</p>")
    assert "not invented" in " ".join(violations(saved(tmp_path / "f", steps=(step,)), SITE))


def test_a_file_that_is_no_page_is_found(tmp_path: Path) -> None:
    folder = saved(tmp_path / "f")
    (folder / "largephoto.jpg").write_bytes(b"\xff\xd8\xff")
    assert violations(folder, SITE) == ["largephoto.jpg: a file that is not a page"]


def test_what_stands_in_the_exchange_itself_is_seen_too(tmp_path: Path) -> None:
    folder = saved(tmp_path / "f")
    table = json.loads((folder / "exchange.json").read_text(encoding="utf-8"))
    table["about"]["note"] = "ask clerk@county.gov"
    (folder / "exchange.json").write_text(json.dumps(table), encoding="utf-8")
    assert violations(folder, SITE) == ["exchange.json: an e-mail address that may be real"]
