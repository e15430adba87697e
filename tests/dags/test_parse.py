"""Parsing: without errors, without loading what only tasks need, and without asking for a
Variable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.dags.conftest import ROOT, environment

PROGRAM = """
import sys
from airflow.sdk import Variable

def no(*arguments, **named):
    raise AssertionError("a Variable was read while the DAG was parsed")

Variable.get = no
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(dag_folder=sys.argv[1])
assert bag.import_errors == {}, bag.import_errors
assert list(bag.dags) == ["jail_scraper_dag"], list(bag.dags)
rooms = {"scrapers", "reportcard", "resilience", "practice", "selenium", "bs4", "sqlalchemy_utils"}
print("loaded", sorted({name.split(".")[0] for name in sys.modules} & rooms))
dag = bag.dags["jail_scraper_dag"]
tasks = dag.task_dict.items()
order = sorted(f"{u}>{d}" for u, task in tasks for d in task.downstream_task_ids)
print("order", " ".join(order))
first = dag.timetable.run_immediately.total_seconds()
assert first == 0.0, f"switching it on would begin a run within {first} s of the last time"
print("run", dag.catchup, dag.max_active_runs, dag.timetable.expression, dag.start_date)
print("pool", dag.task_dict["odyssey_scraper"].partial_kwargs["pool"])
print("params", " ".join(sorted(dag.params)))
"""


@pytest.mark.airflow
def test_the_dag_is_parsed_without_errors_and_loads_no_scraper(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "dags")],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert told["loaded"] == "[]"
    assert told["order"].split() == [
        "check_profiles>chunks",
        "chunks>odyssey_scraper",
        "odyssey_scraper>upload_data",
        "scrape_jail>check_profiles",
        "upload_data>report_card",
    ]
    assert told["run"] == "False 1 30 4 * * * None"
    assert told["pool"] == "odyssey"
    assert told["params"].split() == [
        "again",
        "keep_pages",
        "limit",
        "minimum_coverage",
        "refresh_after_days",
        "scrapes_per_worker",
        "site",
    ]
