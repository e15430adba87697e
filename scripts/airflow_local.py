"""``make airflow``: Airflow standalone with the DAG and the practice portals, on loopback only; ``make airflow-stop`` ends it.

python scripts/airflow_local.py start [--people 40] [--slots 2] [--no-trigger] | stop | status

Everything lies below ``.airflow`` (``--home``). What is started is ended by its process id and start time, never by name.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import requests

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
DAG, POOL, CONNECTION, USER = "jail_scraper_dag", "odyssey", "odyssey_practice", "casey@practice.invalid"
PARALLELISM = 4
"""What SQLite bears: with Airflow's own 32 it locks up (docs/airflow.md)."""
_PATIENCE = 300.0
_MARK = "CJ_AIRFLOW_LOCAL"
"""Environment variable by which a process is known as started from a home, whoever its parent is."""
_PAUSE = threading.Event()


class Cannot(Exception):
    """It cannot be done as asked; one line for a person."""


class Home:
    """The folder of one local Airflow, and the processes that run in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._processes = self.path / "processes.json"
        self.data = self.path / "data"
        self.access_log = self.path / "access.jsonl"

    def running(self) -> list[psutil.Process]:
        """Those started here that still live."""
        found = []
        with contextlib.suppress(FileNotFoundError):
            for pid, created in json.loads(self._processes.read_text(encoding="utf-8")):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process = psutil.Process(pid)
                    if abs(process.create_time() - created) < 1:
                        found.append(process)
        return found

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> psutil.Process:
        """Start it in the background, and remember it; what it says goes to ``<name>.log``."""
        environment = {**environment, _MARK: str(self.path)}
        with open(self.path / f"{name}.log", "wb") as log:
            child = subprocess.Popen(
                command,
                env=environment,
                cwd=self.path,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        process = psutil.Process(child.pid)
        known = [(p.pid, p.create_time()) for p in [*self.running(), process]]
        self._processes.write_text(json.dumps(known), encoding="utf-8")
        return process

    def stop(self) -> int:
        """End everything that was started, and what it started; how many processes that were."""
        everybody: dict[int, psutil.Process] = {}
        for process in self._all():
            with contextlib.suppress(psutil.NoSuchProcess):
                everybody |= {p.pid: p for p in [process, *process.children(recursive=True)]}
        for wait, end in ((20, psutil.Process.terminate), (5, psutil.Process.kill)):
            for process in everybody.values():
                with contextlib.suppress(psutil.NoSuchProcess):
                    end(process)
            _, alive = psutil.wait_procs(list(everybody.values()), timeout=wait)
            if not alive:
                break
        self._processes.unlink(missing_ok=True)
        return len(everybody)

    def _all(self) -> list[psutil.Process]:
        """Those started here and all that they started: also what lost its parent, known by the mark in its environment."""
        marked = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(_MARK) == str(self.path):
                    marked.append(process)
        return [*self.running(), *marked]

    def listening(self) -> list[str]:
        """Every address on which they listen."""
        found = set()
        for process in self._all():
            with contextlib.suppress(psutil.NoSuchProcess):
                for each in [process, *process.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        for line in each.net_connections(kind="tcp"):
                            if line.status == psutil.CONN_LISTEN:
                                found.add(f"{line.laddr.ip}:{line.laddr.port}")
        return sorted(found)


class Api:
    """Airflow's REST API."""

    def __init__(self, address: str, password: str) -> None:
        self._address, self._password = address, password
        self._session = requests.Session()
        self._session.trust_env = False

    def sign_in(self) -> None:
        """Get a token."""
        told = self._session.post(
            f"{self._address}/auth/token", json={"username": "admin", "password": self._password}, timeout=60
        )
        told.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {told.json()['access_token']}"

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, but: tuple[int, ...] = ()
    ) -> Any:
        """The answer's JSON; None for a status in ``but``."""
        told = self._session.request(method, f"{self._address}/api/v2/{path}", json=body, timeout=60)
        if told.status_code in but:
            return None
        if not told.ok:
            raise Cannot(f"{method} {path}: {told.status_code} {told.text[:300]}")
        return told.json() if told.content else None

    def put(self, kind: str, key: str, body: dict[str, Any]) -> None:
        """Make it, or change what stands there."""
        if self.ask("POST", kind, body, but=(409,)) is None:
            self.ask("PATCH", f"{kind}/{key}", body)


def wait_for(what: str, ask: Any, home: Home, seconds: float = _PATIENCE) -> Any:
    """What ``ask`` gives once it gives something. Raises Cannot."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException):
            answer = ask()
            if answer:
                return answer
        if any(process.status() == psutil.STATUS_ZOMBIE for process in home.running()):
            break  # one of them has ended, and the logs say why
        _PAUSE.wait(1)
    raise Cannot(f"{what} did not come up; see the logs in {home.path}")


def slots_allowed(site: str, slots: int) -> int:
    """The pool's slots, refused above what the site bears: each is a session, and each session one page at a time."""
    from scrapers.sites import site_of

    pace = site_of(site).pace
    if slots < 1 or (not pace.free and slots > pace.pages_at_once):
        raise Cannot(
            f"pool {POOL}: {site} bears {pace.pages_at_once} sessions at once, asked for were {slots}"
        )
    return slots


def start(home: Home, given: argparse.Namespace) -> None:
    """Bring everything up, and trigger the DAG."""
    if home.running():
        raise Cannot(f"it runs already (python scripts/airflow_local.py stop --home {home.path})")
    slots = slots_allowed("practice", given.slots)
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(12)
    portals = _portals(home, given, password)
    login, address = _login(home), f"http://127.0.0.1:{_port(given.port)}"
    environment = _environment(home, address) | _metadata(given.metadata)
    home.start("airflow", [str(home.path / "bin" / "airflow"), "standalone"], environment)
    api = Api(address, login)
    print("Airflow is starting (half a minute on a quiet machine) ...", flush=True)
    wait_for("Airflow's API", lambda: requests.get(f"{address}/api/v2/version", timeout=5).ok, home)
    api.sign_in()
    wait_for("the scheduler", lambda: _healthy(api), home)
    api.put(
        "pools",
        POOL,
        {"name": POOL, "slots": slots, "description": "court sessions at once", "include_deferred": False},
    )
    api.put(
        "connections",
        CONNECTION,
        {"connection_id": CONNECTION, "conn_type": "generic", "login": USER, "password": password},
    )
    wait_for(DAG, lambda: api.ask("GET", f"dags/{DAG}", but=(404,)), home)
    if not given.no_trigger:
        api.ask("PATCH", f"dags/{DAG}", {"is_paused": False})
        run = api.ask(
            "POST", f"dags/{DAG}/dagRuns", {"logical_date": None, "conf": {"scrapes_per_worker": given.chunk}}
        )
        print(f"triggered {run['dag_run_id']} over {portals['people']} invented people")
    print(
        f"\n  page      {address}/dags/{DAG}\n  user      admin\n  password  {login}\n  files     {home.data}"
    )
    wide = [each for each in home.listening() if not each.startswith(("127.", "::1"))]
    print(f"  listens   {'on loopback only' if not wide else 'also on ' + ', '.join(wide)}")
    print("\nmake airflow-stop ends all of it.")


def _portals(home: Home, given: argparse.Namespace, password: str) -> dict[str, Any]:
    home.start(
        "portals",
        [
            *(sys.executable, "-m", "practice", "serve", f"--people={given.people}", f"--seed={given.seed}"),
            *(
                f"--user={USER}",
                "--password-from-env=CJ_PRACTICE_PASSWORD",
                f"--access-log={home.access_log}",
            ),
        ],
        {**os.environ, "CJ_PRACTICE_PASSWORD": password},
    )

    def ready() -> dict[str, Any] | None:
        line = (home.path / "portals.log").read_text(encoding="utf-8").partition("\n")[0]
        return json.loads(line) if line.startswith("{") else None

    told: dict[str, Any] = wait_for("the practice portals", ready, home, 60)
    (home.path / "sites.toml").write_text(
        f"[practice]\nas_of = {told['today']}\n"
        f"[practice.jail]\nurl = '{told['jail']}'\n[practice.court]\nurl = '{told['portal']}'\n",
        encoding="utf-8",
    )
    return told


def _login(home: Home) -> str:
    """The local password: in a file of Airflow's, readable for its owner only, and on this terminal; never in a log."""
    file = home.path / "simple_auth_manager_passwords.json.generated"
    with contextlib.suppress(FileNotFoundError):
        return str(json.loads(file.read_text(encoding="utf-8"))["admin"])
    password = secrets.token_urlsafe(9)
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump({"admin": password}, out)
    return password


def _environment(home: Home, address: str) -> dict[str, str]:
    real = BIN / "airflow"
    wrapper = home.path / "bin" / "airflow"
    wrapper.parent.mkdir(exist_ok=True)
    # Airflow's log servers listen on every address and cannot be told otherwise; on one machine nobody needs them.
    wrapper.write_text(
        f'#!/bin/sh\ncase "$1" in scheduler|triggerer) exec "{real}" "$@" --skip-serve-logs;; *) exec "{real}" "$@";; esac\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o700)
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "CJ_DATA", "CJ_SITE", "ODYSSEY_"))
    }
    return {
        **kept,
        "PATH": f"{wrapper.parent}{os.pathsep}{BIN}{os.pathsep}{kept.get('PATH', '')}",
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
        # A task whose supervisor was killed is noticed after a minute, not after five.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "CJ_DATA": str(home.data),
        "CJ_SITES": str(home.path / "sites.toml"),
        "CJ_SITE": "practice",
        "NO_PROXY": "127.0.0.0/8,127.0.0.1,localhost",
        "no_proxy": "127.0.0.0/8,127.0.0.1,localhost",
    }


def _metadata(url: str | None) -> dict[str, str]:
    """Airflow's own database, where it is not SQLite in its home."""
    if url is None:
        return {}
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg2"):
        raise Cannot(
            "--metadata is the address of a PostgreSQL database, postgresql://user:password@host/name"
        )
    # The driver is named, because SQLAlchemy 2.1 takes another one where none is.
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{rest}",
        # Airflow would take asyncpg beside it, which is not among what we install; without an asynchronous engine it does as well.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": "",
    }


def _healthy(api: Api) -> bool:
    told = api.ask("GET", "monitor/health")
    return told["scheduler"]["status"] == told["dag_processor"]["status"] == "healthy"


def _port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise Cannot("no port is free")


def main() -> int:
    """The command; 0, or 2 with one line."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("what", choices=("start", "stop", "status"))
    given.add_argument("--home", type=Path, default=ROOT / ".airflow")
    given.add_argument("--people", type=int, default=40)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--slots", type=int, default=2, help="slots of the pool odyssey")
    given.add_argument("--chunk", type=int, default=10, help="people in a chunk")
    given.add_argument("--port", type=int, default=8080)
    given.add_argument(
        "--metadata", metavar="URL", help="Airflow's own database in PostgreSQL instead of SQLite"
    )
    given.add_argument("--no-trigger", action="store_true")
    given.add_argument("--forget", action="store_true", help="with stop: remove the folder, too")
    asked = given.parse_args()
    home = Home(asked.home)
    try:
        if asked.what == "start":
            try:
                start(home, asked)
            except BaseException:
                home.stop()
                raise
        elif asked.what == "stop":
            print(f"ended {home.stop()} processes")
            if asked.forget:
                shutil.rmtree(home.path, ignore_errors=True)
        else:
            print(
                "\n".join(f"{p.pid} {' '.join(p.cmdline())[:100]}" for p in home.running()) or "nothing runs"
            )
            print("\n".join(home.listening()))
    except Cannot as cannot:
        print(f"airflow: {cannot}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
