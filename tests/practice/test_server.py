"""Three origins that answer, a ready line without secrets, and an end that leaves nothing
behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice.__main__ import main
from practice.server import CannotServeError, Options, make_world, running

PASSWORD = "invented-for-this-test"


def _get(address: str) -> tuple[int, str, str]:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.status, answer.url, answer.read().decode("latin-1")


@contextlib.contextmanager
def _served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "practice", "serve", "--people", "3", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CJ_TEST_PASSWORD": PASSWORD},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield process, json.loads(line), line
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def test_three_origins_answer_until_the_block_ends() -> None:
    with running(Options(people=3)) as portals:
        hosts = [
            urllib.parse.urlsplit(one).hostname
            for one in (portals.jail, portals.portal, portals.idp)
        ]
        assert hosts == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
        assert "Inmate Lookup Tool" in _get(portals.jail)[2]
        assert _get(f"{portals.portal}/")[0] == 200
        status, address, page = _get(f"{portals.portal}/Account/Login")
        assert status == 200
        assert address.startswith(portals.idp)
        assert "UserName" in page
        jail = portals.jail
    with pytest.raises(OSError):
        _get(jail)


def test_a_world_may_change_while_it_is_shown() -> None:
    world = make_world(Options(people=3))
    with running(world=world) as portals:
        assert portals.world is world
        assert (portals.user, portals.password) == (world.account.user, world.account.password)


def test_the_ready_line_names_everything_but_the_password() -> None:
    with _served("--password-from-env", "CJ_TEST_PASSWORD", "--day", "2") as (process, ready, line):
        assert ready["today"] == "2026-01-07"
        assert _get(ready["jail"])[0] == 200
        assert PASSWORD not in line
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
        assert (rest, errors, process.returncode) == ("", "", 0)


def test_the_portals_die_with_their_parents_pipe() -> None:
    with _served("--die-with-stdin") as (process, ready, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=1) == 0
        with pytest.raises(OSError):
            _get(ready["jail"])


def test_a_reader_of_the_pipe_does_not_spoil_an_ordinary_end() -> None:
    with _served("--die-with-stdin", "--password-from-env", "CJ_TEST_PASSWORD") as (
        process,
        _,
        _line,
    ):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_invented_credentials_are_told_apart_from_the_ready_line() -> None:
    with _served() as (process, ready, line):
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        words = errors.split()
        assert words[:2] == ["invented", "credentials:"]
        assert words[2] == ready["user"]
        assert words[3] not in line


def test_requests_are_logged(tmp_path: Path) -> None:
    log = tmp_path / "access.jsonl"
    with running(Options(people=3, access_log=log)) as portals:
        _get(portals.jail)
        _get(f"{portals.portal}/Account/Login")
    portals_seen = {
        json.loads(line)["portal"] for line in log.read_text(encoding="utf-8").splitlines()
    }
    assert len(portals_seen) == 3


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(CannotServeError, match=f"127.0.0.1:{port}"),
            running(Options(people=1, port_base=port)),
        ):
            pass
        assert main(["serve", "--people", "1", "--port-base", str(port)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serve", "--people", "0"],
        ["serve", "--people", "many"],
        ["serve", "--columns", "6"],
        ["serve", "--latency-ms", "-1"],
        ["serve", "--latency-ms", "soon"],
        ["serve", "--faults", "gremlins=1"],
        ["serve", "--access-log", "no/such/folder/log"],
        ["serve", "--password-from-env", "CJ_NOT_SET_ANYWHERE"],
        ["truth", "--day", "-1"],
        ["truth", "--people", "50001"],
    ],
)
def test_wrong_use_is_one_line_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(arguments)
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.count("\n") == 1


def test_truth_prints_a_line_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["truth", "--people", "4", "--seed", "2"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(row) for row in rows] == [{"key", "jail", "odyssey"}] * 4
    assert main(["truth", "--people", "4", "--seed", "2", "--outcomes"]) == 0
    assert all("outcome" in json.loads(line) for line in capsys.readouterr().out.splitlines())
