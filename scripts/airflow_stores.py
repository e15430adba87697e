"""The stores that the upper rungs stand on, on loopback in a home of their own: PostgreSQL, Redis,
and an S3 server.

PostgreSQL refuses to run as root; then it runs as the user ``postgres`` (or ``nobody``), in a
folder that this user can reach."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from scripts.airflow_home import Home, SetupError, free_port, wait_for, write_private

OWNER = "cj"
BUCKET = "cj-report-card"
_S3_NAMES = {"AWS_ACCESS_KEY_ID": "practice", "AWS_SECRET_ACCESS_KEY": "practice"}
"""The S3 server stands in for a real one: it asks for keys and takes any."""


def postgresql(home: Home, databases: Sequence[str], *, empty: Sequence[str] = ()) -> str:
    """Start PostgreSQL with these databases, those in ``empty`` without what they held before.

    Gives its address without a database's name: ``postgresql://user:password@host:port``.
    """
    import psycopg2

    server, initdb = _program("postgres"), _program("initdb")
    user = _unprivileged()
    place = _place(home, user)
    password, port = home.secret("postgresql"), free_port()
    as_user: dict[str, Any] = (
        {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}
    )
    cluster = place / "cluster"
    if not (cluster / "PG_VERSION").exists():
        secret = place / "password"
        write_private(secret, password)
        _own(secret, user)
        done = subprocess.run(
            [
                *(initdb, "--pgdata", str(cluster), "--username", OWNER, "--pwfile", str(secret)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
            ],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            **as_user,
        )
        secret.unlink()
        if done.returncode:
            raise SetupError(f"initdb: {done.stderr.strip()[-300:]}")
    home.start(
        "postgresql",
        [
            *(server, "-D", str(cluster), "-h", "127.0.0.1", "-p", str(port)),
            # No socket file: its folder would have to be found, and everything here speaks TCP.
            *("-c", "unix_socket_directories=", "-c", "max_connections=200"),
        ],
        {**os.environ},
        store=True,
        ends_by=signal.SIGINT,
        cwd=place,
        **as_user,
    )
    named = {"host": "127.0.0.1", "port": port, "user": OWNER, "password": password}

    def ready() -> bool:
        try:
            connection = psycopg2.connect(dbname="postgres", **named)
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("select datname from pg_database")
            there = {name for (name,) in cursor.fetchall()}
            for name in there & set(empty):
                cursor.execute(f'drop database "{name}"')
            for name in {*databases, *empty} - (there - set(empty)):
                cursor.execute(f'create database "{name}"')
        connection.close()
        return True

    wait_for("PostgreSQL", ready, home, 60)
    return f"postgresql://{OWNER}:{password}@127.0.0.1:{port}"


def redis(home: Home) -> str:
    """Start Redis, which keeps nothing on disk; its address."""
    server, password, port = _program("redis-server"), home.secret("redis"), free_port()
    settings = home.path / "redis.conf"
    write_private(
        settings,
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir '
        f"{home.path}\n",
    )
    home.start("redis", [server, str(settings)], {**os.environ}, store=True)
    import redis as client

    address = f"redis://:{password}@127.0.0.1:{port}/0"

    def ready() -> bool:
        try:
            return bool(client.Redis.from_url(address).ping())
        except client.RedisError:
            return False

    wait_for("Redis", ready, home, 60)
    return address


def s3(home: Home) -> dict[str, str]:
    """Start an S3 server in memory, with a bucket; the environment by which clients find it."""
    import boto3

    address = f"http://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    home.start(
        "s3",
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
        {**os.environ},
        store=True,
    )
    wait_for(
        "the S3 server",
        lambda: requests.get(f"{address}/moto-api/data.json", timeout=5).ok,
        home,
        60,
    )
    found = {**_S3_NAMES, "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": address}
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id=_S3_NAMES["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=_S3_NAMES["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=BUCKET)
    return found


def forget(home: Home) -> None:
    """Remove what a store keeps outside the home."""
    note = home.path / "postgresql.place"
    if note.exists():
        shutil.rmtree(note.read_text(encoding="utf-8"), ignore_errors=True)


def _program(name: str) -> str:
    """Where it is; Debian keeps PostgreSQL's own out of the PATH."""
    found = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))[::-1]), None
    )
    if found is None:
        package = "redis-server" if name.startswith("redis") else "postgresql"
        raise SetupError(
            f"{name} is not installed (Debian, Ubuntu: apt-get install {package}; "
            "scripts/setup.sh airflow)"
        )
    return os.path.realpath(found) if "postgres" in os.path.realpath(found) else found


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None is ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as"
    )


def _place(home: Home, user: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL: in the home, unless its user cannot come there."""
    place = home.path / "postgresql"
    if user is None:
        place.mkdir(mode=0o700, exist_ok=True)
        return place
    note = home.path / "postgresql.place"
    if note.exists() and (elsewhere := Path(note.read_text(encoding="utf-8"))).is_dir():
        return elsewhere
    place.mkdir(mode=0o700, exist_ok=True)
    _own(place, user)
    # The home lets this one user through to its own folder, and shows it nothing.
    os.chown(home.path, -1, user.pw_gid)
    home.path.chmod(0o710)
    reached = subprocess.run(
        ["test", "-w", str(place)],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=(),
        cwd="/",
        check=False,
    )
    if reached.returncode == 0:
        return place
    place.rmdir()
    place = Path(tempfile.mkdtemp(prefix="cj-airflow-postgresql-"))
    _own(place, user)
    note.write_text(str(place), encoding="utf-8")
    return place


def _own(path: Path, user: pwd.struct_passwd | None) -> None:
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
