from __future__ import annotations

from pathlib import Path

import pytest

from cj import settings
from cj.wrong import UsageError
from scrapers.sites import site_of

COURT = site_of("shelby-tn")


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ODYSSEY_USER", "ODYSSEY_PASS", "CJ_CONTACT"):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("ODYSSEY_USER=file@example.org\nODYSSEY_PASS='a b#c'\n")
    assert settings.credentials(COURT) == ("file@example.org", "a b#c")
    monkeypatch.setenv("ODYSSEY_USER", "shell@example.org")
    assert settings.credentials(COURT)[0] == "shell@example.org"


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="ODYSSEY_USER and ODYSSEY_PASS"):
        settings.credentials(COURT)


def test_on_a_terminal_what_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODYSSEY_USER", "shell@example.org")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "typed")
    assert settings.credentials(COURT) == ("shell@example.org", "typed")
