"""A PostgreSQL cluster of the tests' own: in a temporary folder, on loopback, stopped and removed
at the end."""

from __future__ import annotations

import contextlib
import getpass
import glob
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

USER = "postgres"


class NoPostgresError(RuntimeError):
    """PostgreSQL cannot be run here; the message says what was tried."""


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database as long as the block runs. Installs PostgreSQL where it is
    missing and we may.

    As root it runs as user ``postgres``, since PostgreSQL refuses root. Raises NoPostgresError.
    """
    initdb = _program("initdb")
    if initdb is None:
        _install()
        initdb = _program("initdb")
    if initdb is None:
        raise NoPostgresError(
            "initdb was not found in PATH nor below /usr/lib/postgresql, "
            "after installing postgresql"
        )
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    folder, password = Path(tempfile.mkdtemp(prefix="cj-postgres-")), secrets.token_hex(16)
    data, secret = folder / "data", folder / "password"
    secret.write_text(password, encoding="ascii")
    secret.chmod(0o600)
    if os.getuid() == 0:
        for path in (folder, secret):
            shutil.chown(path, USER)
    try:
        _run(
            initdb,
            "-D",
            data,
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            "--pwfile",
            secret,
            "-E",
            "UTF8",
            "--no-sync",
        )
        port = _free_port()
        settings = (
            "-c listen_addresses=127.0.0.1 "
            f"-c port={port} -c unix_socket_directories={folder} -c fsync=off"
        )
        _run(pg_ctl, "-D", data, "-l", folder / "log", "-o", settings, "-w", "-t", "60", "start")
        try:
            yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/{USER}"
        finally:
            _run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str | None:
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


def _install() -> None:
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise NoPostgresError(
            f"PostgreSQL is not installed, and {getpass.getuser()} cannot install it with apt-get"
        )
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "postgresql"]):
        done = subprocess.run(
            command, env=quiet, check=False, capture_output=True, text=True, timeout=600
        )
        if done.returncode:
            raise NoPostgresError(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")


def _run(*command: str | Path) -> None:
    other: dict[str, Any] = (
        {"user": USER, "group": USER, "extra_groups": []} if os.getuid() == 0 else {}
    )
    # Into a file, not a pipe: the server inherits it and would keep a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=120,
            **other,
        )
        output.seek(0)
        if done.returncode:
            raise NoPostgresError(
                f"{Path(command[0]).name} ended with {done.returncode}: {output.read()[-1000:]}"
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
