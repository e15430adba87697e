"""What stands in a shared temporary place is used only if it is ours."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from resilience import Pace, faults
from resilience.private import check_private, private_folder
from resilience.settings import environment_of


def test_a_folder_is_made_for_this_user_alone_and_found_again(tmp_path: Path) -> None:
    path = private_folder("ours", parent=str(tmp_path))
    assert path == str(tmp_path / f"ours-{os.getuid()}")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    assert private_folder("ours", parent=str(tmp_path)) == path


@pytest.mark.parametrize("planted", ["link", "file", "open", "hanging link"])
def test_what_somebody_else_put_there_is_refused_and_left_alone(
    tmp_path: Path, planted: str
) -> None:
    victim = tmp_path / "victim"
    path = tmp_path / f"ours-{os.getuid()}"
    if planted == "link":
        victim.mkdir(mode=0o700)
        path.symlink_to(victim)
    elif planted == "hanging link":
        path.symlink_to(victim)
    elif planted == "file":
        path.write_text("theirs")
    else:
        path.mkdir()
        path.chmod(0o770)
    before = path.lstat()
    with pytest.raises(faults.UnsafeFolder, match="TMPDIR"):
        private_folder("ours", parent=str(tmp_path))
    assert path.lstat() == before
    assert planted != "link" or not any(victim.iterdir())


def test_a_folder_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = private_folder("ours", parent=str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: os.stat(path).st_uid + 1)
    with pytest.raises(faults.UnsafeFolder, match="another user"):
        check_private(path)


def test_a_planted_link_in_place_of_the_pace_folder_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o700)
    (victim / "portal.json").write_text("theirs")
    (tmp_path / f"cj-pace-{os.getuid()}").symlink_to(victim)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(faults.UnsafeFolder):
        Pace().busy(1.0)
    assert [(one.name, one.read_text()) for one in victim.iterdir()] == [("portal.json", "theirs")]


def test_a_pace_folder_that_a_cleaner_took_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pace = Pace(sleep=lambda _: None)
    pace.busy(0.0)
    (folder,) = tmp_path.iterdir()
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()
    pace.busy(0.0)


def test_a_browser_is_given_what_it_needs_of_the_environment_and_no_more() -> None:
    kept = dict.fromkeys(
        [
            "PATH",
            "HOME",
            "TMPDIR",
            "LANG",
            "LC_ALL",
            "TZ",
            "DISPLAY",
            "XAUTHORITY",
            "WAYLAND_DISPLAY",
            "XDG_RUNTIME_DIR",
            "DBUS_SESSION_BUS_ADDRESS",
            "FONTCONFIG_PATH",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "http_proxy",
            "HTTPS_PROXY",
            "no_proxy",
            "NO_PROXY",
            "all_proxy",
            "LD_LIBRARY_PATH",
        ],
        "x",
    )
    others = (
        "AIRFLOW__CORE__FERNET_KEY AIRFLOW__DATABASE__SQL_ALCHEMY_CONN BROKER_URL PGHOST "
        "ODYSSEY_USER AWS_PROFILE DATABASE_URL CJ_PACE_REDIS LD_PRELOAD PATHS MY_HOME PYTHONPATH"
    )
    assert environment_of(kept | dict.fromkeys(others.split(), "x")) == kept
