"""The stores of the upper rungs, really started: on loopback alone, with passwords, and nothing
left of them at the end."""

from __future__ import annotations

import os
from pathlib import Path

import boto3
import psutil
import psycopg2
import pytest
import redis
from botocore.exceptions import ClientError

from scripts import airflow_stores as stores
from scripts.airflow_home import Home
from scripts.airflow_rungs import environment
from tests.reportcard import cluster


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def ended(home: Home) -> None:
    """Stop it; nothing of it may live on or listen."""
    everybody = home.everybody()
    home.stop()
    assert [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert home.listening() == []


def test_postgresql_keeps_what_it_has_over_a_restart_and_runs_as_no_root(home: Home) -> None:
    if cluster._program("initdb") is None:
        cluster._install()
    try:
        address = stores.postgresql(home, ["airflow", "cj"])
        (server,) = home.started()
        assert server.process.username() != "root"
        with psycopg2.connect(f"{address}/cj") as connection, connection.cursor() as cursor:
            cursor.execute("create table kept (what text)")
        connection.close()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(f"{address.replace(home.secret('postgresql'), 'wrong')}/cj")
        assert all(each.startswith("127.") for each in home.listening())
        ended(home)
        again = f"{stores.postgresql(home, ['airflow', 'cj'])}/cj"
        with psycopg2.connect(again) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from kept")
            assert cursor.fetchone() == (0,)
        connection.close()
        ended(home)
        emptied = f"{stores.postgresql(home, ['airflow'], empty=['cj'])}/cj"
        with psycopg2.connect(emptied) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_tables where tablename = 'kept'")
            assert cursor.fetchone() == (0,)
        connection.close()
    finally:
        ended(home)
        stores.forget(home)
    note = home.path / "postgresql.place"
    assert not note.exists() or not Path(note.read_text()).exists(), (
        "what lay outside the home is gone, too"
    )


def test_redis_wants_its_password_and_is_on_loopback(home: Home) -> None:
    try:
        address = stores.redis(home)
        assert redis.Redis.from_url(address).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(address.replace(home.secret("redis"), "wrong")).ping()
        assert all(each.startswith("127.") for each in home.listening())
    finally:
        ended(home)


def test_the_s3_server_has_the_bucket_and_creates_only_what_is_not_there(home: Home) -> None:
    try:
        found = stores.s3(home)
        client = boto3.client(
            "s3",
            endpoint_url=found["AWS_ENDPOINT_URL"],
            region_name=found["AWS_DEFAULT_REGION"],
            aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
        )
        client.put_object(Bucket=stores.BUCKET, Key="one", Body=b"first", IfNoneMatch="*")
        with pytest.raises(ClientError):
            client.put_object(Bucket=stores.BUCKET, Key="one", Body=b"second", IfNoneMatch="*")
    finally:
        ended(home)


def test_nothing_of_the_users_own_reaches_a_local_airflow(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "AWS_SECRET_ACCESS_KEY",
        "ODYSSEY_PASS",
        "CJ_DATABASE",
        "CJ_CONTACT",
        "AIRFLOW__CORE__FERNET_KEY",
    ):
        monkeypatch.setenv(name, "the user's own")
    found = environment(home, "http://127.0.0.1:8080")
    assert "the user's own" not in found.values()
    assert found["PATH"].split(os.pathsep)[0] == str(home.path / "bin")
