"""``cj record``: a visit of the practice portals becomes a fixture that replays; a refusal leaves
nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cj.__main__ import main
from practice.facts import CALENDAR_START
from practice.people import generate
from practice.truth import truth
from replay.anonymize import anonymizer
from replay.exchange import Exchange
from replay.guard import violations
from replay.replayer import Replayer
from scrapers.sites import site_of
from tests.replay.anonymize.visits import personal_values


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


def cj(*arguments: str) -> int:
    try:
        return main(["record", *arguments])
    except SystemExit as end:
        return int(str(end.code))


@pytest.mark.browser
@pytest.mark.parametrize("site", ["practice", "practice-roa"])
def test_both_halves_are_recorded_and_replay_without_the_portal(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = next(
        line
        for line in truth(generate(12, 7, 0), CALENDAR_START, outcomes=True)
        if line["outcome"] == "found"
        and line["jail"]["date_of_birth"]
        and len(line["odyssey"]["cases"]) < 6
    )
    key, out = line["key"], tmp_path / "fixtures"
    said = [
        "--site",
        site,
        "--out",
        str(out),
        "--person",
        key,
        "--cases",
        "2",
        "--practice-people",
        "12",
    ]
    assert cj(*said) == 0
    shown = capsys.readouterr().out
    assert "birth date" in shown
    assert "Review every page" in shown
    values = personal_values(line["jail"]) | personal_values(line["odyssey"])
    written = [path for path in out.rglob("*") if path.is_file()]
    everything = shown + "".join(path.read_text("utf-8", "replace") + path.name for path in written)
    left = {
        value
        for value in values
        if len(value) > 2 and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", everything, re.I)
    }
    assert left == set()
    for half in ("jail", "odyssey"):
        folder = out / half / site / "visit"
        assert violations(folder, site_of(site)) == []
        with Replayer() as replayer:
            read = replayer.run(Exchange.load(folder), site_of(site), "http")
        assert "fault" not in read
        if half == "odyssey":
            assert read["outcome"] == "found"
            assert len(read["record"]["cases"]) == len(line["odyssey"]["cases"])
    secret = (tmp_path / "settings" / "cj-report-card" / "recording.key").read_text().strip()
    assert secret not in everything


def test_a_second_recording_needs_replace_and_then_agrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [
        "--site",
        "practice-4col",
        "--out",
        str(tmp_path / "f"),
        "--practice-people",
        "8",
        "jail",
    ]
    folder = tmp_path / "f" / "jail" / "practice-4col" / "visit"
    assert cj(*said) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert cj(*said) == 2
    assert "exists already" in capsys.readouterr().err
    assert cj(*said, "--replace") == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert json.loads(first["exchange.json"])["made"] == "recorded"


def test_a_refusal_says_where_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymizer.Pseudonyms, "digits", lambda self, run: run)
    out = tmp_path / "f"
    assert cj("--site", "practice", "--out", str(out), "--practice-people", "8", "jail") == 3
    shown = capsys.readouterr().out
    assert "Nothing was written" in shown
    assert "a number in rows.booking_number was not replaced" in shown
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "f"], "--site"),
        (["--site", "nowhere", "--out", "f"], "unknown site"),
        (["--site", "marion-in", "--out", "f", "odyssey"], "no odyssey portal"),
        (["--site", "practice", "--out", "f", "--born", "1.2.1990"], "YYYY-MM-DD"),
        (["--site", "practice", "--out", "f", "--page", "../x"], "letters, digits"),
        (["--site", "practice", "--out", "f", "--details", "0"], "from 1 to 30"),
        (["--site", "practice", "--out", "f", "church"], "invalid choice"),
        (["--site", "practice", "--out", "f", "--key", "{repo}/my.key"], "in the repository"),
        (
            [
                "--site",
                "practice",
                "--out",
                "f",
                "--practice-people",
                "5",
                "--person",
                "99999999",
                "jail",
            ],
            "none of the",
        ),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert cj(*(one.replace("{repo}", str(tmp_path / "repo")) for one in arguments)) == 2
    err = capsys.readouterr().err
    assert says in err, err
    assert len(err.splitlines()) == 1, err
    assert not (tmp_path / "f").exists()


@pytest.mark.browser
def test_a_person_of_more_cases_than_one_answer_holds_is_recorded_with_all_windows_and_replays(
    tmp_path: Path,
) -> None:
    said = [
        "odyssey",
        "--site",
        "practice",
        "--out",
        str(tmp_path / "f"),
        "--cases",
        "2",
        "--practice-people",
        "14",
    ]
    line = next(
        line
        for line in truth(generate(14, 7, 0), CALENDAR_START)
        if line["odyssey"] and len(line["odyssey"]["cases"]) >= 40
    )
    name, born = line["jail"]["name"]["full"], line["jail"]["date_of_birth"]
    assert cj(*said, "--name", name, "--born", born) == 0
    folder = tmp_path / "f" / "odyssey" / "practice" / "visit"
    visit = Exchange.load(folder)
    assert len([step for step in visit.steps if "/SmartSearchResults" in step.url]) > 3
    with Replayer() as replayer:
        read = replayer.run(visit, site_of("practice"), "http")
        assert replayer.run(visit, site_of("practice"), "browser") == read, (
            "its pagers are turned by a click"
        )
    assert len(read["record"]["cases"]) == len(line["odyssey"]["cases"])
    assert "windows of file dates" in read["tried"][0]["note"]
    assert violations(folder, site_of("practice")) == []


@pytest.mark.browser
def test_bookings_that_only_a_browser_brings_are_recorded_and_a_visit_by_its_scripts_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "f"
    said = ["--site", "practice", "--out", str(out), "--practice-people=14"]
    assert cj("jail", *said, "--practice-faults=plain-refused:detail=1") == 0
    with Replayer() as replayer:
        visit = Exchange.load(out / "jail" / "practice" / "visit")
        assert "fault" not in replayer.run(visit, site_of("practice"), "browser")
    for half, faults in (("jail", "plain-refused=1"), ("odyssey", "plain-refused=1")):
        who = ("--name", "SAMPLE, JORDAN", "--born", "1990-01-02") if half == "odyssey" else ()
        assert cj(half, *said, *who, "--page", "other", f"--practice-faults={faults}") == 3
        assert "needed a browser's scripts" in " ".join(capsys.readouterr().out.split())
        assert not (out / half / "practice" / "other").exists()
