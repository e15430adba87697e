"""One real browser and one small misbehaving site, shared by all tests of this room that leave them
intact."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from resilience import Pace, Session
from tests.resilience.helpers import SHORT, Clock
from tests.resilience.site import Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    there, portal = Site(), Site()
    portal.elsewhere = f"http://127.0.0.2:{there.server_port}/sign-in"
    yield portal
    portal.end()
    there.end()


@pytest.fixture(scope="session")
def shared_session() -> Iterator[Session]:
    with Session(pace=Pace.free(), timeouts=SHORT) as session:
        yield session


@pytest.fixture
def session(shared_session: Session) -> Session:
    clock = Clock()
    if any(name in shared_session.statistics for name in ("BrowserLost", "TabCrashed")):
        shared_session.restart()
    shared_session.pace = Pace.free(clock=clock, sleep=clock.sleep)
    shared_session.sign_in = None
    shared_session.signed_in = False
    shared_session.statistics.clear()
    shared_session.cures.clear()
    shared_session.events.clear()
    return shared_session
