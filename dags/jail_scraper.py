"""``jail_scraper_dag``: the crawl of the county that the form names. Pool ``odyssey`` is the knob
for how many chunks run at once. (Airflow looks into files that say airflow and dag alone.)"""

from __future__ import annotations

from dags import scheduled
from dags.pool import FORM_DAG, POOL
from dags.wiring import crawl_dag

# Past the usual nightly purge (about 02:00) and its quiet hours.
dag = crawl_dag(
    FORM_DAG,
    schedule="30 4 * * *",
    time_zone="America/Chicago",
    pool=POOL,
    known_sites=scheduled.known_sites(),
)
