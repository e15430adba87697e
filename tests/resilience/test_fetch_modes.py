"""Two fetch modes of one session: what changes the fetch mode and what never does, and the identity
that goes along."""

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
from resilience.fetch_modes import LOSSES, FetchChoice, FetchModes
from tests.resilience.helpers import SHORT
from tests.resilience.site import Site

KINDS = [
    kind for kind in vars(faults).values() if isinstance(kind, type) and issubclass(kind, Fault)
]


def made(kind: type[Fault]) -> Fault:
    if kind is LayoutChanged:
        return LayoutChanged(None, "page", "a grid", "none")
    if issubclass(kind, faults.Drifted):
        return kind("a field fell empty", ("labels = {}", "lacks = []"))
    return kind("on the way")


def no_browser(*_: Any) -> Any:
    raise AssertionError("a browser was started")


def plain_session(fetch_mode: FetchChoice = "http", **more: Any) -> Session:
    return Session(
        fetch_mode=fetch_mode,
        pace=Pace.free(sleep=lambda _: None),
        timeouts=SHORT,
        start=no_browser,
        **more,
    )


# -- what changes the fetch mode
# --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("wish", ["http", "browser"])
def test_no_fault_changes_a_fetch_mode_that_was_asked_for(
    kind: type[Fault], wish: FetchChoice
) -> None:
    fetch_modes, fault = FetchModes(wish), made(kind)
    for _ in range(LOSSES + 1):
        assert fetch_modes.instead(wish, "list", fault) is fault
    assert fetch_modes.of("list") == wish


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_in_auto_only_an_answer_that_is_no_such_page_changes_the_fetch_mode(
    kind: type[Fault],
) -> None:
    fetch_modes, fault = FetchModes("auto"), made(kind)
    found = fetch_modes.instead("http", "list", fault)
    for _ in range(LOSSES - 1):
        if found is fault and kind is not ScriptNeeded:
            found = fetch_modes.instead("http", "list", fault)
    changes = kind in (LayoutChanged, ScriptNeeded) or issubclass(kind, SearchLost)
    assert isinstance(found, ScriptNeeded) is changes
    assert fetch_modes.of("list") == ("browser" if changes else "http")
    assert fetch_modes.of("detail") == "http"


def test_nothing_that_a_person_must_decide_changes_the_fetch_mode() -> None:
    for kind in (
        Blocked,
        CaptchaAsked,
        faults.SignInRefused,
        faults.TlsRefused,
        faults.CircuitOpen,
        Stopped,
    ):
        assert kind.cure is Cure.STOP
        assert not issubclass(kind, LayoutChanged)
        fetch_modes = FetchModes("auto")
        for _ in range(10):
            fetch_modes.instead("http", "search", made(kind))
        assert fetch_modes.of("search") == "http"


def test_an_empty_page_now_and_then_is_no_reason() -> None:
    fetch_modes = FetchModes("auto")
    for _ in range(5):
        for _ in range(LOSSES - 1):
            assert type(fetch_modes.instead("http", "detail", SearchLost("empty"))) is SearchLost
        fetch_modes.brought("http", "detail")
    assert fetch_modes.of("detail") == "http"


def test_a_kind_is_given_up_only_when_the_browser_brings_it_and_then_once_and_for_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    fetch_modes = FetchModes("auto")
    fetch_modes.instead("http", "list", LayoutChanged(None, "grid", "rows", "none"))
    assert fetch_modes.given_up == {}
    with caplog.at_level(logging.WARNING):
        fetch_modes.brought("browser", "list")
        fetch_modes.brought("browser", "list")
    assert fetch_modes.given_up == {"list": "LayoutChanged: grid: expected rows, found none"}
    assert len(caplog.records) == 1
    assert (fetch_modes.of("search", "list"), fetch_modes.of("search")) == ("browser", "http")
    assert fetch_modes.figures() == {
        "pages": {"browser": {"list": 2}},
        "given_up": fetch_modes.given_up,
    }


def test_a_page_that_the_browser_finds_changed_too_speaks_for_plain_requests() -> None:
    fetch_modes, fault = FetchModes("auto"), LayoutChanged(None, "grid", "rows", "none")
    fetch_modes.instead("http", "list", fault)
    assert fetch_modes.instead("browser", "list", fault) is fault
    assert fetch_modes.given_up == {}
    assert fetch_modes.of("list") == "http"


def test_a_fetch_mode_has_one_of_three_names() -> None:
    with pytest.raises(ValueError, match="'fast'"):
        FetchModes("fast")  # type: ignore[arg-type]


# -- a session without a browser
# --------------------------------------------------------------------------------------


@pytest.mark.parametrize("fetch_mode", ["http", "auto"])
def test_pages_are_read_without_any_browser(site: Site, fetch_mode: FetchChoice) -> None:
    with plain_session(fetch_mode) as session:
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
        assert (session.fetch_mode, session.running, session.pages) == ("http", False, 3)


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


# -- from one fetch mode to the other
# ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_identity_goes_along_both_ways_and_each_change_is_a_new_generation(site: Site) -> None:
    with Session(fetch_mode="auto", pace=Pace.free(), timeouts=SHORT) as session:
        generations = [session.generation]
        with session.with_browser():
            session.open(site.address + "/two")
            session.run(
                "document.cookie = 'who=somebody; path=/'; "
                "document.cookie = 'kept=1; path=/; max-age=900'"
            )
            agent = session.run("return navigator.userAgent")
            session.signed_in = True
        generations.append(session.generation)
        assert (session.fetch_mode, session.running, session.signed_in) == ("http", False, True)
        session.fetch(site.address + "/two")
        told = site.asked[-1][1]
        assert {*told["Cookie"].split("; ")} == {"who=somebody", "kept=1"}
        assert told["User-Agent"] == agent
        with pytest.raises(ScriptNeeded), session.kind("grid"):
            raise LayoutChanged(None, "grid", "rows", "none")
        session.enter("grid")
        generations.append(session.generation)
        assert (session.fetch_mode, session.signed_in) == ("browser", True)
        with session.kind("grid"):
            session.open(site.address + "/two")
            assert {*session.run("return document.cookie").split("; ")} == {
                "who=somebody",
                "kept=1",
            }
            session.run("document.cookie = 'later=2; path=/'")
        session.enter("list")
        generations.append(session.generation)
        assert (session.fetch_mode, session.running) == ("http", True), (
            "what was given up may need it again"
        )
        session.fetch(site.address + "/two")
        assert {*site.asked[-1][1]["Cookie"].split("; ")} == {"who=somebody", "kept=1", "later=2"}
        assert sorted(set(generations)) == generations


@pytest.mark.browser
def test_the_browser_comes_back_only_to_sign_in_again(site: Site) -> None:
    signed: list[str] = []

    def sign_in(session: Session) -> None:
        with session.with_browser():
            session.open(site.address + "/sign-in")
            signed.append(session.fetch_mode)
            session.signed_in = True

    with Session(
        fetch_mode="http", sign_in=sign_in, pace=Pace.free(sleep=lambda _: None), timeouts=SHORT
    ) as session:
        sign_in(session)
        pages = ["/sign-in", "/two"]
        for attempt in again(session):
            with attempt:
                session.open(site.address + pages.pop(0))
        assert session.standing()[0] == site.address + "/two"
        assert (session.fetch_mode, session.running, session.signed_in) == ("http", False, True)
    assert signed == ["browser", "browser"]
    assert session.events["sign-in"] == 1


@pytest.mark.browser
def test_a_bare_session_reads_everything_with_its_browser(site: Site) -> None:
    with Session(pace=Pace.free(), timeouts=SHORT) as session:
        session.enter("anything")
        assert (session.fetch_mode, session.running) == ("browser", False)
        session.open(site.address + "/two")
        assert session.running
        assert session.events["fetch_mode-plain"] == 0


@pytest.mark.parametrize(
    ("path", "fault"), [("/429", Busy), ("/reset", faults.Dropped), ("/hang", Slow)]
)
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
