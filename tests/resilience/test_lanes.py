"""Two lanes of one session: what changes the lane and what never does, and the identity that goes along."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from resilience import Pace, Session, again, faults
from resilience.faults import (
    Blocked,
    Busy,
    CaptchaAsked,
    Cure,
    Fault,
    LayoutChanged,
    ScriptNeeded,
    SearchLost,
    SignedOut,
    Slow,
    Stopped,
)
from resilience.lanes import LOSSES, Lanes, Wish
from tests.resilience.helpers import SHORT
from tests.resilience.site import Site

KINDS = [kind for kind in vars(faults).values() if isinstance(kind, type) and issubclass(kind, Fault)]


def made(kind: type[Fault]) -> Fault:
    return LayoutChanged(None, "page", "a grid", "none") if kind is LayoutChanged else kind("on the way")


def no_browser(*_: Any) -> Any:
    raise AssertionError("a browser was started")


def plain_session(lane: Wish = "plain", **more: Any) -> Session:
    return Session(lane=lane, pace=Pace.free(sleep=lambda _: None), timeouts=SHORT, start=no_browser, **more)


# -- what changes the lane --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("wish", ["plain", "browser"])
def test_no_fault_changes_a_lane_that_was_asked_for(kind: type[Fault], wish: Wish) -> None:
    lanes, fault = Lanes(wish), made(kind)
    for _ in range(LOSSES + 1):
        assert lanes.instead(wish, "list", fault) is fault
    assert lanes.of("list") == wish


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_in_auto_only_an_answer_that_is_no_such_page_changes_the_lane(kind: type[Fault]) -> None:
    lanes, fault = Lanes("auto"), made(kind)
    found = lanes.instead("plain", "list", fault)
    for _ in range(LOSSES - 1):
        if found is fault and kind is not ScriptNeeded:
            found = lanes.instead("plain", "list", fault)
    changes = kind in (LayoutChanged, ScriptNeeded) or issubclass(kind, SearchLost)
    assert isinstance(found, ScriptNeeded) is changes
    assert lanes.of("list") == ("browser" if changes else "plain")
    assert lanes.of("detail") == "plain"


def test_nothing_that_a_person_must_decide_changes_the_lane() -> None:
    for kind in (Blocked, CaptchaAsked, faults.SignInRefused, faults.TlsRefused, faults.CircuitOpen, Stopped):
        assert kind.cure is Cure.STOP
        assert not issubclass(kind, LayoutChanged)
        lanes = Lanes("auto")
        for _ in range(10):
            lanes.instead("plain", "search", made(kind))
        assert lanes.of("search") == "plain"


def test_an_empty_page_now_and_then_is_no_reason() -> None:
    lanes = Lanes("auto")
    for _ in range(5):
        for _ in range(LOSSES - 1):
            assert type(lanes.instead("plain", "detail", SearchLost("empty"))) is SearchLost
        lanes.brought("plain", "detail")
    assert lanes.of("detail") == "plain"


def test_a_kind_is_given_up_only_when_the_browser_brings_it_and_then_once_and_for_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lanes = Lanes("auto")
    lanes.instead("plain", "list", LayoutChanged(None, "grid", "rows", "none"))
    assert lanes.given_up == {}
    with caplog.at_level(logging.WARNING):
        lanes.brought("browser", "list")
        lanes.brought("browser", "list")
    assert lanes.given_up == {"list": "LayoutChanged: grid: expected rows, found none"}
    assert len(caplog.records) == 1
    assert (lanes.of("search", "list"), lanes.of("search")) == ("browser", "plain")
    assert lanes.figures() == {"pages": {"browser": {"list": 2}}, "given_up": lanes.given_up}


def test_a_page_that_the_browser_finds_changed_too_speaks_for_plain_requests() -> None:
    lanes, fault = Lanes("auto"), LayoutChanged(None, "grid", "rows", "none")
    lanes.instead("plain", "list", fault)
    assert lanes.instead("browser", "list", fault) is fault
    assert lanes.given_up == {}
    assert lanes.of("list") == "plain"


def test_a_lane_has_one_of_three_names() -> None:
    with pytest.raises(ValueError, match="'fast'"):
        Lanes("fast")  # type: ignore[arg-type]


# -- a session without a browser --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lane", ["plain", "auto"])
def test_pages_are_read_without_any_browser(site: Site, lane: Wish) -> None:
    with plain_session(lane) as session:
        session.open(site.address + "/two")
        assert session.url == site.address + "/two"
        assert session.status == 200
        assert "<h1>Two</h1>" in session.html()
        session.send(site.address + "/echo", {"q": "café"}, what="the echo")
        assert session.standing() == (site.address + "/echo", "<h1>Echo</h1><p>q=caf%C3%A9</p>")
        assert site.asked[-1][1]["Referer"] == site.address + "/two"
        answer = session.fetch(site.address + "/latin", referer=session.url)
        assert answer.text == "<p>café</p>"
        assert session.url == site.address + "/echo", "what is fetched is no document that stands"
        assert (session.lane, session.running, session.pages) == ("plain", False, 3)


def test_faults_are_named_counted_and_heard_by_the_pace(site: Site) -> None:
    with plain_session() as session:
        session.signed_in = True
        for path, fault in (("/503", Busy), ("/sign-in", SignedOut), ("/block", Blocked)):
            with pytest.raises(fault) as caught:
                session.open(site.address + path)
            assert caught.value.url == site.address + path
        assert session.statistics == {"Busy": 1, "SignedOut": 1, "Blocked": 1}
        with pytest.raises(faults.CircuitOpen):
            session.open(site.address + "/two")


def test_before_signing_in_a_sign_in_form_is_a_page_like_others(site: Site) -> None:
    with plain_session() as session:
        session.open(site.address + "/sign-in")
        assert "UserName" in session.html()


def test_being_sent_elsewhere_is_a_block_or_for_who_was_signed_in_the_end_of_it(site: Site) -> None:
    with plain_session() as session:
        with pytest.raises(Blocked):
            session.fetch(site.address + "/away")
        session.pace = Pace.free()
        session.signed_in = True
        with pytest.raises(SignedOut):
            session.fetch(site.address + "/away")


def test_steps_that_need_a_browser_say_so_and_start_none(site: Site) -> None:
    with plain_session() as session, session.kind("grid"):
        session.open(site.address + "/two")
        for step in (
            lambda: session.run("return 1"),
            lambda: session.leave("x()", what="a click"),
            lambda: session.wait_for("return 1", what="a grid"),
            lambda: session.html("#grid"),
            lambda: session.driver,
        ):
            with pytest.raises(ScriptNeeded, match="grid"):
                step()
    with plain_session() as session:
        fault = ScriptNeeded("only by script")
        with pytest.raises(ScriptNeeded):
            session.cure(fault)


def test_a_lost_line_gives_new_connections_and_a_new_visitor(site: Site) -> None:
    with plain_session() as session:
        before = session.generation
        session.cure(SearchLost("twice without any page"))
        session.cure(SearchLost("twice without any page"))
        assert session.generation > before
        assert session.events["restart"] == 1


def test_a_stop_ends_a_plain_page_soon(site: Site) -> None:
    stop = threading.Event()
    with plain_session(stop=stop) as session:
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Stopped):
            session.open(site.address + "/hang")


def test_a_hang_is_slow(site: Site) -> None:
    with plain_session() as session, pytest.raises(Slow):
        session.open(site.address + "/hang")


def test_closed_it_can_be_used_again_from_the_beginning(site: Site) -> None:
    session = plain_session()
    session.open(site.address + "/two")
    before = session.generation
    session.close()
    assert session.generation > before
    assert session.url == "about:blank"
    session.open(site.address + "/two")
    session.close()


# -- from one lane to the other ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_identity_goes_along_both_ways_and_each_change_is_a_new_generation(site: Site) -> None:
    with Session(lane="auto", pace=Pace.free(), timeouts=SHORT) as session:
        generations = [session.generation]
        with session.with_browser():
            session.open(site.address + "/two")
            session.run(
                "document.cookie = 'who=somebody; path=/'; document.cookie = 'kept=1; path=/; max-age=900'"
            )
            agent = session.run("return navigator.userAgent")
            session.signed_in = True
        generations.append(session.generation)
        assert (session.lane, session.running, session.signed_in) == ("plain", False, True)
        session.fetch(site.address + "/two")
        told = site.asked[-1][1]
        assert {*told["Cookie"].split("; ")} == {"who=somebody", "kept=1"}
        assert told["User-Agent"] == agent
        with pytest.raises(ScriptNeeded), session.kind("grid"):
            raise LayoutChanged(None, "grid", "rows", "none")
        session.enter("grid")
        generations.append(session.generation)
        assert (session.lane, session.signed_in) == ("browser", True)
        with session.kind("grid"):
            session.open(site.address + "/two")
            assert {*session.run("return document.cookie").split("; ")} == {"who=somebody", "kept=1"}
            session.run("document.cookie = 'later=2; path=/'")
        session.enter("list")
        generations.append(session.generation)
        assert (session.lane, session.running) == ("plain", True), "what was given up may need it again"
        session.fetch(site.address + "/two")
        assert {*site.asked[-1][1]["Cookie"].split("; ")} == {"who=somebody", "kept=1", "later=2"}
        assert sorted(set(generations)) == generations


@pytest.mark.browser
def test_the_browser_comes_back_only_to_sign_in_again(site: Site) -> None:
    signed: list[str] = []

    def sign_in(session: Session) -> None:
        with session.with_browser():
            session.open(site.address + "/sign-in")
            signed.append(session.lane)
            session.signed_in = True

    with Session(
        lane="plain", sign_in=sign_in, pace=Pace.free(sleep=lambda _: None), timeouts=SHORT
    ) as session:
        sign_in(session)
        pages = ["/sign-in", "/two"]
        for attempt in again(session):
            with attempt:
                session.open(site.address + pages.pop(0))
        assert session.standing()[0] == site.address + "/two"
        assert (session.lane, session.running, session.signed_in) == ("plain", False, True)
    assert signed == ["browser", "browser"]
    assert session.events["sign-in"] == 1


@pytest.mark.browser
def test_a_bare_session_reads_everything_with_its_browser(site: Site) -> None:
    with Session(pace=Pace.free(), timeouts=SHORT) as session:
        session.enter("anything")
        assert (session.lane, session.running) == ("browser", False)
        session.open(site.address + "/two")
        assert session.running
        assert session.events["lane-plain"] == 0


@pytest.mark.parametrize(("path", "fault"), [("/429", Busy), ("/reset", faults.Dropped), ("/hang", Slow)])
def test_a_form_that_met_a_passing_fault_is_sent_again_from_the_same_page(
    site: Site, path: str, fault: type[Fault]
) -> None:
    session = plain_session()
    session.open(site.address + "/two")
    with pytest.raises(fault):
        session.send(site.address + path, {"q": "x"}, what="a form")
    assert session.url == site.address + "/two", (
        "else it would go without a referer, which IML answers with nothing"
    )
    session.send(site.address + "/echo", {"q": "y"}, what="a form")
    assert "y" in session.html()
