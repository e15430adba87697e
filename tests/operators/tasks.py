"""Running a task without Airflow's database: a context, and XComs in a dictionary."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

from airflow.sdk.bases.operator import ExecutorSafeguard

ExecutorSafeguard.test_mode = True

UTC = datetime.timezone.utc
RUN_AFTER = datetime.datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # still the 22nd in Memphis


class Events(dict):
    def __missing__(self, asset):
        self[asset] = SimpleNamespace(extra={})
        return self[asset]


class Run:
    """One DAG run: runs tasks one after another, and keeps what they push."""

    dag_id = "dag"

    def __init__(self, dag=None, *, params=None, run_id="manual"):
        self.dag = dag
        self.run_id = run_id
        self.map_index = -1
        self.params = params or {}
        self.xcoms = {}
        self.events = Events()

    def xcom_push(self, key, value):
        self.xcoms.setdefault((self._task_id, key), []).append(value)

    def xcom_pull(self, task_ids, key="return_value"):
        found = self.xcoms.get((task_ids, key))
        return found if found is None or len(found) > 1 else found[0]

    def xcom(self, task_id, key="return_value"):
        return self.xcoms[task_id, key][-1]

    def context(self):
        return {
            "ti": self,
            "params": self.params,
            "outlet_events": self.events,
            "dag_run": SimpleNamespace(run_after=RUN_AFTER, run_id=self.run_id),
            "run_id": self.run_id,
            "dag": self.dag,
            "logical_date": None,
        }

    def execute(self, operator):
        """Render and execute as a task runner does; what it returned."""
        self._task_id = operator.task_id
        for key in ("previously_completed", "salt"):
            if operator.task_id not in getattr(self, "mapped", ()):
                self.xcoms.pop((operator.task_id, key), None)
        context = self.context()
        operator.render_template_fields(context)
        path = operator.execute(context)
        self.xcom_push("return_value", path)
        return path
