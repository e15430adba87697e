"""Counties with a DAG of their own: by their entry in the user's sites.toml, read by tomllib
alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dags.scheduled import SitesError, counties, known_sites
from tests.dags.conftest import ROOT, environment


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CJ_SITES", str(tmp_path / "sites.toml"))
    return tmp_path / "sites.toml"


def test_an_entry_with_a_schedule_has_a_dag_in_its_packaged_zone(file: Path) -> None:
    file.write_text("[shelby-tn]\nschedule = '30 4 * * *'\n[salt-lake-ut]\nnotes = 'none'\n")
    (county,) = counties()
    assert (county.site, county.schedule, county.time_zone) == (
        "shelby-tn",
        "30 4 * * *",
        "America/Chicago",
    )
    assert (county.dag_id, county.pool) == ("jail_scraper_shelby_tn", "odyssey_shelby_tn")


def test_without_a_file_or_a_schedule_there_is_none(file: Path) -> None:
    assert counties() == []
    assert "shelby-tn" in known_sites()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[shelby-tn]\nschedule = 'daily'", "cron of five fields"),
        ("[shelby-tn]\nschedule = 4", "cron of five fields"),
        ("[new]\nschedule = '30 4 * * *'", "needs a time_zone"),
        (
            "[shelby-tn]\nschedule = '0 2 * * *'\npace = { quiet_hours = '01:45-02:30' }",
            "falls into its quiet hours",
        ),
        (
            "[shelby-tn]\nschedule = '10 0 * * *'\npace = { quiet_hours = '23:30-00:30' }",
            "falls into its quiet hours",
        ),
        (
            "[a-b]\nschedule='1 1 * * *'\ntime_zone='UTC'\n[a_b]\nschedule='1 1 * * "
            "*'\ntime_zone='UTC'",
            "one DAG",
        ),
        ("[broken", "sites.toml"),
    ],
)
def test_an_entry_that_cannot_have_one_is_refused_by_name(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(SitesError, match=said):
        counties()


def test_it_is_read_by_tomllib_alone(file: Path) -> None:
    file.write_text("[shelby-tn]\nschedule = '30 4 * * *'\n")
    program = (
        "import sys; from dags.scheduled import counties; print(counties()[0].site,"
        " {'scrapers', 'pydantic', 'airflow', 'selenium'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "shelby-tn set()"


PROGRAM = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
print("ids", sorted(bag.dags))
print("errors", [text.strip().splitlines()[-1] for text in bag.import_errors.values()])
for dag in bag.dags.values():
    task = dag.task_dict["odyssey_scraper"].partial_kwargs
    print(dag.dag_id, dag.timetable.expression, dag.timetable.timezone, dag.max_active_runs,
          task["pool"], dag.params["site"], all(each.doc_md for each in dag.tasks),
          bool(dag.doc_md))
"""


def parse(tmp_path: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ROOT / "dags")],
        env=environment(tmp_path, CJ_SITES=str(tmp_path / "sites.toml")),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


@pytest.mark.airflow
def test_each_scheduled_county_has_a_dag_and_a_pool(file: Path, tmp_path: Path) -> None:
    file.write_text("[shelby-tn]\nschedule = '30 4 * * *'\n[salt-lake-ut]\nschedule='0 5 * * *'\n")
    told = parse(tmp_path)
    assert "errors []" in told
    ids = "['jail_scraper_dag', 'jail_scraper_salt_lake_ut', 'jail_scraper_shelby_tn']"
    assert f"ids {ids}" in told
    (shelby,) = [line for line in told if line.startswith("jail_scraper_shelby_tn ")]
    assert "30 4 * * *" in shelby
    assert shelby.endswith(" 1 odyssey_shelby_tn shelby-tn True True")


@pytest.mark.airflow
def test_a_wrong_entry_is_an_import_error_and_leaves_the_other_dag_alone(
    file: Path, tmp_path: Path
) -> None:
    file.write_text("[shelby-tn]\nschedule = 'daily'\n")
    told = parse(tmp_path)
    assert "ids ['jail_scraper_dag']" in told
    assert "cron of five fields" in next(line for line in told if line.startswith("errors"))
