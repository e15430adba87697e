from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.pace import pace_of
from scrapers.settings import SettingsError, read_settings
from scrapers.sites import SiteError, site_of
from scrapers.visitor import contact_of

NAMES = ("CJ_CONTACT", "CJ_SITE", "CJ_SITES", "CJ_DATABASE", "ODYSSEY_USER", "ODYSSEY_PASS")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and nothing set."""
    monkeypatch.chdir(tmp_path)
    for name in (*NAMES, "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_environment_goes_before_dotenv_and_that_before_toml(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cj.toml").write_text('contact = "toml"\nsite = "toml"\ndatabase = "toml"\n')
    (folder / ".env").write_text("CJ_CONTACT=dotenv\nCJ_SITE=dotenv\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("CJ_CONTACT", "shell")
    settings = read_settings()
    assert (settings.contact, settings.site, settings.database) == ("shell", "dotenv", "toml")


def test_a_name_that_is_set_to_nothing_is_not_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("CJ_CONTACT=dotenv\n")
    monkeypatch.setenv("CJ_CONTACT", "")
    assert read_settings().contact == "dotenv"


def test_the_working_folders_file_goes_before_that_of_another_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("airflow")
    (home / ".env").write_text("CJ_CONTACT=home\nCJ_SITE=home\n")
    (folder / ".env").write_text("CJ_CONTACT=here\n")
    settings = read_settings([home])
    assert (settings.contact, settings.site) == ("here", "home")


def test_the_password_shows_in_no_text(folder: Path) -> None:
    (folder / ".env").write_text("ODYSSEY_USER=casey\nODYSSEY_PASS='ho nk#1'\n")
    settings = read_settings()
    assert (settings.odyssey_user, settings.password) == ("casey", "ho nk#1")
    assert "ho nk#1" not in f"{settings!r} {settings}"


def test_the_memory_lies_where_the_user_keeps_states(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_settings().memory_folder == Path.home() / ".local" / "state" / "cj-report-card"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    assert read_settings().memory_folder == folder / "state" / "cj-report-card"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("cj.toml", b"contact = ", "cj.toml is not valid TOML"),
        ("cj.toml", b"contact = [1]", "setting contact"),
        (".env", b"CJ_CONTACT=\xff\xfe", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_in_one_line(
    folder: Path, name: str, text: bytes, message: str
) -> None:
    (folder / name).write_bytes(text)
    with pytest.raises(SettingsError, match=message) as caught:
        read_settings()
    assert "\n" not in str(caught.value)


def test_sites_and_pace_are_set_in_dotenv_too(folder: Path) -> None:
    jail = '[mine.jail]\nurl = "http://127.0.0.1:1/IML"\n'
    (folder / "mine.toml").write_text(f'[mine]\nname = "Mine"\ntime_zone = "UTC"\n{jail}')
    (folder / ".env").write_text("CJ_SITES=mine.toml\nCJ_PACE_REDIS=no-address\n")
    assert site_of("mine").name == "Mine"
    with pytest.raises(SiteError, match="CJ_PACE_REDIS"):
        pace_of(site_of("mine"), "http://127.0.0.1:1/IML")


def test_a_real_site_is_owed_a_contact(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = site_of("shelby-tn")
    with pytest.raises(SiteError, match="CJ_CONTACT"):
        contact_of(site)
    own = site.model_copy(update={"contact": "https://example.org/us"})
    assert contact_of(own) == "https://example.org/us"
    monkeypatch.setenv("CJ_CONTACT", "me@example.org")
    assert contact_of(own) == "me@example.org"
    assert contact_of(own, "given@example.org") == "given@example.org"
    monkeypatch.delenv("CJ_CONTACT")
    assert contact_of(site_of("practice")) is None
