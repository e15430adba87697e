"""Airflow's home in a temporary folder before anything imports it; a small disk; an S3 server on
loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3 import s3, s3_server

__all__ = ["s3", "s3_server"]

if "AIRFLOW_HOME" not in os.environ:
    _home = tempfile.mkdtemp(prefix="airflow-home-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    os.environ["AIRFLOW_HOME"] = _home
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")


def _install_idempatomic() -> Path:
    """The distribution as an installer would leave it, its package being this repository's folder:
    so one process has the operators under both names, and Airflow finds the decorator."""
    site = Path(tempfile.mkdtemp(prefix="idempatomic-site-"))
    atexit.register(shutil.rmtree, site, ignore_errors=True)
    root = Path(__file__).parents[2]
    (site / "idempatomic").symlink_to(root / "operators")
    module = "idempatomic_airflow_provider"
    shutil.copy(root / "packaging" / "idempatomic" / f"{module}.py", site)
    info = site / "idempatomic-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: idempatomic\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text(
        f"[apache_airflow_provider]\nprovider_info = {module}:get_provider_info\n"
    )
    sys.path.append(str(site))
    return site


SITE = _install_idempatomic()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[str]:
    """A file system of its own, of one megabyte: another device, and soon full."""
    place = str(tmp_path / "disk")
    os.mkdir(place)
    _mount("mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", place)
    try:
        yield place
    finally:
        _mount("umount", "-l", place)


@pytest.fixture
def read_only_disk(small_disk) -> str:
    """A file system that takes no writes, whoever asks."""
    _mount("mount", "-o", "remount,ro", small_disk)
    return small_disk


def _mount(*command: str) -> None:
    """Mounting needs root: this test fails without, and says so, rather than not to run."""
    words = list(command) if os.geteuid() == 0 else ["sudo", "-n", *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(
            "This test needs to mount a tmpfs (root, or sudo without a password): "
            f"{done.stderr.strip()}"
        )
