"""``jail_scraper_dag``: a county's roster, everybody's jail pages and court histories, the
database, and a report card.

It only wires; what the tasks do is in ``dags/tasks.py``, what they are asked in
``dags/settings.py``, how to use it in ``docs/airflow.md``. Pool ``odyssey`` is the knob for how
many chunks run at once."""

from __future__ import annotations

import datetime as dt

from airflow.sdk import DAG, Asset, CronTriggerTimetable, TriggerRule, task

from dags import pool, settings, standing, tasks
from operators import PythonIdempatomicFileOperator

ROSTER = Asset("scraper://jail/roster")
HISTORIES = Asset("scraper://odyssey/histories")
DATABASE = Asset("scraper://reportcard/database")
LABEL = "people {{ task.op_kwargs['first'] + 1 }} to {{ task.op_kwargs['last'] }}, {{ task.op_kwargs['chunk'] }}"
PLACE = "{{ place(params, dag_run) }}"

with DAG(
    "jail_scraper_dag",
    description="Jail roster, court histories, database, report card",
    doc_md=__doc__,
    # Past the county's nightly purge (about 02:00) and its quiet hours. Without a start date, so
    # that switching it on does not begin a crawl at once.
    schedule=CronTriggerTimetable("30 4 * * *", timezone="America/Chicago"),
    catchup=False,
    max_active_runs=1,
    params=settings.params(),
    user_defined_macros={"place": settings.place},
    default_args={
        # One more than a county needs: a try that finds the chunk still held by an orphan counts,
        # too.
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
    )
    # Some people's jail pages may be missing: their histories can be had by the roster, and the
    # leaf judges.
    check_profiles = PythonIdempatomicFileOperator(
        task_id="check_profiles",
        python_callable=tasks.check_profiles,
        output_pattern=f"{PLACE}/profiles.json",
        mode=settings.mode(),
        trigger_rule=TriggerRule.ALL_DONE,
    )
    chunks = task(task_id="chunks")(tasks.chunks)()
    odyssey_scraper = PythonIdempatomicFileOperator.partial(
        task_id="odyssey_scraper",
        python_callable=tasks.odyssey_scraper,
        output_pattern=f"{PLACE}/chunks/{{chunk}}.json",
        mode=settings.mode(),
        pool=pool.POOL,
        map_index_template=LABEL,
        outlets=[HISTORIES],
    ).expand(op_kwargs=chunks)
    # Load and report what exists, whatever became of the tasks before; nobody due skips the mapped
    # one.
    upload_data = PythonIdempatomicFileOperator(
        task_id="upload_data",
        python_callable=tasks.upload_data,
        output_pattern=f"{PLACE}/upload_data.json",
        mode=settings.mode(),
        valid=standing.loaded_as_it_stands,
        trigger_rule=TriggerRule.ALL_DONE,
        outlets=[DATABASE],
    )
    report_card = PythonIdempatomicFileOperator(
        task_id="report_card",
        python_callable=tasks.report_card,
        output_pattern=f"{PLACE}/report_card.html",
        mode=settings.mode(),
        valid=standing.drawn_as_it_stands,
        trigger_rule=TriggerRule.ALL_DONE,
    )
    scrape_jail >> check_profiles >> chunks
    odyssey_scraper >> upload_data >> report_card
