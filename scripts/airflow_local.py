"""``make airflow RUNG=1|2|3``: Airflow with the DAG and the practice portals, on loopback only;
``make airflow-stop`` ends it.

python scripts/airflow_local.py start [--rung 1] [--people 40] [--slots 2] [--no-trigger] | stop
[--forget] | status

Everything lies below ``.airflow`` (``--home``). What is started is ended by its process id and
start time, never by name."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import functools
import json
import os
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# As a script this stands in the path, and not the folder above it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dags.pool import slots_allowed, slots_of_counties
from dags.scheduled import counties, sites
from dags.settings import SettingError
from scripts import airflow_stores as stores
from scripts.airflow_api import DAG, USER, Api
from scripts.airflow_home import Home, SetupError, free_port, wait_for, write_private
from scripts.airflow_rungs import ROOT, RUNGS, climb, environment, metadata

STANDS_ON = {1: "SQLite", 2: "PostgreSQL", 3: "PostgreSQL, Redis, an S3 server, two Celery workers"}


@dataclass(frozen=True)
class Up:
    """A local Airflow that runs: its API (signed in), and how its parts were started."""

    home: Home
    api: Api
    environment: dict[str, str]
    login: str
    password: str
    """The court's."""


def bring_up(home: Home, given: argparse.Namespace) -> Up:
    """Portals, stores, Airflow, pool and connection; the DAG is known and still switched off."""
    slots = slots_allowed("practice", given.slots)
    home.make()
    password = portals(home, given)
    login, address = _login(home), f"http://127.0.0.1:{free_port(given.port)}"
    found = environment(home, address, heartbeat=given.heartbeat, followers=given.followers)
    if given.metadata:
        found |= metadata(given.metadata)
    print(
        f"Airflow is starting on {STANDS_ON[given.rung]} (half a minute on a quiet machine) ...",
        flush=True,
    )
    climb(home, given.rung, found, address)
    api = Api(address, login)
    api.sign_in()
    wait_for("the scheduler", api.healthy, home)
    api.pool(slots)
    for pool, most in slots_of_counties().items():
        api.pool(most, pool)
    api.password(password)
    if given.counties:
        api.password(password, "odyssey")
    for dag in (DAG, *(county.dag_id for county in counties())):
        wait_for(dag, functools.partial(api.ask, "GET", f"dags/{dag}", but=(404,)), home)
    return Up(home, api, found, login, password)


def start(home: Home, given: argparse.Namespace) -> None:
    """Bring everything up, trigger the DAG, and say where to look."""
    up = bring_up(home, given)
    again = _is_another_world(home, given)
    if again:
        print("another PEOPLE or SEED than before: another crawl, beside the one that stands")
    if not given.no_trigger:
        more = {"again": True} if again else {}
        for dag in (DAG, *(county.dag_id for county in counties())):
            up.api.ask("PATCH", f"dags/{dag}", {"is_paused": False})
            run = up.api.trigger(dag, scrapes_per_worker=given.chunk, **more)
            print(f"triggered {run} of {dag} over {given.people} invented people")
    print(f"\n  page      {up.api.address}/dags/{DAG}\n  user      admin\n  password  {up.login}")
    print(f"  files     {up.environment['CJ_DATA']}")
    if given.rung == 3:
        print(f"  for cj    set -a; . {home.environment_file}; set +a")
    wide = [each for each in home.listening() if not each.startswith(("127.", "::1"))]
    print(f"  listens   {'on loopback only' if not wide else 'also on ' + ', '.join(wide)}")
    print("\nmake airflow-stop ends all of it.")


def _is_another_world(home: Home, given: argparse.Namespace) -> bool:
    """Whether the people of an earlier start were others; these are remembered."""
    note, world = home.path / "world.json", {"people": given.people, "seed": given.seed}
    before = json.loads(note.read_text(encoding="utf-8")) if note.exists() else world
    note.write_text(json.dumps(world), encoding="utf-8")
    return bool(before != world)


def portals(home: Home, given: argparse.Namespace) -> str:
    """Start the practice portals, of one county and of ``--counties`` more, and write the sites
    file that names them; the court's password."""
    password = secrets.token_urlsafe(12)
    entries = {"practice": _county(home, given, "", 0, password)}
    for number in range(1, given.counties + 1):
        entries[f"practice-{number}"] = {
            **_packaged_practice(),
            **_county(home, given, f"-{number}", number, password),
            "name": f"Practice county {number}",
            "schedule": "30 4 * * *",
        }
    text = "".join(_table(name, entry) for name, entry in entries.items())
    (home.path / "sites.toml").write_text(text, encoding="utf-8")
    os.environ["CJ_SITES"] = str(home.path / "sites.toml")
    return password


def _county(
    home: Home, given: argparse.Namespace, suffix: str, number: int, password: str
) -> dict[str, Any]:
    """Start one county's portals; what its entry says of them."""
    log = home.access_log.with_name(f"access{suffix}.jsonl")
    command = [
        *(sys.executable, "-m", "practice", "serve", f"--people={given.people}"),
        *(f"--seed={given.seed + number}", f"--user={USER}", f"--access-log={log}"),
        "--password-from-env=CJ_PRACTICE_PASSWORD",
    ]
    name = f"portals{suffix}"
    home.start(name, command, {**os.environ, "CJ_PRACTICE_PASSWORD": password})

    def ready() -> dict[str, Any] | None:
        line = (home.path / f"{name}.log").read_text(encoding="utf-8").partition("\n")[0]
        return json.loads(line) if line.startswith("{") else None

    told: dict[str, Any] = wait_for("the practice portals", ready, home, 60)
    return {
        "as_of": dt.date.fromisoformat(told["today"]),
        "jail": {"url": told["jail"]},
        "court": {"url": told["portal"]},
    }


def _packaged_practice() -> dict[str, Any]:
    """What a further practice county has of the packaged one, but for its addresses."""
    entry = sites()["practice"]
    return {key: entry[key] for key in ("time_zone", "practice", "pace")}


def _table(name: str, entry: dict[str, Any]) -> str:
    """An entry as TOML."""
    packaged = sites()["practice"] if name != "practice" else {}
    inner = {
        key: {**packaged.get(key, {}), **value}
        for key, value in entry.items()
        if isinstance(value, dict)
    }
    lines = [f"[{name}]"] + [f"{k} = {_value(v)}" for k, v in entry.items() if k not in inner]
    for key, table in inner.items():
        lines.append(f"[{name}.{key}]")
        lines += [f"{k} = {_value(v)}" for k, v in table.items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value)


def _login(home: Home) -> str:
    """The local password: in a file of Airflow's, readable for its owner only, and on this
    terminal; never in a log."""
    file = home.path / "simple_auth_manager_passwords.json.generated"
    with contextlib.suppress(FileNotFoundError):
        return str(json.loads(file.read_text(encoding="utf-8"))["admin"])
    password = secrets.token_urlsafe(9)
    write_private(file, json.dumps({"admin": password}))
    return password


def arguments() -> argparse.ArgumentParser:
    """The command's words, with their defaults."""
    given = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    given.add_argument("what", choices=("start", "stop", "status"))
    given.add_argument("--home", type=Path, default=ROOT / ".airflow")
    given.add_argument(
        "--rung",
        type=int,
        choices=sorted(RUNGS),
        default=1,
        help="1 SQLite, 2 PostgreSQL, 3 Celery with S3",
    )
    given.add_argument("--people", type=int, default=40)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--slots", type=int, default=2, help="slots of the pool odyssey")
    given.add_argument(
        "--counties", type=int, default=0, help="so many more practice counties, a DAG each"
    )
    given.add_argument("--chunk", type=int, default=10, help="people in a chunk")
    given.add_argument("--port", type=int, default=8080)
    given.add_argument(
        "--heartbeat", type=int, default=60, help="seconds until a lost task is noticed"
    )
    given.add_argument("--followers", type=Path, metavar="FOLDER", help="more DAGs, to follow ours")
    given.add_argument(
        "--metadata",
        metavar="URL",
        help="with rung 1: Airflow's own database in a PostgreSQL of yours",
    )
    given.add_argument("--no-trigger", action="store_true")
    given.add_argument("--forget", action="store_true", help="with stop: remove the folder, too")
    return given


def main() -> int:
    """The command; 0, or 2 with one line."""
    asked = arguments().parse_args()
    home = Home(asked.home)
    try:
        if asked.what == "start":
            if home.running():
                raise SetupError(
                    f"it runs already (python scripts/airflow_local.py stop --home {home.path} "
                    "ends it)"
                )
            try:
                start(home, asked)
            except BaseException:
                home.stop()
                raise
        elif asked.what == "stop":
            print(f"ended {home.stop()} processes")
            if asked.forget:
                stores.forget(home)
                shutil.rmtree(home.path, ignore_errors=True)
        else:
            running = home.started()
            print(
                "\n".join(
                    f"{s.process.pid} {s.name}: {' '.join(s.process.cmdline())[:100]}"
                    for s in running
                )
                or "nothing runs"
            )
            print("\n".join(home.listening()))
    except (SetupError, SettingError) as cannot:
        print(f"airflow: {cannot}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
