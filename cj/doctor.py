"""What this machine lacks for a crawl: one check, one line, with what to do about it.

Each check is a function that looks and returns; it changes nothing and shows no secret."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

State = Literal["ok", "warning", "problem"]
OLDEST, NEWEST = (3, 10), (3, 13)
SHM_BYTES = 64_000_000
"""Chromium crashes on large pages with less shared memory (containers give 64 MB)."""
FILE_HANDLES = 1024
"""A browser takes some two hundred, its driver and the crawler the rest."""
DISK_BYTES = 1_000_000_000
FSYNC_SECONDS = 0.5
PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class Check:
    """What one check found. ``why`` says why it matters, ``do`` what to do; both empty when ok."""

    name: str
    state: State
    found: str
    why: str = ""
    do: str = ""

    def as_json(self) -> dict[str, str]:
        """For ``--json``."""
        return asdict(self)


@dataclass(frozen=True)
class Machine:
    """What the checks look at, so that tests can hand them another machine."""

    environment: Mapping[str, str]
    data: Path
    python: tuple[int, int] = (sys.version_info[0], sys.version_info[1])
    shm: Path = Path("/dev/shm")
    handles: Callable[[], int | None] = lambda: _handles()
    run: Callable[[list[str]], str | None] = lambda command: output_of(command)
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free


def output_of(command: list[str]) -> str | None:
    """What a program prints when asked for its version; None if it cannot be run."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def python(machine: Machine) -> Check:
    """The Python that runs this."""
    found = f"Python {platform.python_version()} ({platform.system()})"
    if OLDEST <= machine.python <= NEWEST:
        return Check("Python", "ok", found)
    version = ".".join(map(str, machine.python))
    return Check(
        "Python",
        "problem",
        f"Python {version}",
        "the locked packages are tested with Python 3.10 to 3.13",
        "install one of these and run: make PYTHON=python3.11 demo",
    )


def browser(machine: Machine) -> tuple[Check, ...]:
    """The browser, its driver, and whether they are of one version."""
    from resilience.faults import BrowserNotFound
    from resilience.finding import find_browser

    try:
        binary = find_browser(environment=machine.environment)
    except BrowserNotFound as missing:
        return (
            Check(
                "browser",
                "problem",
                "no Chromium or Chrome",
                "signing in to a court needs a browser",
                f"apt-get install chromium chromium-driver ({missing})",
            ),
        )
    told = machine.run([binary, "--version"])
    if told is None:
        return (
            Check(
                "browser",
                "problem",
                f"{os.path.basename(binary)} does not start",
                "signing in to a court needs a browser",
                "run it with --version to see why; a snap stub needs: snap install chromium",
            ),
        )
    found = Check("browser", "ok", told)
    driver = _driver(machine)
    if driver is None:
        return (
            found,
            Check(
                "driver",
                "warning",
                "no chromedriver on PATH",
                "webdriver-manager will fetch one at the first start, which needs the network",
                "apt-get install chromium-driver, or set CJ_DRIVER",
            ),
        )
    version = machine.run([driver, "--version"])
    if version is None:
        return (
            found,
            Check(
                "driver",
                "problem",
                f"{os.path.basename(driver)} does not start",
                "Selenium drives the browser through it",
                "apt-get install --reinstall chromium-driver, or set CJ_DRIVER",
            ),
        )
    if _major(told) != _major(version):
        return (
            found,
            Check(
                "driver",
                "problem",
                f"driver {_major(version)} for browser {_major(told)}",
                "a driver of another version refuses to start the browser",
                "apt-get install --reinstall chromium chromium-driver, or set CJ_BROWSER and "
                "CJ_DRIVER to a pair of one version",
            ),
        )
    return found, Check("driver", "ok", version.split("(")[0].strip())


def display(machine: Machine) -> Check:
    """Whether a window can be shown, for ``--headed``."""
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    if any(machine.environment.get(name) for name in names) or sys.platform == "darwin":
        return Check("display", "ok", "a window can be shown")
    return Check(
        "display",
        "warning",
        "no display",
        "only --headed needs one (a captcha that a person solves)",
        "run on a desktop, or: xvfb-run bin/cj crawl --headed ...",
    )


def fonts(machine: Machine) -> Check:
    """Whether screenshots and report cards have letters."""
    listed = machine.run(["fc-list"])
    if listed is None or listed:
        return Check("fonts", "ok", "installed" if listed else "not asked (no fc-list here)")
    return Check(
        "fonts",
        "warning",
        "none installed",
        "screenshots show boxes in place of letters",
        "apt-get install fonts-dejavu-core",
    )


def shared_memory(machine: Machine) -> Check:
    """The room that the browser's processes share."""
    if not machine.shm.is_dir():
        return Check("shared memory", "ok", "not used on this system")
    free = machine.free(machine.shm)
    if free >= SHM_BYTES:
        return Check("shared memory", "ok", f"{free / 1e6:,.0f} MB free")
    return Check(
        "shared memory",
        "problem",
        f"{free / 1e6:.0f} MB free in /dev/shm",
        "the browser's tabs crash on large pages",
        "start the container with --shm-size=1g",
    )


def file_handles(machine: Machine) -> Check:
    """How many files may be open at once."""
    most = machine.handles()
    if most is None or most >= FILE_HANDLES:
        return Check("file handles", "ok", "not limited" if most is None else f"{most:,}")
    return Check(
        "file handles",
        "problem",
        f"at most {most}",
        "a browser and its driver need several hundred",
        "ulimit -n 4096",
    )


def disk(machine: Machine) -> tuple[Check, ...]:
    """Room and speed where the data folder is, or will be."""
    folder = next(p for p in (machine.data, *machine.data.resolve().parents) if p.is_dir())
    free = machine.free(folder)
    room = Check("disk", "ok", f"{free / 1e9:,.1f} GB free for {machine.data}")
    if free < DISK_BYTES:
        room = Check(
            "disk",
            "problem",
            f"{free / 1e6:,.0f} MB free for {machine.data}",
            "a crawl that cannot write stops; with kept pages 3,000 people take about 1 GB",
            "make room, or give another folder: --data FOLDER",
        )
    return room, _fsync(folder)


def credentials(machine: Machine) -> Check:
    """Whether user and password of the court portal are there; they are never shown."""
    from scrapers.settings import read_settings

    settings, environment = read_settings(), machine.environment
    user = bool(environment.get("ODYSSEY_USER") or settings.odyssey_user)
    password = bool(environment.get("ODYSSEY_PASS") or settings.password)
    if user and password:
        return Check("credentials", "ok", "ODYSSEY_USER and ODYSSEY_PASS are set")
    missing = " and ".join(
        name for name, there in (("ODYSSEY_USER", user), ("ODYSSEY_PASS", password)) if not there
    )
    return Check(
        "credentials",
        "warning",
        f"{missing} not set",
        "a real court portal asks for a sign-in; practice sites do not need them",
        "put them into .env (see .env.example), or cj asks for them",
    )


def contact(machine: Machine) -> Check:
    """Who we say we are to a real portal."""
    from scrapers.settings import read_settings

    if machine.environment.get("CJ_CONTACT") or read_settings().contact:
        return Check("contact", "ok", "CJ_CONTACT is set")
    return Check(
        "contact",
        "warning",
        "CJ_CONTACT not set",
        "no real site is asked without an address of your own in the user agent",
        'export CJ_CONTACT="you@newsroom.example"',
    )


def database(machine: Machine) -> Check | None:
    """The database that CJ_DATABASE names, if it names one."""
    address = machine.environment.get("CJ_DATABASE")
    if not address:
        return None
    try:
        from sqlalchemy import create_engine, inspect, text
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:
        return Check(
            "database",
            "problem",
            "the extra `report` is not installed",
            "cj load needs it",
            "pip install 'cj-report-card[report]'",
        )
    try:
        engine = create_engine(address)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            tables = inspect(connection).get_table_names()
            schema = (
                connection.execute(
                    text("SELECT value FROM database_info WHERE name = 'schema'")
                ).scalar()
                if "database_info" in tables
                else None
            )
        engine.dispose()
    except (SQLAlchemyError, ImportError, OSError) as error:
        return Check(
            "database",
            "problem",
            f"not reachable ({type(error).__name__})",
            "cj load writes there",
            "start it, or mend CJ_DATABASE",
        )
    return _schema(schema)


def redis(machine: Machine) -> Check | None:
    """The Redis that CJ_PACE_REDIS names, if it names one."""
    return _reachable(
        "Redis",
        machine.environment.get("CJ_PACE_REDIS"),
        6379,
        "it keeps the pace of several machines; without it each has its own",
        "start it, or mend CJ_PACE_REDIS",
    )


def object_store(machine: Machine) -> Check | None:
    """The S3 endpoint, if one is named."""
    return _reachable(
        "S3",
        machine.environment.get("AWS_ENDPOINT_URL"),
        443,
        "crawl folders in s3:// go there",
        "start it, or mend AWS_ENDPOINT_URL",
    )


def airflow(machine: Machine) -> Check | None:
    """Airflow's home and the pool of the DAG, if Airflow is set up here."""
    home = machine.environment.get("AIRFLOW_HOME")
    if not home:
        return None
    if not (Path(home) / "airflow.cfg").is_file():
        return Check(
            "Airflow",
            "problem",
            "AIRFLOW_HOME has no airflow.cfg",
            "the DAG has no database to run in",
            "airflow db migrate",
        )
    pools = machine.run([shutil.which("airflow") or "airflow", "pools", "list", "-o", "plain"])
    if pools is not None and not re.search(r"^odyssey\b", pools, re.MULTILINE):
        return Check(
            "Airflow",
            "problem",
            "no pool named odyssey",
            "it is the DAG's knob for how many chunks run at once; without it they wait for ever",
            "airflow pools set odyssey 1 'sessions at the court portal'",
        )
    return Check("Airflow", "ok", "home and pool found" if pools else "home found")


CHECKS: tuple[Callable[[Machine], Check | tuple[Check, ...] | None], ...] = (
    python,
    browser,
    display,
    fonts,
    shared_memory,
    file_handles,
    disk,
    credentials,
    contact,
    database,
    redis,
    object_store,
    airflow,
)


def examine(machine: Machine) -> Iterable[Check]:
    """Every check that applies, one after another."""
    for check in CHECKS:
        found = check(machine)
        if found is None:
            continue
        yield from found if isinstance(found, tuple) else (found,)


def _driver(machine: Machine) -> str | None:
    given = machine.environment.get("CJ_DRIVER")
    return shutil.which(given or "chromedriver", path=machine.environment.get("PATH", os.defpath))


def _major(version: str) -> str:
    found = re.search(r"\b(\d+)\.\d+", version)
    return found[1] if found else "?"


def _handles() -> int | None:
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if most == resource.RLIM_INFINITY else most


def _fsync(folder: Path) -> Check:
    import time

    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            began = time.monotonic()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took = time.monotonic() - began
    except OSError as error:
        return Check(
            "writing",
            "problem",
            f"{error.strerror} in {folder}",
            "every person is a file that is written and flushed",
            "give a folder that you may write: --data FOLDER",
        )
    if took < FSYNC_SECONDS:
        return Check("writing", "ok", f"a flushed write takes {took * 1000:.0f} ms")
    return Check(
        "writing",
        "warning",
        f"a flushed write takes {took:.1f} s",
        "every person costs two of them",
        "use a local disk for --data",
    )


def _schema(found: str | None) -> Check:
    from reportcard.tables import SCHEMA

    if found is None or found == str(SCHEMA):
        return Check(
            "database", "ok", "reachable" + (f", tables of version {found}" if found else "")
        )
    return Check(
        "database",
        "problem",
        f"tables of version {found}, this program writes version {SCHEMA}",
        "cj load refuses it",
        "load all crawls into a new database: bin/cj load --database NEW.sqlite",
    )


def _reachable(name: str, address: str | None, port: int, why: str, do: str) -> Check | None:
    from urllib.parse import urlsplit

    if not address:
        return None
    parts = urlsplit(address)
    host = parts.hostname or "localhost"
    with contextlib.suppress(OSError, ValueError):
        socket.create_connection((host, parts.port or port), timeout=PROBE_SECONDS).close()
        return Check(name, "ok", f"{host} answers")
    return Check(name, "problem", f"{host} does not answer", why, do)
