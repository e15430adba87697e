"""Faults of the portals as a real browser meets them: the name they get, and the page at the second
try."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from practice.faults import Faults, parse
from practice.misbehave_kinds import BY_NAME
from practice.server import Options, Running, running
from resilience import faults as named
from resilience.pace import Pace
from resilience.session import Session
from resilience.settings import Timeouts

SUBMIT = """const form = document.forms["systemUser"];
form.flow_action.value = "searchbyid";
form.systemUser_includereleasedinmate2.value = "Y";
HTMLFormElement.prototype.submit.call(form);"""


@pytest.fixture(scope="module")
def site() -> Iterator[Running]:
    with running(Options(people=3)) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Session]:
    naps: list[float] = []  # what a portal asks for in Retry-After passes at once
    pace = Pace.free(sleep=naps.append, clock=lambda: sum(naps))
    with Session(timeouts=Timeouts(page=2.0, script=2.0, element=2.0), pace=pace) as session:
        yield session


def order(site: Running, text: str) -> None:
    site.world.faults = Faults(parse(text))


def at_search(site: Running, browser: Session) -> None:
    """The search form, with a connection to the portal that is kept alive."""
    kept, site.world.faults = site.world.faults, Faults()
    browser.open(site.jail)
    site.world.faults = kept


@pytest.mark.parametrize(
    "text",
    [
        "hang=1",
        "drip=1",
        "reset=1",
        "half-close=1",
        "truncate=1",
        "refuse=1/0.2",
        "status-429-after=1",
        "status-503=1",
        "maintenance=1",
    ],
)
@pytest.mark.parametrize("how", ["get", "post"])
def test_a_curable_fault_is_named_and_gone_at_the_second_try(
    site: Running, browser: Session, text: str, how: str
) -> None:
    at_search(site, browser)
    order(site, text)
    with pytest.raises(named.Fault) as caught:
        _go(site, browser, how)
    assert caught.value.name in BY_NAME[text.partition("=")[0]].expected
    _listening(site)
    if how == "post":
        at_search(site, browser)
    _go(site, browser, how)
    assert ("systemUser" if how == "get" else "Showing") in browser.html()


def _listening(site: Running) -> None:
    """Returns when the jail's address can be reached (again)."""
    parts = urlsplit(site.jail)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection((parts.hostname, parts.port or 80), timeout=5).close()
            return
    raise AssertionError("nobody listens")


def _go(site: Running, browser: Session, how: str) -> None:
    if how == "get":
        browser.open(site.jail)
    else:
        browser.leave(SUBMIT, what="the search")


@pytest.mark.parametrize("name", ["block-cloudflare", "block-awswaf", "block-datadome"])
def test_a_block_page_is_named_at_every_try(site: Running, name: str) -> None:
    order(site, f"{name}=1")
    with Session(pace=Pace.free()) as session:
        with pytest.raises(named.Blocked):
            session.open(site.jail)
        with pytest.raises(named.CircuitOpen, match="block page"):
            session.open(site.jail)


COVERED = """const field = document.querySelector("#caseCriteria_SearchCriteria");
const box = field.getBoundingClientRect();
return document.elementFromPoint(box.left + 3, box.top + 3).id !== "caseCriteria_SearchCriteria";"""


@pytest.fixture(scope="module")
def signed_in(site: Running, browser: Session) -> Session:
    """The same browser, signed in at the court portal."""
    order(site, "")
    browser.open(f"{site.portal}/Account/Login")
    browser.run(
        """document.querySelector("#UserName").value = arguments[0];
        document.querySelector("#Password").value = arguments[1];
        document.querySelector("#TOSCheckBox").checked = true;""",
        site.user,
        site.password,
    )
    browser.leave("document.querySelector('#btnSignIn').click()", what="the sign-in")
    browser.wait_for("return document.body.textContent.includes('Welcome, ')", what="the home page")
    return browser


def test_a_dialog_covers_the_form_until_it_is_answered(site: Running, signed_in: Session) -> None:
    order(site, "timeout-dialog=1")
    signed_in.open(f"{site.portal}/Home/Dashboard/29")
    assert signed_in.run(COVERED)
    assert "Session timeout warning" in signed_in.html(".ui-dialog")
    signed_in.run("document.querySelector('.ui-dialog button').click()")
    assert not signed_in.run(COVERED)


def test_a_mask_covers_the_form_for_a_while(site: Running, signed_in: Session) -> None:
    order(site, "overlay=1/0.2")
    signed_in.open(f"{site.portal}/Home/Dashboard/29")
    signed_in.wait_for(
        "return !document.querySelector('.k-loading-mask')", what="the end of the mask"
    )
    assert not signed_in.run(COVERED)
    order(site, "overlay=1/60")
    signed_in.open(f"{site.portal}/Home/Dashboard/29")
    assert signed_in.run(COVERED)


def _results(site: Running, session: Session) -> None:
    number = next(party.cases[0] for party in site.world.people.parties if party.cases).case_number
    kept, site.world.faults = site.world.faults, Faults()
    session.open(f"{site.portal}/Home/Dashboard/29")
    site.world.faults = kept
    session.leave(
        """const form = document.forms["frmSS"];
        document.querySelector("#caseCriteria_SearchCriteria").value = arguments[0];
        HTMLFormElement.prototype.submit.call(form);""",
        number,
        what="the search",
    )
    session.wait_for("return document.querySelector('a.caseLink')", what="the results")


def test_the_grid_is_redrawn_under_one_s_hands(site: Running, signed_in: Session) -> None:
    order(site, "redrawn-grid=1/0.2")
    _results(site, signed_in)
    signed_in.run("window.held = document.querySelector('a.caseLink')")
    signed_in.wait_for("return !window.held.isConnected", what="the other rows")
    assert signed_in.run("return !!document.querySelector('a.caseLink')")


def test_a_case_link_opens_a_window(site: Running, signed_in: Session) -> None:
    order(site, "new-window=1")
    _results(site, signed_in)
    signed_in.leave("document.querySelector('a.caseLink').click()", what="the case")
    assert "caseInformationDiv" in signed_in.html()
    assert len(signed_in.driver.window_handles) == 2
    signed_in.close_window()
