"""Set-up of a server, safe to run at every start: Airflow's tables, the pool, the court's
connection, the page's password.

What stands already is left alone, but for the tables, which are brought up to date: a pool changed
in the page stays changed. Reads CJ_SITE, ODYSSEY_SLOTS, ODYSSEY_USER, ODYSSEY_PASS and
AIRFLOW_ADMIN_PASSWORD. Exit 2, in one line, for what cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dags.pool import POOL, slots_allowed, slots_of_counties
from dags.settings import SettingError

CONNECTION = "odyssey"
PASSWORDS = "simple_auth_manager_passwords.json.generated"


def airflow(*words: str) -> bool:
    """Run an Airflow command; whether it succeeded."""
    return (
        subprocess.run(
            ["airflow", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )


def must(*words: str) -> None:
    """The same, where it has to succeed; what it says is shown. Raises SettingError."""
    if subprocess.run(["airflow", *words]).returncode != 0:
        raise SettingError(f"airflow {words[0]} {words[1]} failed; what it said stands above")


def pool() -> None:
    """Make the pool, as large as the site bears at most; and one for each county with a DAG."""
    text, site = os.environ.get("ODYSSEY_SLOTS") or "2", os.environ.get("CJ_SITE")
    if not text.isdigit() or int(text) < 1:
        raise SettingError(f"ODYSSEY_SLOTS is a whole number from 1, not {text!r}")
    slots = slots_allowed(site, int(text)) if site else int(text)
    for name, most in {POOL: slots, **slots_of_counties()}.items():
        if not airflow("pools", "get", name):
            must("pools", "set", name, str(most), "court sessions at once")


def connection() -> None:
    """Put the court's user and password into a connection, encrypted; by a file, as others see a
    command's words."""
    user, password = os.environ.get("ODYSSEY_USER"), os.environ.get("ODYSSEY_PASS")
    if not user or not password or airflow("connections", "get", CONNECTION):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "connections.json"
        file.write_text(
            json.dumps({CONNECTION: {"conn_type": "generic", "login": user, "password": password}}),
            encoding="utf-8",
        )
        must("connections", "import", str(file))


def page() -> None:
    """The password of the page's user ``admin``."""
    password = os.environ.get("AIRFLOW_ADMIN_PASSWORD")
    home = Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow")
    if password:
        file = home / PASSWORDS
        with open(
            os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as out:
            json.dump({"admin": password}, out)


def main() -> int:
    """Everything in its order; 0, or 2 with one line."""
    try:
        page()
        must("db", "migrate")
        pool()
        connection()
    except ValueError as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
