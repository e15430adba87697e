"""The scripts of the image, run here: outside Docker, but for real."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.deploy.files import env_file
from tests.deploy.test_files import DEPLOY


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("AIRFLOW", "ODYSSEY", "CJ_", "AWS_"))
    }
    return subprocess.run(
        command,
        env={**clean, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_env_fills_in_secrets_and_never_overwrites_them(tmp_path: Path) -> None:
    for name in ("make_env.sh", ".env.example"):
        shutil.copy(DEPLOY / name, tmp_path)
    first = run(str(tmp_path / "make_env.sh"))
    assert first.returncode == 0, first.stderr
    made, example = env_file(tmp_path / ".env"), env_file(DEPLOY / ".env.example")
    assert made.keys() == example.keys()
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    secrets = {
        name: made[name] for name, value in example.items() if value in ("<random>", "<fernet>")
    }
    assert len(set(secrets.values())) == len(secrets) >= 5
    assert len(base64.urlsafe_b64decode(secrets.pop("FERNET_KEY"))) == 32
    assert all(len(secret) == 48 and secret.isalnum() for secret in secrets.values()), (
        "they stand in addresses"
    )
    assert {
        name: made[name] for name in example if name not in secrets and name != "FERNET_KEY"
    } == {name: example[name] for name in example if name not in secrets and name != "FERNET_KEY"}
    before = (tmp_path / ".env").read_text()
    again = run(str(tmp_path / "make_env.sh"))
    assert again.returncode == 2
    assert (tmp_path / ".env").read_text() == before


@pytest.mark.parametrize(
    ("given", "ran"),
    [
        (["scheduler"], "airflow scheduler"),
        (["celery", "worker"], "airflow celery worker"),
        (["cj", "sites"], "cj sites"),
        (["set-up"], "python /srv/cj/deploy/set_up.py"),
        (["version"], "airflow version"),
    ],
)
def test_the_entry_point_starts_what_is_asked_and_drops_empty_settings(
    tmp_path: Path, given: list[str], ran: str
) -> None:
    for name in ("airflow", "cj", "python"):
        stand_in = tmp_path / name
        stand_in.write_text(
            f'#!/bin/sh\necho "{name} $*"\numask\necho "${{AWS_ENDPOINT_URL-unset}} '
            f'${{CJ_SITE-unset}}"\n'
        )
        stand_in.chmod(0o755)
    done = run(
        str(DEPLOY / "entrypoint.sh"),
        *given,
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        AWS_ENDPOINT_URL="",
        CJ_SITE="shelby-tn",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [ran, "0077", "unset shelby-tn"]


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_page_is_healthy_when_it_answers(status: int, healthy: bool) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/api/v2/version" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run(
            str(DEPLOY / "healthy.sh"),
            "api-server",
            AIRFLOW__API__PORT=str(server.server_address[1]),
        )
        server.shutdown()
    assert (done.returncode == 0) is healthy


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("scheduler", "airflow jobs check --job-type SchedulerJob --hostname"),
        ("dag-processor", "airflow jobs check --job-type DagProcessorJob --hostname"),
        (
            "worker",
            "celery --app airflow.providers.celery.executors.celery_executor.app inspect ping",
        ),
    ],
)
def test_the_other_parts_are_asked_about_by_their_own_host(
    tmp_path: Path, part: str, asked: str
) -> None:
    for name in ("airflow", "celery"):
        stand_in = tmp_path / name
        stand_in.write_text(f'#!/bin/sh\necho "{name} $*"\n')
        stand_in.chmod(0o755)
    done = run(str(DEPLOY / "healthy.sh"), part, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    host = subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()
    assert done.stdout.startswith(asked)
    assert host in done.stdout
    assert run(str(DEPLOY / "healthy.sh"), "kitchen").returncode == 2


@pytest.mark.airflow
def test_set_up_makes_tables_pool_connection_and_password_and_leaves_alone_what_stands(
    tmp_path: Path,
) -> None:
    given = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "CJ_SITE": "shelby-tn",
        "CJ_SITES": str(tmp_path / "sites.toml"),
        "ODYSSEY_SLOTS": "2",
        "ODYSSEY_USER": "casey@practice.invalid",
        "ODYSSEY_PASS": "not-a-real-one",
        "AIRFLOW_ADMIN_PASSWORD": "local-only",
    }
    (tmp_path / "sites.toml").write_text("[salt-lake-ut]\nschedule = '30 4 * * *'\n")
    script = str(DEPLOY / "set_up.py")
    first = run(sys.executable, script, **given)
    assert first.returncode == 0, first.stderr[-3000:]
    assert "not-a-real-one" not in first.stdout + first.stderr

    def rows(text: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(tmp_path / "airflow.db")) as database:
            return database.execute(text).fetchall()

    assert rows("select slots from slot_pool where pool = 'odyssey'") == [(2,)]
    assert rows("select slots from slot_pool where pool = 'odyssey_salt_lake_ut'") == [(2,)]
    ((login, stored),) = rows("select login, password from connection where conn_id = 'odyssey'")
    assert login == "casey@practice.invalid"
    assert "not-a-real-one" not in str(stored), "encrypted"
    page = tmp_path / "simple_auth_manager_passwords.json.generated"
    assert json.loads(page.read_text()) == {"admin": "local-only"}
    assert page.stat().st_mode & 0o777 == 0o600

    with closing(sqlite3.connect(tmp_path / "airflow.db")) as database:
        database.execute("update slot_pool set slots = 1 where pool = 'odyssey'")
        database.commit()
    again = run(sys.executable, script, **given)
    assert again.returncode == 0, again.stderr[-3000:]
    assert rows("select slots from slot_pool where pool = 'odyssey'") == [(1,)], (
        "changed in the page"
    )


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("slots", "said"), [("3", "shelby-tn bears 2 sessions"), ("many", "whole number")]
)
def test_set_up_refuses_a_pool_that_cannot_be(tmp_path: Path, slots: str, said: str) -> None:
    stand_in = tmp_path / "airflow"
    stand_in.write_text("#!/bin/sh\nexit 0\n")
    stand_in.chmod(0o755)
    done = run(
        sys.executable,
        str(DEPLOY / "set_up.py"),
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        AIRFLOW_HOME=str(tmp_path),
        CJ_SITE="shelby-tn",
        ODYSSEY_SLOTS=slots,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
