"""Runs the DAG by `dag.test()`, in an Airflow home of its own, as often as it is told. Used by
conftest.py:

python driver.py FOLDER_OF_DAGS, then one line an order on its input:
{"folder": "/where/it/stands", "environment": {...},
 "steps": [{"conf": {...}, "at": "2026-01-05T12:00:00+00:00" (default: now), "broken": KEY}, ...]}
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import sys

sys.path.insert(0, sys.argv[1])

from jail_scraper import dag

from resilience.faults import LayoutChanged
from scrapers.odyssey import OdysseyScraper

REAL = OdysseyScraper.history


def broken(key):
    """A court whose pages of that person changed."""

    def history(self, *arguments, **named):
        if named["key"] == key:
            raise LayoutChanged("http://127.0.0.2/CJS", "a case page", "a table", "a song")
        return REAL(self, *arguments, **named)

    return history


def holders():
    """Where the parameters of the DAG stand."""
    return [
        vars(dag),
        *(
            task.partial_kwargs if hasattr(task, "partial_kwargs") else vars(task)
            for task in dag.tasks
        ),
    ]


for changed in holders()[1:]:
    changed["retry_delay"] = dt.timedelta(0)
    changed["retry_exponential_backoff"] = 0
    changed["retries"] = 1
OWN = dict(os.environ)
PARAMS = copy.deepcopy([held.get("params") for held in holders()])

for line in sys.stdin:
    order = json.loads(line)
    os.environ.clear()
    os.environ.update(OWN | order["environment"])
    os.chdir(order["folder"])
    for step in order["steps"]:
        for held, params in zip(holders(), PARAMS, strict=True):
            held["params"] = copy.deepcopy(params)  # a run leaves its values in them
        OdysseyScraper.history = broken(step["broken"]) if step.get("broken") else REAL
        run = dag.test(
            run_after=dt.datetime.fromisoformat(step["at"])
            if "at" in step
            else dt.datetime.now(dt.timezone.utc),
            logical_date=None,
            run_conf=step.get("conf", {}),
        )
        states = [(ti.task_id, ti.map_index, ti.state) for ti in run.get_task_instances()]
        print(
            "RUN",
            json.dumps({"state": run.state, "run_id": run.run_id, "tasks": states}),
            flush=True,
        )
    print("DONE", flush=True)
