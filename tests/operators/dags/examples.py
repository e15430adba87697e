"""The operators at work: run by `dag.test()` and by a real scheduler
(tests/operators/test_airflow.py)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, Param, task

from operators import (
    PythonIdempatomicFileOperator,
    PythonSaltedLocalOperator,
    PythonYoshiOperator,
    requires,
    version,
)

ROOT = os.environ["EXAMPLES_ROOT"]
IS_SCHEDULED = os.environ.get("EXAMPLES_LANE") == "scheduler"


def note(name):
    """One line per call, so that a test can count calls."""
    with open(f"{ROOT}/calls.log", "a", encoding="utf-8") as file:
        file.write(f"{name}\n")


def fetch(output_path):
    """The first example of the seed: a folder of two CSV files."""
    import pandas

    note("fetch")
    pandas.DataFrame({"key": [1, 2], "name": ["Ann Invented", "Bob Invented"]}).to_csv(
        output_path + "people.csv"
    )
    pandas.DataFrame({"key": [1, 1, 2], "charge": ["a", "b", "c"]}).to_csv(
        output_path + "charges.csv"
    )


def join(output_path, **context):
    """The second: what `requires` the first and writes Parquet."""
    import pandas

    note("join")
    found = requires("fetch", **context)
    people, charges = (pandas.read_csv(found[name], index_col=0) for name in ("people", "charges"))
    people.merge(charges, on="key").to_parquet(output_path)


def scrape_person(output_path, key):
    note(f"person {key}")
    with open(output_path, "w", encoding="utf-8") as file:
        json.dump({"key": key}, file)


def count(output_path, ti):
    """`requires` of a mapped task gives the outputs of all its instances."""
    with open(output_path, "w", encoding="utf-8") as file:
        json.dump(sorted(requires("persons", ti=ti)), file)


def flaky(output_path):
    """Dies in the middle of writing, once: by SIGKILL under a scheduler, by an exception
    elsewhere."""
    note("flaky")
    with open(output_path, "w", encoding="utf-8") as file:
        file.write("half")
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.close(os.open(f"{ROOT}/died", os.O_CREAT | os.O_EXCL))
            if IS_SCHEDULED:
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError("the first try dies")
        file.write(" and whole")


@version("1.0")
def salted(output_path, who="nobody"):
    with open(output_path, "w", encoding="utf-8") as file:
        file.write(who)


def tell():
    """Wake the test that waits for this run, if one does."""
    with contextlib.suppress(OSError):
        descriptor = os.open(f"{ROOT}/done", os.O_WRONLY | os.O_NONBLOCK)
        os.write(descriptor, b"done\n")
        os.close(descriptor)


with DAG(
    "examples",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="America/Chicago"),
    params={"overwrite": Param(False, type="boolean")},
    default_args={"retries": 2, "retry_delay": timedelta(0)},
) as dag:
    fetched, fetched_again = (
        PythonIdempatomicFileOperator(
            task_id=task_id,
            python_callable=fetch,
            output_pattern=ROOT + "/{today_date}/fetched/",
            outlets=[Asset("scraper://jail/roster")],
            maker="fetch",
        )
        for task_id in ("fetch", "fetch_again")
    )
    joined = PythonYoshiOperator(
        task_id="join", python_callable=join, output_pattern=ROOT + "/{date_today}/joined.parquet"
    )
    plan = PythonOperator(
        task_id="plan",
        python_callable=lambda: [{"op_kwargs": {"key": key}} for key in ("00400001", "00400002")],
    )
    persons = PythonIdempatomicFileOperator.partial(
        task_id="persons",
        python_callable=scrape_person,
        output_pattern=ROOT + "/odyssey/{key}.json",
        mode=0o600,
        map_index_template="{{ task.op_kwargs['key'] }}",
    ).expand_kwargs(plan.output)
    counted = PythonIdempatomicFileOperator(
        task_id="count", python_callable=count, output_pattern=ROOT + "/{{ run_id }}.json"
    )
    died = PythonIdempatomicFileOperator(
        task_id="flaky", python_callable=flaky, output_pattern=ROOT + "/flaky/x.txt"
    )
    salts = PythonSaltedLocalOperator.partial(
        task_id="salts", python_callable=salted, output_pattern=ROOT + "/salted/{who}-{salt}.txt"
    ).expand(op_kwargs=[{"who": "ann"}, {"who": "bob"}])
    total = PythonSaltedLocalOperator(
        task_id="total", python_callable=salted, output_pattern=ROOT + "/salted/total-{salt}.txt"
    )

    @task.idempatomic(output_pattern=ROOT + "/decorated/{who}.txt")
    def decorated(who, output_path):
        with open(output_path, "w", encoding="utf-8") as file:
            file.write(who)

    told = PythonOperator(task_id="tell", python_callable=tell, trigger_rule="all_done")

    fetched >> fetched_again >> joined
    persons >> counted
    salts >> total
    [
        joined,
        counted,
        died,
        total,
        decorated("eve"),
        decorated.override(task_id="mapped").expand(who=["x", "y"]),
    ] >> told
