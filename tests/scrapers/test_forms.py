"""Forms as a browser sends them: the same fields, found out without one."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from resilience import Pace, Session
from scrapers.forms import Form, form_like, form_of, form_with
from scrapers.markup import first, page_of
from tests.resilience.helpers import SHORT
from tests.resilience.site import PAGES, Site

URL = "http://127.0.0.1/portal/Home?p=1"
FORM = """
<form id=frm method=post action="/echo">
 <input type=hidden name=token value="a&amp;b">
 <input name=empty> <input name=text value=" two words "> <input name=off value=x disabled>
 <input type=checkbox name=ticked value=true checked><input type=hidden name=ticked value=false>
 <input type=checkbox name=open value=true><input type=hidden name=open value=false>
 <input type=checkbox name=bare> <input type=checkbox name=bare_on checked>
 <input type=radio name=one value=a> <input type=radio name=one value=b checked>
 <select name=court><option value="">All<option value=gs selected>General Sessions</select>
 <select name=first><option>First <option>Second</select>
 <textarea name=remark>
line</textarea>
 <input type=submit name=Search value=Submit> <input type=button name=Clear value=Clear> \
<input value=nameless>
</form>"""


def form(html: str, url: str = URL) -> Form:
    root = page_of(html)
    found = first(root, "form")
    assert found is not None
    return form_of(found, root, url)


@pytest.mark.browser
def test_the_fields_are_those_that_a_real_browser_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    monkeypatch.setitem(PAGES, "/form", FORM)
    try:
        with Session(pace=Pace.free(), timeouts=SHORT) as session:
            session.open(site.address + "/form")
            html = session.html()
            session.leave("document.getElementById('frm').submit()", what="the echo")
            said = session.run("return document.querySelector('p').textContent")
    finally:
        site.end()
    sent: dict[str, str] = {}
    for name, value in parse_qsl(said, keep_blank_values=True):
        sent.setdefault(name, value)
    for page in (html, FORM):
        assert form(page).fields == sent


def test_boxes_that_could_be_ticked_and_all_names_are_known() -> None:
    found = form(FORM)
    assert found.boxes == {"ticked": "true", "open": "true", "bare": "on", "bare_on": "on"}
    assert "off" in found.names
    assert "Search" not in found.names


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<form action='/echo'>", "http://127.0.0.1/echo"),
        ("<form action=there>", "http://127.0.0.1/portal/there"),
        ("<form>", URL),
        ("<form action=' '>", URL),
        ("<base href='http://127.0.0.9/x/'><form action=there>", "http://127.0.0.9/x/there"),
    ],
)
def test_a_form_goes_where_its_action_says(html: str, url: str) -> None:
    assert form(html).url == url


def test_a_form_is_found_by_one_of_its_fields() -> None:
    page = "<input name=q value=outside><form action=/a><input name=start value=1></form>" + FORM
    found = form_with(page, URL, "start")
    assert found is not None
    assert found.fields == {"start": "1"}
    assert form_with(page, URL, "q") is None
    assert form_with(page, URL, "nobody") is None
    like = form_like(page, URL, "#nowhere, form[action*='/ec']")
    assert like is not None
    assert like.fields == form(FORM).fields
    assert form_like(page, URL, "#nowhere") is None
