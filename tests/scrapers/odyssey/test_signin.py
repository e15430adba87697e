"""A refused password is submitted once, by whomever, until the credentials change."""

from __future__ import annotations

import datetime as dt
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from resilience.faults import LayoutChanged, SignedOut, SignInRefused, Stopped
from scrapers.odyssey import signin
from scrapers.odyssey.signin import Credentials, SignInGate

BASE = "http://127.0.0.1:1/CJS"
RIGHT, WRONG = (
    Credentials("casey@practice.invalid", "right"),
    Credentials("casey@practice.invalid", "wrong"),
)


class FakeSession:
    """What the gate needs of a session."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.signed_in = False


class Portal:
    """Counts what was submitted; refuses every password but the right one."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        self.fault: Exception | None = None
        self._now = threading.Lock()
        self.at_once = 0

    def __call__(self, session: Any, base: str) -> Portal:
        assert base == BASE
        return self

    def sign_in(self, user: str, password: str) -> None:
        assert self._now.acquire(blocking=False), "two signed in at once"
        try:
            self.submitted.append(password)
            if self.fault is not None:
                raise self.fault
            if password != RIGHT.password:
                raise SignInRefused("Invalid Email or password.")
        finally:
            self._now.release()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Portal:
    fake = Portal()
    monkeypatch.setattr(signin, "SignInPage", fake)
    return fake


def enter(gate: SignInGate, credentials: Credentials) -> FakeSession:
    session = FakeSession()
    gate.sign_in(session, BASE, credentials)  # type: ignore[arg-type]
    return session


def test_a_good_password_signs_the_session_in(portal: Portal) -> None:
    assert enter(SignInGate(), RIGHT).signed_in


def test_four_workers_submit_a_refused_password_once(portal: Portal) -> None:
    gate, refused = SignInGate(), []

    def work() -> None:
        try:
            enter(gate, WRONG)
        except SignInRefused as fault:
            refused.append(fault)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert portal.submitted == ["wrong"]
    assert len(refused) == 4


def test_a_later_run_remembers_through_the_marker(portal: Portal, tmp_path: Path) -> None:
    with pytest.raises(SignInRefused):
        enter(SignInGate(tmp_path), WRONG)
    with pytest.raises(SignInRefused, match="is not submitted again"):
        enter(SignInGate(tmp_path), WRONG)
    assert portal.submitted == ["wrong"]


def test_other_credentials_are_tried_and_a_new_refusal_replaces_the_marker(
    portal: Portal, tmp_path: Path
) -> None:
    other = Credentials(WRONG.user, "wrong too")
    for credentials in (WRONG, other, other):
        with pytest.raises(SignInRefused):
            enter(SignInGate(tmp_path), credentials)
    assert enter(SignInGate(tmp_path), RIGHT).signed_in
    assert portal.submitted == ["wrong", "wrong too", "right"]


def test_the_marker_is_private_and_holds_no_password(portal: Portal, tmp_path: Path) -> None:
    gate = SignInGate(tmp_path, now=lambda: dt.datetime(2026, 1, 5, tzinfo=dt.timezone.utc))
    with pytest.raises(SignInRefused):
        enter(gate, WRONG)
    (marker,) = tmp_path.glob("sign-in-refused-*.json")
    text = marker.read_text(encoding="utf-8")
    assert stat.S_IMODE(marker.stat().st_mode) == 0o600
    assert WRONG.password not in text
    assert WRONG.user not in text
    assert "2026-01-05" in text


def test_a_marker_that_cannot_be_read_stops_rather_than_risks_the_account(
    portal: Portal, tmp_path: Path
) -> None:
    with pytest.raises(SignInRefused):
        enter(SignInGate(tmp_path), WRONG)
    (marker,) = tmp_path.glob("sign-in-refused-*.json")
    marker.write_text("{", encoding="utf-8")
    with pytest.raises(SignInRefused, match="cannot be read"):
        enter(SignInGate(tmp_path), RIGHT)
    assert portal.submitted == ["wrong"]


def test_another_fault_is_no_refusal(portal: Portal, tmp_path: Path) -> None:
    portal.fault = LayoutChanged(BASE, "sign-in page", "a form", "none")
    with pytest.raises(LayoutChanged):
        enter(SignInGate(tmp_path), RIGHT)
    portal.fault = None
    assert enter(SignInGate(tmp_path), RIGHT).signed_in


def test_no_password_in_a_repr_or_an_error(portal: Portal) -> None:
    gate = SignInGate()
    with pytest.raises(SignInRefused) as refused:
        enter(gate, WRONG)
    shown = repr(WRONG) + repr(gate) + repr(refused.value) + str(refused.value)
    assert WRONG.password not in shown


def test_who_waits_for_the_gate_can_be_stopped(portal: Portal) -> None:
    gate, session = SignInGate(), FakeSession()
    session.stop.set()
    with gate._lock, pytest.raises(Stopped):
        gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
    assert portal.submitted == []


def test_a_form_without_a_word_is_believed_a_lost_cookie_once_and_a_refusal_the_second_time(
    portal: Portal,
) -> None:
    gate, session = SignInGate(), FakeSession()
    portal.fault = SignedOut("the sign-in form came again and gave no reason")
    with pytest.raises(SignedOut):
        gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
    with pytest.raises(SignInRefused, match="twice in a row"):
        gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
    with pytest.raises(SignInRefused, match="not submitted again"):
        gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
    assert len(portal.submitted) == 2


def test_a_good_sign_in_forgets_the_form_that_came_without_a_word(portal: Portal) -> None:
    gate, session = SignInGate(), FakeSession()
    for fault in (SignedOut("no reason"), None, SignedOut("no reason")):
        portal.fault = fault
        if fault is None:
            gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
            continue
        with pytest.raises(SignedOut):
            gate.sign_in(session, BASE, RIGHT)  # type: ignore[arg-type]
