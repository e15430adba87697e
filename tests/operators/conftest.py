"""Airflow's home in a temporary folder before anything imports it; a small disk; an S3 server on loopback."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

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


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The start of paths in an empty bucket of an S3 server on loopback, by an Airflow connection."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="invented",
        aws_secret_access_key="invented",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="bucket")
    os.environ["AIRFLOW_CONN_LAB"] = json.dumps(
        {
            "conn_type": "aws",
            "login": "invented",
            "password": "invented",
            "extra": {"endpoint_url": address, "region_name": "us-east-1"},
        }
    )
    try:
        yield "s3://lab@bucket"
    finally:
        del os.environ["AIRFLOW_CONN_LAB"]
        server.stop()
