"""The command ``idempatomic``: why a task ran or did not, and what a run would make.

    idempatomic why DAG TASK [--map-index N] [--run RUN] [--in FOLDER]
    idempatomic dry-run DAG [--conf '{"limit": 5}']

``why`` answers from the makers' notes below the literal beginning of the task's pattern, or below
``--in``, for which Airflow need not be there. ``dry-run`` renders every pattern for a run that
would start now; nothing is run or written. Exit 0; 2 with one line for what cannot be answered."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from .note import Note, notes_below, shown
from .output import Output
from .pattern import JINJA
from .twins import offers
from .why import changed_inputs, checksum

__all__ = ["main"]


class CliError(Exception):
    """It cannot be answered; one line for a person."""


def main(words: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        "idempatomic", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dags", help="where the DAGs lie; default: Airflow's dags_folder")
    commands = parser.add_subparsers(dest="command", required=True)
    asked = commands.add_parser("why", help="who made a task's outputs, when, and from what")
    asked.add_argument("dag")
    asked.add_argument("task")
    asked.add_argument("--map-index", type=int, help="only that row of the newest run")
    asked.add_argument("--run", help="only what that run made")
    asked.add_argument("--in", dest="folder", help="look below this folder")
    dry = commands.add_parser("dry-run", help="what a run would make")
    dry.add_argument("dag")
    dry.add_argument("--conf", default="{}", help="the run's conf, as JSON")
    given = parser.parse_args(words)
    try:
        lines = _why(given) if given.command == "why" else _dry_run(given)
        for line in lines:
            print(line)
    except CliError as error:
        print(f"idempatomic: {error}", file=sys.stderr)
        return 2
    return 0


# --- why


def _why(given: argparse.Namespace) -> Iterator[str]:
    maker, folder = f"{given.dag}.{given.task}", given.folder
    if folder is None:
        task = _task(_dag(given), given.task)
        options = getattr(task, "partial_kwargs", None) or vars(task)
        maker = options.get("maker") or maker
        folder = _literal_root(str(options.get("output_pattern")))
    if not os.path.isdir(folder):
        raise CliError(f"there is no folder {folder}")
    found = [
        (path, note)
        for path, note in notes_below(folder)
        if note.maker == maker and given.run in (None, note.run)
    ]
    if not found:
        raise CliError(
            f"no note below {folder} is of {maker}" + (f" in run {given.run}" * bool(given.run))
        )
    found.sort(key=lambda row: (row[1].when, row[0]), reverse=True)
    if given.map_index is not None:
        newest = sorted(path for path, note in found if note.run == found[0][1].run)
        if not 0 <= given.map_index < len(newest):
            raise CliError(f"run {found[0][1].run} made {len(newest)} outputs of {maker}")
        found = [row for row in found if row[0] == newest[given.map_index]]
    for path, note in found:
        yield from _about(path, note)


def _about(path: str, note: Note) -> Iterator[str]:
    shown_path = f"{path}/" if os.path.isdir(path) else path
    output = Output(shown_path)
    if not output.exists():
        state = "gone: the next run makes it again"
    elif output.fingerprint()[1] != note.sha256:
        state = "changed since it was made; existence decides, so it is done"
    else:
        state = "stands as it was made, so it is done"
    yield shown_path
    yield f"  {state}"
    yield f"  {note.by()} by {note.maker}" + (f" ({shown(note.keys)})" if note.keys else "")
    if note.again:
        yield f"  made again on request: {note.again}"
    if note.version:
        yield f"  version of the callable: {note.version}"
    if note.salt or note.salts:
        yield f"  salt: {note.salt or ', '.join(note.salts) + ' above it'}"
    for name, before in sorted(note.inputs.items()):
        words = (
            changed_inputs({name: before}, {name: checksum(name)})
            or f"the input {name} is the same"
        )
        yield f"  {words}"


def _literal_root(pattern: str) -> str:
    """The folder up to the first part of a pattern that only a run fills."""
    literal = JINJA.sub("{", pattern).partition("{")[0]
    root = literal.rpartition("/")[0]
    if not root:
        raise CliError(
            f"output_pattern {pattern!r} begins with what only a run knows: say --in FOLDER"
        )
    if "://" in root:
        raise CliError("notes in a store stand with their objects: look at the object's metadata")
    return root


# --- what a run would make


def _dry_run(given: argparse.Namespace) -> Iterator[str]:
    dag = _dag(given)
    try:
        conf = json.loads(given.conf)
    except ValueError as error:
        raise CliError(f"--conf is not JSON: {error}") from None
    context = _context(dag, conf)
    ours = [task for task in dag.topological_sort() if offers(task, "output")]
    if not ours:
        raise CliError(f"no task of {given.dag} has an output of ours")
    for task in ours:
        for label, operator in _instances(task):
            yield f"{label}: {_would(operator, context)}"


def _would(operator: Any, context: dict[str, Any]) -> str:
    if isinstance(operator, str):
        return operator
    from airflow.sdk.exceptions import AirflowFailException

    try:
        this = operator.prepare_for_execution()
        this.render_template_fields(dict(context))
        output = Output(this.output_pattern, valid=this.valid)
        stands = output.exists()
    except (_OnlyInARunError, AirflowFailException, ValueError, OSError, LookupError) as error:
        return f"known only in a run ({error})"
    note = output.note() if stands else None
    if this._is_overwrite(context):
        return f"would make {output.path} again, as overwrite asks"
    if stands:
        return f"would leave {output.path}" + (f", {note.by()}" if note else "")
    return f"would make {output.path}"


def _instances(task: Any) -> Iterator[tuple[str, Any]]:
    expand = getattr(task, "expand_input", None)
    if expand is None:
        yield task.task_id, task
        return
    rows = _rows(expand.value)
    if rows is None:
        yield task.task_id, "known only in a run (mapped over the result of another task)"
        return
    for number, row in enumerate(rows):
        yield f"{task.task_id}[{number}]", task.unmap(row)


def _rows(value: Any) -> list[dict[str, Any]] | None:
    if isinstance(value, (list, tuple)) and all(isinstance(row, dict) for row in value):
        return list(value)
    if isinstance(value, dict) and len(value) == 1:
        ((name, values),) = value.items()
        if isinstance(values, (list, tuple)):
            return [{name: each} for each in values]
    return None


class _OnlyInARunError(Exception):
    pass


class _NoRun:
    """A ``ti`` of no run."""

    map_index = -1
    run_id = "dry-run"

    def __init__(self, dag_id: str) -> None:
        self.dag_id = dag_id

    def xcom_pull(self, *_args: Any, **_kwargs: Any) -> Any:
        raise _OnlyInARunError("another task's result is needed")


def _context(dag: Any, conf: dict[str, Any]) -> dict[str, Any]:
    now = dt.datetime.now(dt.timezone.utc)
    run = SimpleNamespace(run_id="dry-run", run_after=now, conf=conf, logical_date=None)
    return {
        "dag": dag,
        "dag_run": run,
        "run_id": run.run_id,
        "ti": _NoRun(dag.dag_id),
        "params": {**dag.params.dump(), **conf},
        "outlet_events": {},
        "logical_date": None,
    }


# --- the DAG


def _dag(given: argparse.Namespace) -> Any:
    try:
        from airflow.configuration import conf
        from airflow.dag_processing.dagbag import DagBag
    except ImportError as error:
        raise CliError(f"Airflow is needed for that ({error}); or say --in FOLDER") from None
    folder = given.dags or conf.get("core", "dags_folder")
    if folder not in sys.path:
        sys.path.append(folder)
    with contextlib.redirect_stdout(sys.stderr):
        bag = DagBag(dag_folder=folder)
    if given.dag not in bag.dags:
        wrong = "; ".join(text.strip().rpartition("\n")[2] for text in bag.import_errors.values())
        raise CliError(f"no DAG {given.dag} in {folder}" + (f" ({wrong})" if wrong else ""))
    return bag.dags[given.dag]


def _task(dag: Any, task_id: str) -> Any:
    task = dag.task_dict.get(task_id)
    if task is None or not offers(task, "output"):
        there = sorted(each.task_id for each in dag.tasks if offers(each, "output"))
        raise CliError(
            f"{dag.dag_id} has no task {task_id} with an output; there are: {', '.join(there)}"
        )
    return task


if __name__ == "__main__":
    sys.exit(main())
