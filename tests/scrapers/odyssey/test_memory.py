"""What sign-ins remember, in a folder and in an object store: machines that share one submit a
refused password once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from resilience.faults import SignInRefused, Stopped
from scrapers.odyssey.memory import memory_at
from scrapers.odyssey.signin import SignInGate
from tests.s3 import Store, s3_server, store
from tests.scrapers.odyssey.test_signin import RIGHT, WRONG, Portal, enter, portal

__all__ = ["portal", "s3_server", "store"]


@pytest.fixture(params=["folder", "store"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "sign-in")
    corner: Store = request.getfixturevalue("store")
    return f"{corner.root}/sign-in"


def test_four_machines_submit_a_refused_password_once(portal: Portal, where: str) -> None:
    refused = []

    def work() -> None:
        try:
            enter(SignInGate(where), WRONG)
        except SignInRefused as fault:
            refused.append(fault)

    machines = [threading.Thread(target=work) for _ in range(4)]
    for machine in machines:
        machine.start()
    for machine in machines:
        machine.join(60)
    assert portal.submitted == ["wrong"]
    assert len(refused) == 4
    assert enter(SignInGate(where), RIGHT).signed_in


def test_who_waits_for_a_turn_is_stopped_when_told(where: str) -> None:
    stop = threading.Event()
    stop.set()
    with (
        memory_at(where).turn(threading.Event()),
        pytest.raises(Stopped),
        memory_at(where).turn(stop),
    ):
        pass


def test_what_is_written_is_read_again_and_nothing_is_none(where: str) -> None:
    memory = memory_at(where)
    assert memory.read("marker.json") is None
    memory.write("marker.json", "one")
    memory.write("marker.json", "two")
    assert memory_at(where).read("marker.json") == "two"
    assert memory.path("marker.json") == f"{where}/marker.json"
