"""Every wrong use, by the real command: exit 2, one clear line on standard error, and nothing left
behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cj.county import crawled
from tests.laws.process import environment


def cj(folder: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cj", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(folder) | extra,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["crawl", "--site", "nowhere"], "unknown site 'nowhere'; known are: "),
        (
            ["crawl", "--site", "practice", "--fetch", "fast"],
            "argument --fetch: invalid choice: 'fast'",
        ),
        (["crawl"], "which county?"),
        (["crawl", "--site", "practice", "--workers", "0"], "--workers: a whole number from 1"),
        (["crawl", "--site", "practice", "--workers", "many"], "not 'many'"),
        (
            ["crawl", "--site", "shelby-tn", "--workers", "3"],
            "bear 2 pages at once (leave --workers out",
        ),
        (["crawl", "--site", "practice", "--limit", "none"], "--limit: a whole number from 1"),
        (["crawl", "--site", "practice", "--new", "--resume"], "not allowed with"),
        (["jail", "--site", "shelby-tn"], "set CJ_CONTACT"),
        (["odyssey", "--site", "dauphin-pa"], "no odyssey portal"),
        (["odyssey", "--site", "practice"], "has no roster"),
        (["crawl", "--site", "practice", "--only", "gone"], "--only gone: cannot be read"),
        (
            ["crawl", "--site", "practice", "--only", "rubbish"],
            "--only rubbish, line 2: '???' is no key",
        ),
        (
            ["odyssey", "--site", "practice", "--only", "rubbish.csv"],
            "--only rubbish.csv, line 3: date of birth",
        ),
        (["crawl", "--site", "practice", "--resume"], "no unfinished crawl"),
        (
            ["crawl", "--site", "practice", "--out", "a-file/crawl"],
            "cannot write to a-file/crawl: Not a directory",
        ),
        (["crawl", "--site", "practice", "--out", "."], "is no crawl folder and not empty"),
        (["crawl", "--site", "practice", "--practice-faults", "rain=1"], "unknown fault 'rain'"),
        (["status"], "no crawl below data"),
        (["status", "a-file"], "a-file is no crawl folder"),
        (["fly"], "invalid choice: 'fly'"),
    ],
)
def test_wrong_use_is_one_line_and_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "rubbish").write_text("00400001\n???\n")
    (tmp_path / "rubbish.csv").write_text(
        'key,name,date_of_birth\nx,"DOE, JO",1990-01-02\ny,CHER,soon\n'
    )
    assert said in refused(cj(tmp_path, *arguments))
    assert not list((tmp_path / "data").glob("*"))


@pytest.mark.parametrize(
    ("jail", "said"),
    [
        (
            "http://127.0.0.1:1/IML",
            "the jail portal of mine cannot be reached: 127.0.0.1:1: Connection refused",
        ),
        (
            "http://no-such-host.invalid/IML",
            "the jail portal of mine cannot be reached: no-such-host.invalid:80",
        ),
    ],
)
def test_an_unreachable_host_is_told_before_any_browser_starts(
    tmp_path: Path, jail: str, said: str
) -> None:
    (tmp_path / "sites.toml").write_text(
        '[mine]\nname = "Mine"\ntime_zone = "America/Chicago"\ncontact = "me@example.org"\n'
        f'[mine.jail]\nurl = "{jail}"\n'
    )
    assert said in refused(cj(tmp_path, "jail", "--site", "mine"))
    assert not list((tmp_path / "data").glob("*"))


def test_the_folder_of_another_crawl_is_refused_naming_both(tmp_path: Path) -> None:
    crawled(tmp_path / "c")
    line = refused(
        cj(tmp_path, "crawl", "--site", "practice", "--practice-seed", "8", "--out", "c")
    )
    assert "c is the crawl practice (40 people, seed 7, day 0)" in line
    assert "asked for was practice (40 people, seed 8, day 0)" in line


def test_a_key_that_is_not_on_the_roster_is_named_with_its_line(tmp_path: Path) -> None:
    crawled(tmp_path / "c")
    (tmp_path / "keys").write_text("00000001\n00009999\n")
    line = refused(cj(tmp_path, "crawl", "--out", "c", "--only", "keys"))
    assert "--only keys, line 2: '00009999' is not on the roster of c" in line


def test_no_browser_is_told(tmp_path: Path) -> None:
    line = refused(
        cj(
            tmp_path,
            "jail",
            "--site",
            "practice",
            "--fetch",
            "browser",
            CJ_BROWSER="/no/such/browser",
        )
    )
    assert "/no/such/browser" in line


def test_the_jail_half_needs_no_browser(tmp_path: Path) -> None:
    done = cj(
        tmp_path,
        "jail",
        "--site",
        "practice",
        "--practice-people",
        "4",
        CJ_BROWSER="/no/such/browser",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("data/*/jail/*.json"))) == 4


def test_a_court_needs_credentials(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listens:
        url = f"http://127.0.0.1:{listens.getsockname()[1]}"
        (tmp_path / "sites.toml").write_text(
            '[mine]\nname = "Mine"\ntime_zone = "America/Chicago"\n'
            f'[mine.jail]\nurl = "{url}/IML"\n'
            f'[mine.court]\nurl = "{url}/CJS"\n'
        )
        assert "set ODYSSEY_USER and ODYSSEY_PASS" in refused(
            cj(tmp_path, "crawl", "--site", "mine")
        )
    assert not list((tmp_path / "data").glob("*"))


def test_help_and_version_come_without_the_house(tmp_path: Path) -> None:
    code = (
        "import sys; from cj.__main__ import main\n"
        "try: main(['--version'])\n"
        "except SystemExit as end: print(end.code)\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} "
        "& {'selenium', 'pydantic', 'rich', 'scrapers', 'bs4'}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    version, code_line, loaded = said.stdout.splitlines()
    assert version.startswith("cj 0.")
    assert (code_line, loaded) == ("0", "[]")
