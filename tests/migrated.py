"""An empty metadata database of Airflow, migrated once for the whole run of the tests, whoever of
its workers comes first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

NAME = "airflow.db"
"""What Airflow calls it in its home."""


def copied(factory: pytest.TempPathFactory, home: Path, environment: Mapping[str, str]) -> None:
    """Puts a copy into that home. The first to come makes it, in a home of its own with
    ``environment`` besides."""
    own = factory.getbasetemp()
    shared = (own.parent if own.name.startswith("popen-") else own) / "airflow-migrated"
    shared.mkdir(exist_ok=True)
    with FileLock(f"{shared}.lock"):
        if not (shared / "done").exists():
            done = subprocess.run(
                [sys.executable, "-m", "airflow", "db", "migrate"],
                env={
                    **environment,
                    "AIRFLOW_HOME": str(shared),
                    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{shared / NAME}",
                },
                cwd=shared,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            (shared / "done").touch()
    shutil.copy(shared / NAME, home / NAME)
