"""The pytest plugin: ``pytest_plugins = ["replay.plugin"]`` adds the fixture `replay`
(docs/replay.md). It needs the extra ``replay``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from replay.exchange import BadExchangeError
from replay.fixtures import FETCH_MODES, Fixture, fixture
from resilience.fetch_modes import FetchMode

if TYPE_CHECKING:  # a suite that replays nothing must not load selenium
    from replay.replayer import Replayer


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the setting ``replay_root``: the fixtures' folder, relative to the project."""
    parser.addini(
        "replay_root", "folder with the saved exchanges for `replay`", default="tests/fixtures"
    )


class Replay:
    """A saved exchange, ready to run."""

    def __init__(self, fixture: Fixture, replayer: Replayer) -> None:
        self.fixture = fixture
        self._replayer = replayer

    @property
    def record(self) -> Any:
        """The golden record; None if there is none yet."""
        return self.fixture.golden()

    def run(self, fetch_mode: FetchMode = "browser") -> dict[str, Any]:
        """What the page objects and parsers return in that fetch mode: the record, or the named
        fault (see `Replayer.run`)."""
        return self._replayer.run(self.fixture.exchange, self.fixture.site, fetch_mode)

    def check(self, *fetch_modes: FetchMode) -> None:
        """Runs it in these fetch modes (default: both) and compares with the golden record.

        If there is no golden record yet, it is written and the test fails: a person reviews it
        before it is committed."""
        for fetch_mode in fetch_modes or FETCH_MODES:
            record = self.run(fetch_mode)
            if self.record is None:
                self.fixture.write_golden(record)
                pytest.fail(
                    f"{self.fixture.golden_path} did not exist and was written now: "
                    "read it, then commit it",
                    pytrace=False,
                )
            expected = self.fixture.expected(fetch_mode)
            if record != expected:
                pytest.fail(
                    f"{self.fixture.name}, fetch mode {fetch_mode}: "
                    f"{differences(expected, record)}",
                    pytrace=False,
                )


def differences(golden: Any, found: Any, place: str = "record") -> str:
    """Where two JSON values differ, one line per place."""
    if isinstance(golden, dict) and isinstance(found, dict):
        lines = [
            differences(golden.get(key, "(nothing)"), found.get(key, "(nothing)"), f"{place}.{key}")
            for key in dict.fromkeys([*golden, *found])
            if golden.get(key, "(nothing)") != found.get(key, "(nothing)")
        ]
    elif isinstance(golden, list) and isinstance(found, list) and len(golden) == len(found):
        pairs = enumerate(zip(golden, found, strict=True))
        lines = [
            differences(one, other, f"{place}[{at}]") for at, (one, other) in pairs if one != other
        ]
    else:
        lines = [f"{place}: expected {_short(golden)}, found {_short(found)}"]
    return "\n".join(lines)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}..."


@pytest.fixture(scope="session")
def replayer() -> Iterator[Replayer]:
    """One `Replayer` for all tests; its browser starts with the first test that needs it."""
    from replay.replayer import Replayer

    with Replayer() as made:
        yield made


@pytest.fixture
def replay_root(request: pytest.FixtureRequest) -> Path:
    """The folder of the saved exchanges; override it to use another one."""
    return request.config.rootpath / str(request.config.getini("replay_root"))


@pytest.fixture
def replay(replay_root: Path, replayer: Replayer) -> Callable[[str], Replay]:
    """``replay("jail/bergen-nj/detail")``: the saved exchange of that name, ready to
    `Replay.check`."""

    def find(name: str) -> Replay:
        try:
            return Replay(fixture(replay_root, name), replayer)
        except BadExchangeError as error:
            pytest.fail(str(error), pytrace=False)

    return find
