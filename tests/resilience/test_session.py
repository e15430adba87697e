"""A session against a real site, with a real browser that stays whole."""

from __future__ import annotations

import time

import pytest

from resilience import Session, faults
from tests.resilience.site import Site, closed_port

pytestmark = pytest.mark.browser


def test_open_brings_the_page_to_rest(session: Session, site: Site) -> None:
    session.open(site.address + "/")
    assert (session.status, session.url) == (200, site.address + "/")
    assert session.html("h1") == "<h1>Home</h1>"
    assert session.run("return document.links.length + arguments[0]", 40) == 42
    assert session.statistics == {}


def test_leave_follows_a_link_at_once(session: Session, site: Site) -> None:
    session.open(site.address + "/")
    session.leave("document.getElementById('two').click()", what="page two")
    assert session.html("h1") == "<h1>Two</h1>"
    assert session.status == 200


def test_leave_waits_for_a_script_that_goes_later(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    session.leave("setTimeout(() => document.forms[0].submit(), 300)", what="the echo")
    assert session.html("p") == "<p>q=caf%C3%A9</p>"


def test_leave_comes_to_the_same_address_again(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    session.run("window.old = true")
    session.leave("location.reload()", what="again")
    assert session.run("return window.old === undefined")


def test_leave_that_goes_nowhere_is_slow(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    with pytest.raises(faults.Slow, match="nowhere"):
        session.leave("return 1", what="nowhere")
    assert session.statistics == {"Slow": 1}


def test_leave_goes_to_a_new_window_and_close_window_comes_back(
    session: Session, site: Site
) -> None:
    session.open(site.address + "/")
    session.leave("document.getElementById('new').click()", what="the new window")
    assert session.html("h1") == "<h1>Window</h1>"
    assert session.events == {"window": 1}
    session.close_window()
    assert session.html("h1") == "<h1>Home</h1>"


def test_open_closes_windows_that_were_gone_to(session: Session, site: Site) -> None:
    session.open(site.address + "/")
    session.leave("document.getElementById('new').click()", what="the new window")
    session.open(site.address + "/two")
    assert len(session.driver.window_handles) == 1


def test_a_window_closed_by_the_page_is_a_stale_page_and_the_session_goes_on(
    session: Session, site: Site
) -> None:
    session.open(site.address + "/")
    session.leave("document.getElementById('new').click()", what="the new window")
    session.driver.close()
    with pytest.raises(faults.StalePage):
        session.html()
    assert session.html("h1") == "<h1>Home</h1>"


def test_a_page_that_hangs_is_slow_though_the_one_before_was_still_loading(
    session: Session, site: Site
) -> None:
    session.open(site.address + "/pictures")
    with pytest.raises(faults.Slow, match="timeout"):
        session.open(site.address + "/hang")
    session.open(site.address + "/two")
    assert session.statistics == {"Slow": 1}


def test_wait_for_gives_the_first_true_value(session: Session, site: Site) -> None:
    session.open(site.address + "/late")
    look = "const x = document.querySelector(arguments[0]); return x && x.textContent;"
    assert session.wait_for(look, "#x", what="the late part") == "late"


def test_wait_for_goes_on_in_the_next_document(session: Session, site: Site) -> None:
    session.open(site.address + "/goes-on")
    assert (
        session.wait_for("return document.querySelector('#x').textContent", what="late part")
        == "late"
    )


def test_wait_for_in_vain_is_slow_and_tells_the_scripts_error(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    with pytest.raises(faults.Slow, match=r"the grid: nothing within 0\.2 s.*nothing_here"):
        session.wait_for("return nothing_here.grid", what="the grid", timeout=0.2)


def test_wait_for_works_under_a_strict_content_policy(session: Session, site: Site) -> None:
    session.open(site.address + "/strict")
    assert (
        session.wait_for("return document.querySelector('h1').textContent", what="title")
        == "Strict"
    )


def test_a_page_that_computes_for_ever_is_given_up_within_the_deadline(
    session: Session, site: Site
) -> None:
    begun = time.monotonic()
    with pytest.raises((faults.Slow, faults.BrowserLost)):  # noqa: PT012
        session.open(site.address + "/busy-script")
        session.wait_for("return document.querySelector('#never')", what="never", timeout=1)
    assert time.monotonic() - begun < session.timeouts.page + session.timeouts.client + 1
    session.restart()


def test_a_script_that_throws_is_our_own_mistake(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    with pytest.raises(faults.ScriptFailed, match="no_such_thing"):
        session.run("return no_such_thing")


def test_html_of_what_is_not_there_is_a_changed_layout(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    with pytest.raises(faults.LayoutChanged, match="#grid"):
        session.html("#grid")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/hang", faults.Slow),
        ("/reset", faults.Dropped),
        ("/silent", faults.Dropped),
        ("/503", faults.Busy),
        ("/429", faults.Busy),
        ("/500", faults.Busy),
        ("/202", faults.Busy),
        ("/404", faults.NoSuchPage),
        ("/block", faults.Blocked),
        ("/maintenance", faults.Maintenance),
    ],
)
def test_each_bad_answer_has_its_name_in_open_leave_and_the_session_goes_on(
    session: Session, site: Site, path: str, kind: type[faults.Fault]
) -> None:
    with pytest.raises(kind) as opened:
        session.open(site.address + path)
    assert type(opened.value) is kind
    assert session.statistics == {kind.__name__: 1}
    session.pace.breaker.reset()
    session.open(site.address + "/two")
    with pytest.raises(kind) as left:
        session.leave("location.href = arguments[0]", path, what="the bad one")
    assert type(left.value) is kind
    session.pace.breaker.reset()
    session.open(site.address + "/two")
    assert session.html("h1") == "<h1>Two</h1>"


@pytest.mark.parametrize("path", ["/cut", "/cut-late"])
def test_a_page_that_is_cut_short_is_dropped_not_read(
    session: Session, site: Site, path: str
) -> None:
    with pytest.raises(faults.Dropped):
        session.open(site.address + path)
    session.open(site.address + "/two")
    with pytest.raises(faults.Dropped):
        session.leave("location.href = arguments[0]", path, what="the cut page")


def test_retry_after_is_read_for_a_page(session: Session, site: Site) -> None:
    with pytest.raises(faults.Busy) as caught:
        session.open(site.address + "/503")
    assert caught.value.retry_after == 7
    with pytest.raises(faults.Busy) as caught:
        session.open(site.address + "/429")
    assert caught.value.retry_after is None


def test_an_empty_202_asks_for_a_minute(session: Session, site: Site) -> None:
    with pytest.raises(faults.Busy) as caught:
        session.open(site.address + "/202")
    assert caught.value.retry_after == 60


def test_nobody_listening_is_unreachable(session: Session, site: Site) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}/"
    with pytest.raises(faults.Unreachable, match="ERR_CONNECTION_REFUSED"):
        session.open(nowhere)
    session.open(site.address + "/two")
    with pytest.raises(faults.Unreachable, match="ERR_CONNECTION_REFUSED"):
        session.leave("location.href = arguments[0]", nowhere, what="nowhere")


def test_an_unknown_host_is_unreachable(session: Session) -> None:
    with pytest.raises(faults.Unreachable, match="ERR_NAME_NOT_RESOLVED"):
        session.open("http://no-such-host.invalid/")


def test_an_alert_is_accepted_and_named(session: Session, site: Site) -> None:
    session.open(site.address + "/alert")
    with pytest.raises(faults.AlertShown) as caught:
        session.wait_for("return false", what="nothing", timeout=1)
    assert caught.value.text == "Your session ends"
    assert session.html("h1") == "<h1>Alert</h1>"


def test_an_overlay_takes_a_click(session: Session, site: Site) -> None:
    session.open(site.address + "/overlay")
    with pytest.raises(Exception) as caught:
        session.driver.find_element("id", "b").click()
    assert isinstance(faults.of(caught.value), faults.Covered)


def test_a_redrawn_element_is_a_stale_page(session: Session, site: Site) -> None:
    session.open(site.address + "/two")
    heading = session.driver.find_element("css selector", "h1")
    session.run("document.body.innerHTML = '<h1>Two</h1>'")
    with pytest.raises(Exception) as caught:
        _ = heading.text
    assert type(faults.of(caught.value)) is faults.StalePage


def test_a_sign_in_form_is_a_fault_only_for_who_was_signed_in(session: Session, site: Site) -> None:
    session.open(site.address + "/sign-in")
    session.signed_in = True
    with pytest.raises(faults.SignedOut):
        session.open(site.address + "/sign-in")
    with pytest.raises(faults.SignedOut):
        session.fetch(site.address + "/sign-in")


def test_signed_out_is_cured_by_the_hook(session: Session, site: Site) -> None:
    def sign_in(again: Session) -> None:
        again.open(site.address + "/sign-in")
        again.signed_in = True

    session.sign_in = sign_in
    session.signed_in = True
    session.cure(faults.SignedOut("gone"))
    assert session.signed_in
    assert session.events == {"sign-in": 1}


def test_fetch_posts_a_form_with_referer_and_decodes_as_declared(
    session: Session, site: Site
) -> None:
    session.open(site.address + "/")
    answer = session.fetch(
        site.address + "/echo", method="POST", data={"a": "b c"}, referer=site.address + "/two"
    )
    assert (answer.status, answer.kind, answer.text) == (
        200,
        "text/html",
        "<h1>Echo</h1><p>a=b+c</p>",
    )
    assert site.asked[-1][1]["Referer"] == site.address + "/two"
    assert site.asked[-1][1]["Accept"] == "text/html"
    assert "café" in session.fetch(site.address + "/latin").text
    assert "café" in session.fetch(site.address + "/latin-meta").text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/503", faults.Busy),
        ("/500", faults.Busy),
        ("/202", faults.Busy),
        ("/404", faults.NoSuchPage),
        ("/block", faults.Blocked),
        ("/reset", faults.Dropped),
        ("/cut", faults.Dropped),
        ("/hang", faults.Slow),
    ],
)
def test_fetch_names_each_bad_answer(
    session: Session, site: Site, path: str, kind: type[faults.Fault]
) -> None:
    session.open(site.address + "/")
    with pytest.raises(kind) as caught:
        session.fetch(site.address + path)
    assert type(caught.value) is kind
    if path == "/503":
        assert getattr(caught.value, "retry_after", None) == 7


def test_fetch_sent_to_another_host_is_signed_out(session: Session, site: Site) -> None:
    session.open(site.address + "/")
    with pytest.raises(faults.Dropped):
        session.fetch(site.address + "/away")
    session.signed_in = True
    with pytest.raises(faults.SignedOut):
        session.fetch(site.address + "/away")


def test_a_block_page_opens_the_breaker_for_all(session: Session, site: Site) -> None:
    with pytest.raises(faults.Blocked):
        session.open(site.address + "/block")
    before = len(site.asked)
    with pytest.raises(faults.CircuitOpen, match="Blocked"):
        session.open(site.address + "/")
    assert len(site.asked) == before
