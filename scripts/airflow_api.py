"""Airflow's REST API on this machine, as far as the scripts and proofs need it."""

from __future__ import annotations

from typing import Any

import requests

from dags.pool import POOL
from scripts.airflow_home import SetupError

DAG, CONNECTION, USER = "jail_scraper_dag", "odyssey_practice", "casey@practice.invalid"


class Api:
    """Airflow's REST API."""

    def __init__(self, address: str, password: str) -> None:
        self.address, self._password = address, password
        self._session = requests.Session()
        self._session.trust_env = False

    def sign_in(self) -> None:
        """Get a token."""
        told = self._session.post(
            f"{self.address}/auth/token",
            json={"username": "admin", "password": self._password},
            timeout=60,
        )
        told.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {told.json()['access_token']}"

    def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        but: tuple[int, ...] = (),
    ) -> Any:
        """The answer's JSON; None for a status in ``but``."""
        told = self._session.request(method, f"{self.address}/api/v2/{path}", json=body, timeout=60)
        if told.status_code in but:
            return None
        if not told.ok:
            raise SetupError(f"{method} {path}: {told.status_code} {told.text[:300]}")
        return told.json() if told.content else None

    def put(self, kind: str, key: str, body: dict[str, Any]) -> None:
        """Make it, or change what stands there."""
        if self.ask("POST", kind, body, but=(409,)) is None:
            self.ask("PATCH", f"{kind}/{key}", body)

    def healthy(self) -> bool:
        """Whether scheduler and DAG processor say so."""
        told = self.ask("GET", "monitor/health")
        return told["scheduler"]["status"] == told["dag_processor"]["status"] == "healthy"

    def pool(self, slots: int, pool: str = POOL) -> None:
        """So many chunks at once, from now on; `dags.pool.slots_allowed` says how many may be."""
        self.put(
            "pools",
            pool,
            {
                "name": pool,
                "slots": slots,
                "description": "court sessions at once",
                "include_deferred": False,
            },
        )

    def password(self, password: str, connection: str = CONNECTION) -> None:
        """The court's password, for the practice county."""
        self.put(
            "connections",
            connection,
            {
                "connection_id": connection,
                "conn_type": "generic",
                "login": USER,
                "password": password,
            },
        )

    def trigger(self, dag: str = DAG, /, **conf: Any) -> str:
        """Begin a run of the DAG; its id."""
        run = self.ask("POST", f"dags/{dag}/dagRuns", {"logical_date": None, "conf": conf})
        return str(run["dag_run_id"])

    def run(self, run_id: str, dag: str = DAG) -> dict[str, Any]:
        """How the run stands."""
        told: dict[str, Any] = self.ask("GET", f"dags/{dag}/dagRuns/{run_id}")
        return told

    def tasks(self, run_id: str, dag: str = DAG) -> list[dict[str, Any]]:
        """Every task instance of the run, mapped ones too."""
        told = self.ask("GET", f"dags/{dag}/dagRuns/{run_id}/taskInstances?limit=1000")
        found: list[dict[str, Any]] = told["task_instances"]
        return found

    def clear(self, run_id: str, *task_ids: Any) -> None:
        """Every task of the run is to be done again, or these: names, or [name, map index]."""
        asked = {"dry_run": False, "dag_run_id": run_id, "only_failed": False}
        if task_ids:
            asked |= {"task_ids": list(task_ids)}
        self.ask("POST", f"dags/{DAG}/clearTaskInstances", {**asked, "reset_dag_runs": True})
