"""What each rung of the ladder starts: 1 SQLite alone, 2 PostgreSQL below, 3 Celery with two
workers that share only the stores."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from scripts import airflow_stores as stores
from scripts.airflow_home import Home, SetupError, wait_for, write_private

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PARALLELISM = 4
"""What SQLite bears: with Airflow's own 32 it locks up (docs/airflow.md)."""
CELERY_WORKERS = 2
CELERY_CONCURRENCY = 2
_NOT_OURS = (
    "AIRFLOW",
    "AWS_",
    "CJ_CONTACT",
    "CJ_DATA",
    "CJ_SITE",
    "ODYSSEY_",
    "PGPASS",
    "PGHOST",
    "PGUSER",
)
_SHOWN = ("CJ_", "AWS_")


def environment(
    home: Home, address: str, *, heartbeat: int = 60, followers: Path | None = None
) -> dict[str, str]:
    """What every component of every rung finds in its environment. ``followers``: a folder with
    more DAGs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    bundles = [{"name": "dags-folder", "classpath": _BUNDLE, "kwargs": {}}]
    if followers is not None:
        bundles.append(
            {"name": "followers", "classpath": _BUNDLE, "kwargs": {"path": str(followers)}}
        )
    return {
        **kept,
        "PATH": f"{home.path / 'bin'}{os.pathsep}{BIN}{os.pathsep}{kept.get('PATH', '')}",
        "AIRFLOW_HOME": str(home.path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(urlsplit(address).port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        # A task whose supervisor was killed is noticed after a minute, not after five.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(heartbeat),
        # What a dead scheduler had begun is taken over after a minute, not after five.
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "60",
        # A busy machine answers late, and a task that cannot report its start counts as failed;
        # Airflow's own is 5.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        "CJ_DATA": str(home.data),
        "CJ_SITES": str(home.path / "sites.toml"),
        "CJ_SITE": "practice",
        "NO_PROXY": "127.0.0.0/8,127.0.0.1,localhost",
        "no_proxy": "127.0.0.0/8,127.0.0.1,localhost",
    }


_BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"


def standalone(home: Home, found: dict[str, str]) -> None:
    """Rung 1: everything in one command, on SQLite."""
    _wrapper(home)
    home.start("airflow", [str(home.path / "bin" / "airflow"), "standalone"], found)


def on_postgresql(home: Home, found: dict[str, str]) -> None:
    """Rung 2: the same, with Airflow's own database in PostgreSQL."""
    found |= metadata(f"{stores.postgresql(home, ['airflow'])}/airflow")
    standalone(home, found)


def on_celery(home: Home, found: dict[str, str]) -> None:
    """Rung 3: every component by itself, two workers; the crawl on S3 and the data in
    PostgreSQL."""
    # The S3 server forgets its crawls when it ends; a database that remembers them would refuse
    # others of the same name.
    server = stores.postgresql(home, ["airflow"], empty=["cj"])
    broker = stores.redis(home)
    found |= metadata(f"{server}/airflow") | stores.s3(home)
    found |= {
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__PARALLELISM": "16",
        "AIRFLOW__CORE__FERNET_KEY": _fernet(home),
        "AIRFLOW__API__SECRET_KEY": home.secret("api"),
        "AIRFLOW__API_AUTH__JWT_SECRET": home.secret("jwt"),
        "AIRFLOW__CELERY__BROKER_URL": broker,
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{found['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN']}",
        "AIRFLOW__CELERY__WORKER_CONCURRENCY": str(CELERY_CONCURRENCY),
        # Longer than a task may run, else the broker would hand it to a second worker.
        "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "86400",
        "CJ_DATA": f"s3://{stores.BUCKET}/data",
        "CJ_DATABASE": f"{server}/cj",
        "CJ_PACE_REDIS": f"{broker.rpartition('/')[0]}/1",
    }
    _wrapper(home)
    airflow = str(BIN / "airflow")
    done = subprocess.run(
        [airflow, "db", "migrate"], env=found, cwd=home.path, capture_output=True, text=True
    )
    if done.returncode:
        (home.path / "migrate.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        raise SetupError(f"airflow db migrate failed; see {home.path / 'migrate.log'}")
    home.start("api-server", [airflow, "api-server"], found)
    home.start("scheduler", [airflow, "scheduler", "--skip-serve-logs"], found)
    home.start("dag-processor", [airflow, "dag-processor"], found)
    for number in range(1, CELERY_WORKERS + 1):
        celery_worker(home, found, number)


def celery_worker(home: Home, found: dict[str, str], number: int) -> None:
    """One worker, with a scratch folder of its own: it shares nothing with the other but the
    stores."""
    scratch = home.path / f"worker-{number}"
    scratch.mkdir(mode=0o700, exist_ok=True)
    command = [str(BIN / "airflow"), "celery", "worker", "--celery-hostname", f"worker-{number}@%h"]
    command += ["--pid", str(scratch / "worker.pid"), "--skip-serve-logs"]
    (scratch / "worker.pid").unlink(missing_ok=True)
    home.start(f"worker-{number}", command, {**found, "TMPDIR": str(scratch)}, cwd=scratch)


RUNGS: dict[int, Callable[[Home, dict[str, str]], None]] = {
    1: standalone,
    2: on_postgresql,
    3: on_celery,
}
_READY = {1: ("airflow",), 2: ("airflow",), 3: ("api-server",)}


def climb(home: Home, rung: int, found: dict[str, str], address: str) -> None:
    """Start the rung's parts, and wait until Airflow's API answers; what was started is written to
    the home."""
    RUNGS[rung](home, found)
    told = {"rung": str(rung), **{k: v for k, v in found.items() if k.startswith(_SHOWN)}}
    lines = [f"{'CJ_RUNG' if k == 'rung' else k}={shlex.quote(v)}" for k, v in sorted(told.items())]
    write_private(home.environment_file, "\n".join(lines) + "\n")
    wait_for("Airflow's API", lambda: requests.get(f"{address}/api/v2/version", timeout=5).ok, home)


def metadata(url: str) -> dict[str, str]:
    """Airflow's own database, where it is not SQLite in its home."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg2"):
        raise SetupError(
            "--metadata is the address of a PostgreSQL database, "
            "postgresql://user:password@host/name"
        )
    # The driver is named, because SQLAlchemy 2.1 takes another one where none is.
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{rest}",
        # Airflow would take asyncpg beside it, which is not among what we install; without an
        # asynchronous engine it does as well.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": "",
    }


def _wrapper(home: Home) -> None:
    # Airflow's log servers listen on every address and cannot be told otherwise; on one machine
    # nobody needs them.
    real, wrapper = BIN / "airflow", home.path / "bin" / "airflow"
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(
        f'#!/bin/sh\ncase "$1" in scheduler|triggerer) exec "{real}" "$@" --skip-serve-logs;; '
        f'*) exec "{real}" "$@";; esac\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o700)


def _fernet(home: Home) -> str:
    """The key with which Airflow encrypts connections: 32 bytes in URL-safe base64."""
    import base64
    import hashlib

    return base64.urlsafe_b64encode(
        hashlib.sha256(home.secret("fernet").encode()).digest()
    ).decode()
