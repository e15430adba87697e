"""Proof on a running Airflow, rung by rung: the DAG is disturbed in mid-run, and the database
equals the truth.

    python proof/airflow_proof.py [--rungs 1,2,3] [--people 120] [--seed 7] [--out
    proof/results/airflow.json]

Rung 1 is SQLite and LocalExecutor, 2 the same on PostgreSQL, 3 Celery with two workers, PostgreSQL,
Redis, and the crawl on S3. On 1 and 3, from 40 people on, there are deeds: the pool raised and
lowered, and SIGKILL of a task, of its supervisor, of a whole Celery worker with all below it (rung
3), and of the scheduler, which is then started again. One mapped instance is made again on request,
a backfill is refused (rung 1), six counties run side by side (rung 3). Each rung's entry in the
result file is that of its newest run. The oldest Airflow that is promised is
installed and tried first. What needs no running Airflow is in tests/dags."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import functools
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from dags.scheduled import counties
from operators.again import VARIABLE
from proof.harness import RESULTS, header, write_results
from proof.harness_airflow import FOLLOWER, Rung, UsageError, left_over, rung_up
from proof.harness_bounds import lower_bound
from resilience.pace import nap
from scrapers.crawl import COURT
from scripts.airflow_api import DAG
from scripts.airflow_home import family
from scripts.airflow_rungs import BIN

DEEDS_FROM = 40
PATIENCE = 1800.0


def refused_password(rung: Rung) -> dict[str, Any]:
    """Ten chunks of one person with a wrong password: how often it is submitted. It is set right
    afterwards."""
    rung.api.password("wrong-on-purpose")
    run = rung.api.trigger(limit=10, scrapes_per_worker=1)
    state = rung.wait(run, 600)
    submitted = [row for row in rung.requests() if row["page"] == "signin-post"]
    found = {
        "state": state,
        "chunks": rung.states(run)["odyssey_scraper"],
        "submissions": len(submitted),
    }
    rung.api.password(rung.up.password)
    rung.tell("ten chunks with a refused password", **found)
    return found


def pool_too_large(rung: Rung) -> dict[str, Any]:
    """A pool of 2 for a county that bears one session: refused by name in the task; the run ends
    well once it is lowered."""
    sites = Path(rung.up.environment["CJ_SITES"])
    before = sites.read_text(encoding="utf-8")
    sites.write_text(
        f"{before}[practice.pace]\nfree = false\npages_at_once = 1\nseconds_between_starts = 0\n",
        encoding="utf-8",
    )
    rung.api.pool(2)
    run = rung.api.trigger(limit=6, scrapes_per_worker=3)
    rung.until("a chunk refused", lambda: rung.chunks(run, "up_for_retry"), 600)
    rung.api.pool(1)
    state = rung.wait(run, 900)
    sites.write_text(before, encoding="utf-8")
    logs = [path.read_text(encoding="utf-8") for path in rung.home.path.glob("logs/**/*.log")]
    said = sum(
        "PoolTooLarge: 2 chunks run at once, and practice bears 1 sessions" in text for text in logs
    )
    found = {"refusals": said, "state_after_it_was_lowered": state}
    rung.tell("a pool larger than the site bears", **found)
    return found


def disturbed(rung: Rung, run: str) -> dict[str, Any]:
    """The deeds, one after another, while the run goes on; then its end."""
    folder = rung.folder(run)

    def running() -> list[dict[str, Any]]:
        return rung.chunks(run)

    rung.until("one chunk running", lambda: len(running()) == 1, 600)
    seen = {"pool of 1": most_running(rung, run, 8)}
    rung.api.pool(3)
    rung.tell("pool raised to 3")
    rung.until("three chunks running", lambda: len(running()) == 3)
    rung.tell("three chunks run")
    seen["pool of 3"] = most_running(rung, run, 5)

    kill_task(rung, run, folder, whole_supervisor=False)
    kill_task(rung, run, folder, whole_supervisor=True)
    if rung.number == 3:
        kill_worker(rung, run, folder)
    kill_scheduler(rung, folder)
    rung.api.pool(2)
    rung.tell("pool lowered to 2")
    rung.until("two chunks or fewer running", lambda: 0 < len(running()) <= 2, 400)
    seen["pool of 2"] = most_running(rung, run, 10)
    rung.tell("chunks running at once", **seen)
    state = rung.wait(run, PATIENCE)
    tries = {
        str(t["map_index"]): t["try_number"]
        for t in rung.api.tasks(run)
        if t["task_id"] == "odyssey_scraper" and t["try_number"] > 1
    }
    return {"state": state, "most_chunks_running": seen, "chunks_tried_again": tries}


def most_running(rung: Rung, run: str, seconds: float) -> int:
    """The most chunks that ran at one time in that many seconds."""
    most, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        most = max(most, len(rung.chunks(run)))
        nap(0.5)
    return most


def kill_task(rung: Rung, run: str, folder: Any, *, whole_supervisor: bool) -> None:
    """SIGKILL to the process of a chunk on its first try, or to Airflow's supervisor above it."""
    known = {ppid_or_none(each["pid"]) for each in rung.chunks(run)}
    before = len(folder.keys(COURT))
    rung.until("somebody finished", lambda: len(folder.keys(COURT)) > before or known == {None})

    def target() -> tuple[psutil.Process, dict[str, Any]] | None:
        for each in rung.chunks(run):
            with contextlib.suppress(psutil.Error, TypeError):
                process = psutil.Process(each["pid"])
                parent = process.parent()
                if each["try_number"] == 1 and parent is not None and parent.pid != 1:
                    return (parent if whole_supervisor else process), each
        return None

    process, chunk = rung.until("a chunk to kill", target, 400)
    title = " ".join(process.cmdline()).strip()[:30]
    process.kill()
    what = "supervisor" if whole_supervisor else "task"
    rung.snapshot(f"SIGKILL of the {what} of chunk {chunk['map_index']} ({title})", folder)


def ppid_or_none(pid: int | None) -> int | None:
    with contextlib.suppress(psutil.Error, TypeError):
        return psutil.Process(pid).ppid()
    return None


def kill_worker(rung: Rung, run: str, folder: Any) -> None:
    """SIGKILL to a Celery worker that has a chunk in hand, and to everything below it; it stays
    away."""

    def target() -> tuple[str, list[psutil.Process], list[int]] | None:
        at_work = {
            each["pid"]: each["map_index"] for each in rung.chunks(run) if each["try_number"] == 1
        }
        for each in rung.home.started():
            everybody = family(each.process)
            chunks = [at_work[process.pid] for process in everybody if process.pid in at_work]
            if each.name.startswith("worker-") and chunks:
                return each.name, everybody, chunks
        return None

    name, everybody, chunks = rung.until("a Celery worker at work", target, 400)
    for process in everybody:
        with contextlib.suppress(psutil.Error):
            process.kill()
    rung.snapshot(
        f"SIGKILL of Celery {name} and all below it, {len(everybody)} processes, with chunks "
        f"{chunks}",
        folder,
    )


def kill_scheduler(rung: Rung, folder: Any) -> None:
    """SIGKILL to the scheduler, and another one 5 s later; what it had begun lives on for the
    while."""
    for process in rung.home.everybody():
        with contextlib.suppress(psutil.Error):
            if "scheduler" in process.cmdline():
                process.kill()
    rung.snapshot("SIGKILL of the scheduler", folder)
    nap(5)
    rung.home.start(
        "scheduler-again",
        [str(BIN / "airflow"), "scheduler", "--skip-serve-logs"],
        rung.up.environment,
    )
    rung.tell("scheduler started again")


def cleared(rung: Rung, run: str) -> dict[str, Any]:
    """The finished run cleared: how many requests it makes, and what each task costs that has
    nothing to do."""
    before, used, began = len(rung.requests()), rung.cpu_seconds(), time.monotonic()
    rung.api.clear(run)
    nap(2)
    state = rung.wait(run, 900)
    seconds, tasks = (
        time.monotonic() - began,
        sum(len(s) and sum(s.values()) for s in rung.states(run).values()),
    )
    return {
        "state": state,
        "requests": len(rung.requests()) - before,
        "tasks": tasks,
        "seconds": round(seconds, 1),
        "cpu_seconds_a_task": round((rung.cpu_seconds() - used) / tasks, 2),
    }


def forced(rung: Rung, run: str) -> dict[str, Any]:
    """One mapped instance made again as its user asks, by the Variable and a clear; the requests
    that took, and what the others of the run did meanwhile."""
    before = len(rung.requests())
    line = f"{DAG}.odyssey_scraper[0] # proof"
    rung.api.put("variables", VARIABLE, {"key": VARIABLE, "value": line})
    tries = {t["map_index"]: t["try_number"] for t in mapped(rung, run)}
    rung.api.clear(run, ["odyssey_scraper", 0])
    rung.until(
        "the instance was made again",
        lambda: any(
            t["map_index"] == 0 and t["try_number"] > tries[0] and t["state"] == "success"
            for t in mapped(rung, run)
        ),
    )
    rung.wait(run, 300)
    path = f"dags/{DAG}/dagRuns/{run}/taskInstances/odyssey_scraper/xcomEntries/why?map_index=0"
    others = {t["map_index"]: t["try_number"] for t in mapped(rung, run) if t["map_index"] != 0}
    return {
        "why": rung.api.ask("GET", path)["value"],
        "requests": len(rung.requests()) - before,
        "others_untouched": others == {n: tries[n] for n in others},
    }


def mapped(rung: Rung, run: str) -> list[dict[str, Any]]:
    """The mapped chunks of the run."""
    tasks = rung.patient(lambda: rung.api.tasks(run))
    return [t for t in tasks if t["task_id"] == "odyssey_scraper" and t["map_index"] >= 0]


def backfill(rung: Rung) -> dict[str, Any]:
    """A backfill of one past day: its state, the tries of its tasks, and the requests it made."""
    before = len(rung.requests())
    day = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=4)
    asked = {"dag_id": DAG, "from_date": day.isoformat(), "max_active_runs": 1}
    rung.api.ask("POST", "backfills", {**asked, "to_date": (day + dt.timedelta(1)).isoformat()})

    def found() -> list[dict[str, Any]]:
        told = rung.api.ask("GET", f"dags/{DAG}/dagRuns?run_type=backfill&limit=5")["dag_runs"]
        return [each for each in told if each["state"] in ("success", "failed")]

    run = rung.until("the backfill ended", found, 400)[0]
    tries = {t["try_number"] for t in rung.api.tasks(run["dag_run_id"]) if t["state"] == "failed"}
    return {
        "state": run["state"],
        "tries": sorted(tries),
        "requests": len(rung.requests()) - before,
    }


def side_by_side(rung: Rung) -> dict[str, Any]:
    """Every county with a DAG of its own, all triggered at once: how each ended, how many ran at
    one time, what it took."""
    began, used = time.monotonic(), rung.cpu_seconds()
    runs: dict[str, str] = {}
    for county in counties():
        rung.api.ask("PATCH", f"dags/{county.dag_id}", {"is_paused": False})
        size = max(2, rung.people // 4)
        runs[county.dag_id] = rung.api.trigger(county.dag_id, scrapes_per_worker=size)
    states: dict[str, str] = {}
    most, until = 0, time.monotonic() + PATIENCE
    while len(states) < len(runs) and time.monotonic() < until:
        now = {
            dag: rung.patient(functools.partial(rung.api.run, run, dag))["state"]
            for dag, run in runs.items()
            if dag not in states
        }
        states |= {dag: state for dag, state in now.items() if state in ("success", "failed")}
        most = max(most, sum(state == "running" for state in now.values()))
        nap(1)
    found = {
        "counties": len(runs),
        "states": states,
        "most_at_once": most,
        "histories": {dag: len(rung.folder(run, dag).keys(COURT)) for dag, run in runs.items()},
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(rung.cpu_seconds() - used, 1),
    }
    rung.tell("counties side by side", **found)
    return found


def one(number: int, people: int, seed: int, more: int) -> tuple[dict[str, Any], list[str]]:
    """Everything on one rung: what was found, and what is wrong with it."""
    found = header(f"rung {number}, {people} invented people", seed) | {"people": people}
    with tempfile.TemporaryDirectory(prefix="cj-airflow-proof-") as place:
        with rung_up(number, Path(place), people=people, seed=seed, counties=more) as rung:
            found["seconds_to_start"] = rung.seconds_to_start
            found["memory_mib_idle"] = rung.memory()
            found |= on(rung)
            found["memory_mib_at_the_end"] = rung.memory()
            found["listens_beyond_loopback"] = [
                each for each in rung.home.listening() if not each.startswith(("127.", "::1"))
            ]
            home = rung.home
        found["left_over"] = left_over(home)
    return found, wrong(found)


def on(rung: Rung) -> dict[str, Any]:
    """The runs on a rung that is up."""
    found: dict[str, Any] = {}
    deeds = rung.number != 2 and rung.people >= DEEDS_FROM
    rung.api.ask("PATCH", f"dags/{FOLLOWER}", {"is_paused": False})
    rung.api.ask("PATCH", "dags/jail_scraper_dag", {"is_paused": False})
    if deeds and rung.number == 3:
        # What two workers make of it; on one machine tests/dags says so.
        found["refused_password"] = refused_password(rung)
    if deeds and rung.number == 1:
        found["pool_too_large"] = pool_too_large(rung)
        rung.api.pool(2)
    size = max(2, rung.people // 12)
    began = time.monotonic()
    limited = rung.api.trigger(limit=rung.people // 6, scrapes_per_worker=size)
    state = rung.wait(limited, 900)
    folder = rung.folder(limited)
    rung.snapshot(f"limit={rung.people // 6}: {state}", folder)
    found["with_limit"] = {"state": state, "histories": len(folder.keys(COURT))}

    rung.api.pool(1 if deeds else 2)
    full = rung.api.trigger(scrapes_per_worker=size)
    found["full"] = disturbed(rung, full) if deeds else {"state": rung.wait(full, PATIENCE)}
    found["full"] |= {"states": rung.states(full), "seconds": round(time.monotonic() - began, 1)}
    rung.snapshot(f"full run: {found['full']['state']}", folder)
    found["untrue"] = rung.untrue()

    found["cleared"] = cleared(rung, full)
    rung.tell("cleared", **found["cleared"])
    found["forced"] = forced(rung, full)
    rung.tell("one instance made again", **found["forced"])
    if rung.number == 1:
        found["backfill"] = backfill(rung)
        rung.tell("a backfill", **found["backfill"])
    if counties():
        found["side_by_side"] = side_by_side(rung)
    again = rung.asked_again()
    found["finished_people_asked_again"] = len(again)
    found["asked_again_rows"] = again[:20]
    found["requests"] = len(rung.requests())
    followers = rung.api.ask("GET", f"dags/{FOLLOWER}/dagRuns?limit=100")["dag_runs"]
    found["follower_runs"] = [each["state"] for each in followers]
    found["events"] = rung.events
    return found


def wrong(found: dict[str, Any]) -> list[str]:
    """What is not as it must be."""
    musts = {
        "limited run not green": found["with_limit"]["state"] == "success",
        "full run not green": found["full"]["state"] == "success",
        "database is not the truth": not found["untrue"],
        "cleared run not green": found["cleared"]["state"] == "success",
        "cleared run made requests": found["cleared"]["requests"] == 0,
        "finished people asked again": found["finished_people_asked_again"] == 0,
        "no follower ran": "success" in found["follower_runs"],
        "processes left": not found["left_over"],
        "listens beyond loopback": not found["listens_beyond_loopback"],
    }
    told = found["forced"]
    musts["forced instance"] = (
        "idempatomic_again asks" in told["why"]
        and told["others_untouched"]
        and told["requests"] == 0
    )
    if "backfill" in found:
        refused = {"state": "failed", "tries": [1], "requests": 0}
        musts["backfill not refused"] = found["backfill"] == refused
    if "side_by_side" in found:
        told = found["side_by_side"]
        musts["counties side by side"] = (
            set(told["states"].values()) == {"success"}
            and len(told["states"]) == told["counties"]
            and set(told["histories"].values()) == {found["people"]}
            and told["most_at_once"] > 1
        )
    if "refused_password" in found:
        musts["refused password"] = found["refused_password"] == {
            "state": "failed",
            "chunks": {"failed": 10},
            "submissions": 1,
        }
    if "pool_too_large" in found:
        told = found["pool_too_large"]
        musts["pool above what the site bears"] = (
            told["refusals"] > 0 and told["state_after_it_was_lowered"] == "success"
        )
    if "most_chunks_running" in found["full"]:
        most = found["full"]["most_chunks_running"]
        musts["pool"] = (most["pool of 1"], most["pool of 3"]) == (1, 3) and 0 < most[
            "pool of 2"
        ] <= 2
    return [what for what, holds in musts.items() if not holds]


def main() -> int:
    """The command; 0 if everything is as it must be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rungs", default="1,2,3")
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--counties", type=int, help="so many more, side by side; default: 6 on rung 3 with deeds"
    )
    parser.add_argument(
        "--out", help="default: proof/results/airflow.json for runs with deeds, else nowhere"
    )
    given = parser.parse_args()
    failed = []
    bound = lower_bound()
    theirs = bound["layouts"]["without"]
    if bound["layouts"]["beside"] != {name: [*dags, "bounds"] for name, dags in theirs.items()}:
        failed.append(f"users' folders beside idempatomic: {bound['layouts']}")
    if bound["errors"] or bound["run"] != "state success" or not bound["dags"]:
        failed.append(f"lower bound of Airflow: {bound}")
    print(f"lower bound: {bound}", flush=True)
    place = given.out or (RESULTS / "airflow.json" if given.people >= DEEDS_FROM else None)
    for number in map(int, given.rungs.split(",")):
        usual = 6 if number == 3 and given.people >= DEEDS_FROM else 0
        more = usual if given.counties is None else given.counties
        found, bad = one(number, given.people, given.seed, more)
        found["wrong"] = bad
        failed += [f"rung {number}: {each}" for each in bad]
        if place is None:
            print(json.dumps(found, indent=1))
            continue
        out, known = Path(place), {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            known = json.loads(out.read_text(encoding="utf-8"))
        write_results(out, {**known, "lower_bound": bound, f"rung_{number}": found})
    print("\n".join(failed) or "everything as it must be", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    # Ended from outside, the rung is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    try:
        sys.exit(main())
    except UsageError as error:
        print(f"airflow proof: {error}", file=sys.stderr)
        sys.exit(1)
