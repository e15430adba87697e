"""One DAG a county whose entry in the user's sites.toml has a ``schedule``, side by side.

In a file of its own, so that a wrong entry is an import error here and leaves `jail_scraper_dag`
alone. Each has the pool ``odyssey_<site>``, which ``make airflow`` and ``deploy/`` make. (Airflow
looks into files that say airflow and dag alone.)"""

from __future__ import annotations

from dags.scheduled import counties
from dags.wiring import crawl_dag

for _county in counties():
    globals()[_county.dag_id] = crawl_dag(
        _county.dag_id,
        schedule=_county.schedule,
        time_zone=_county.time_zone,
        pool=_county.pool,
        site=_county.site,
    )
