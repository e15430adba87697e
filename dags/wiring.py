"""How the tasks of a crawl hang together, for every DAG that makes one.

It only wires; what the tasks do is in ``dags/tasks.py``, what they are asked in
``dags/settings.py``, how to use it in ``docs/airflow.md``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from airflow.sdk import DAG, Asset, CronTriggerTimetable, TriggerRule, task

from dags import events, links, reading, settings, standing, tasks
from operators import PythonIdempatomicFileOperator

ROSTER = Asset("scraper://jail/roster")
HISTORIES = Asset("scraper://odyssey/histories")
DATABASE = Asset("scraper://reportcard/database")
COUNTY_DAYS = Asset("scraper://reportcard/county-days")
"""Its events have a partition, ``<site>|<day>``, where Airflow knows partitions. It is an asset of
its own, as an event with a partition starts only DAGs that are partitioned."""
LABEL = (
    "people {{ task.op_kwargs['first'] + 1 }} to {{ task.op_kwargs['last'] }}, {{ "
    "task.op_kwargs['chunk'] }}"
)
PLACE = "{{ place(params, dag_run) }}"


def crawl_dag(
    dag_id: str,
    *,
    schedule: str,
    time_zone: str,
    pool: str,
    site: str | None = None,
    known_sites: Sequence[str] = (),
) -> DAG:
    """One DAG. ``site``: the county, where it has one of its own."""
    with DAG(
        dag_id,
        description="Jail roster, court histories, database, report card"
        + (f" of {site}" if site else ""),
        doc_md=reading.DAG_PAGE,
        # Without a start date, so that switching it on does not begin a crawl at once; and without
        # the tenth of a day within which Airflow else makes up for the last time, whatever it says.
        schedule=CronTriggerTimetable(
            schedule, timezone=time_zone, run_immediately=dt.timedelta(0)
        ),
        catchup=False,
        max_active_runs=1,
        params=settings.params(site, known_sites),
        user_defined_macros={"place": settings.place},
        default_args={
            # One more than a county needs: a try that finds the chunk still held by an orphan
            # counts, too.
            "retries": 3,
            "retry_delay": dt.timedelta(minutes=1),
            "retry_exponential_backoff": True,
            "max_retry_delay": dt.timedelta(minutes=20),
            "execution_timeout": dt.timedelta(hours=8),
        },
        tags=["report card"],
    ) as dag:
        scrape_jail = PythonIdempatomicFileOperator(
            task_id="scrape_jail",
            python_callable=tasks.scrape_jail,
            output_pattern=f"{PLACE}/jail.json",
            mode=settings.mode(),
            outlets=[ROSTER],
            event_extra=events.of_the_jail,
            doc_md=reading.SCRAPE_JAIL,
        )
        # Some people's jail pages may be missing: their histories can be had by the roster, and the
        # leaf judges.
        check_profiles = PythonIdempatomicFileOperator(
            task_id="check_profiles",
            python_callable=tasks.check_profiles,
            output_pattern=f"{PLACE}/profiles.json",
            mode=settings.mode(),
            trigger_rule=TriggerRule.ALL_DONE,
            doc_md=reading.CHECK_PROFILES,
        )
        chunks = task(task_id="chunks", doc_md=reading.CHUNKS)(tasks.chunks)()
        odyssey_scraper = links.ChunkOperator.partial(
            task_id="odyssey_scraper",
            python_callable=tasks.odyssey_scraper,
            output_pattern=f"{PLACE}/chunks/{{chunk}}.json",
            mode=settings.mode(),
            pool=pool,
            map_index_template=LABEL,
            outlets=[HISTORIES],
            event_extra=events.of_a_chunk,
            doc_md=reading.ODYSSEY_SCRAPER,
        ).expand(op_kwargs=chunks)
        # Load and report what exists, whatever became of the tasks before; nobody due skips the
        # mapped one.
        upload_data = PythonIdempatomicFileOperator(
            task_id="upload_data",
            python_callable=tasks.upload_data,
            output_pattern=f"{PLACE}/upload_data.json",
            mode=settings.mode(),
            valid=standing.loaded_as_it_stands,
            trigger_rule=TriggerRule.ALL_DONE,
            outlets=[DATABASE, COUNTY_DAYS],
            event_extra=events.of_the_load,
            partition=("county-days", events.county_day),
            doc_md=reading.UPLOAD_DATA,
        )
        report_card = links.ReportOperator(
            task_id="report_card",
            python_callable=tasks.report_card,
            output_pattern=f"{PLACE}/report_card.html",
            mode=settings.mode(),
            valid=standing.drawn_as_it_stands,
            trigger_rule=TriggerRule.ALL_DONE,
            doc_md=reading.REPORT_CARD,
        )
        scrape_jail >> check_profiles >> chunks
        odyssey_scraper >> upload_data >> report_card
    return dag
