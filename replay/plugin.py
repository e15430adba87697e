"""The pytest plugin: ``pytest_plugins = ["replay.plugin"]`` gives tests the fixture `replay`
(docs/replay.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from replay.exchange import BadExchangeError
from replay.fixtures import LANES, FetchMode, Fixture, fixture

if (
    TYPE_CHECKING
):  # a suite that loads the plugin and replays nothing must not load a browser's driver
    from replay.fetch_modes import Replayer


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting ``replay_root``: where fixtures are, from the project's folder."""
    parser.addini(
        "replay_root", "folder of the saved exchanges that `replay` finds", default="tests/fixtures"
    )


class Replay:
    """A saved exchange that can be run. ``record`` is its golden record."""

    def __init__(self, fixture: Fixture, replayer: Replayer) -> None:
        self.fixture = fixture
        self._replayer = replayer

    @property
    def record(self) -> Any:
        """The golden record; None where there is none yet."""
        return self.fixture.golden()

    def run(self, fetch_mode: FetchMode = "browser") -> dict[str, Any]:
        """What the page objects and parsers make of the exchange in that fetch mode: the record, or
        the named fault."""
        return self._replayer.run(self.fixture.exchange, self.fixture.site, fetch_mode)

    def check(self, *fetch_modes: FetchMode) -> None:
        """Runs it in these fetch modes (in both without a word) and compares with the golden
        record.

        Where there is none yet it is written, and the test fails: a person reads it before it is
        committed."""
        for fetch_mode in fetch_modes or LANES:
            found = self.run(fetch_mode)
            if self.record is None:
                self.fixture.write_golden(found)
                pytest.fail(
                    f"{self.fixture.golden_path} did not exist and was written now: read it, then commit it",
                    pytrace=False,
                )
            expected = self.fixture.expected(fetch_mode)
            if found != expected:
                pytest.fail(
                    f"{self.fixture.name}, fetch mode {fetch_mode}: {differences(expected, found)}",
                    pytrace=False,
                )


def differences(golden: Any, found: Any, place: str = "record") -> str:
    """Where two JSON values differ, one line for each place."""
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
    """What replays: one browser for all tests, started with the first that needs it."""
    from replay.fetch_modes import Replayer

    with Replayer() as made:
        yield made


@pytest.fixture
def replay_root(request: pytest.FixtureRequest) -> Path:
    """The folder of the saved exchanges; a test's own may replace it."""
    return request.config.rootpath / str(request.config.getini("replay_root"))


@pytest.fixture
def replay(replay_root: Path, replayer: Replayer) -> Callable[[str], Replay]:
    """``replay("jail/bergen-nj/detail")``: the saved exchange of that name, ready to
    `Replay.check`."""

    def find(name: str) -> Replay:
        try:
            return Replay(fixture(replay_root, name), replayer)
        except BadExchangeError as wrong:
            pytest.fail(str(wrong), pytrace=False)

    return find
