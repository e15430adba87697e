"""Airflow's home in a temporary folder before anything imports it; a small disk; an S3 server on
loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

from tests.s3 import s3, s3_server

__all__ = ["s3", "s3_server"]

if "AIRFLOW_HOME" not in os.environ:
    _home = tempfile.mkdtemp(prefix="airflow-home-")
    atexit.register(shutil.rmtree, _home, ignore_errors=True)
    os.environ["AIRFLOW_HOME"] = _home
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")


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
            f"This test needs to mount a tmpfs (root, or sudo without a password): {done.stderr.strip()}"
        )
