"""Runs the DAG by `dag.test()`, once for each step, in an Airflow home of its own. Used by test_jail_scraper.py:

python driver.py FOLDER_OF_DAGS [{"conf": {...}, "at": "2026-01-05T12:00:00+00:00", "broken": KEY}, ...]
"""

from __future__ import annotations

import datetime as dt
import json
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


for task in dag.tasks:
    changed = task.partial_kwargs if hasattr(task, "partial_kwargs") else vars(task)
    changed["retry_delay"] = dt.timedelta(0)
    changed["retry_exponential_backoff"] = 0
    changed["retries"] = 1

for step in json.loads(sys.argv[2]):
    OdysseyScraper.history = broken(step["broken"]) if step.get("broken") else REAL
    run = dag.test(
        run_after=dt.datetime.fromisoformat(step["at"]), logical_date=None, run_conf=step.get("conf", {})
    )
    states = [(ti.task_id, ti.map_index, ti.state) for ti in run.get_task_instances()]
    print("RUN", json.dumps({"state": run.state, "run_id": run.run_id, "tasks": states}), flush=True)
