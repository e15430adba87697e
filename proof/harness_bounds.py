"""The oldest Airflow that both distributions promise, installed and tried: the DAG parses, a DAG of
`idempatomic` runs, and a DAG processor reads users' own folders, with and without it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2026-05-15"
"""Some weeks after Airflow 3.2.0: what an installer would have given then."""
_PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
print(json.dumps({"dags": sorted(bag.dags), "errors": list(bag.import_errors.values())}))
"""
_DAG = """
import os
from airflow.sdk import DAG, task
from idempatomic import PythonIdempatomicFileOperator, PythonSaltedLocalOperator, requires, version

def write(output_path, who="x", **context):
    with open(output_path, "w") as file:
        file.write(who)

def join(output_path, **context):
    with open(output_path, "w") as file:
        file.write(",".join(sorted(requires("many", **context))))

root = os.environ["OUT"]
with DAG("bounds", schedule=None) as dag:
    @task.idempatomic(output_pattern=root + "/{who}.txt")
    def one(who, output_path): write(output_path, who)
    many = PythonIdempatomicFileOperator.partial(
        task_id="many", python_callable=write, output_pattern=root + "/many/{who}.txt"
    ).expand(op_kwargs=[{"who": "a"}, {"who": "b"}])
    salted = PythonSaltedLocalOperator(
        task_id="salted", python_callable=version("1")(write), output_pattern=root + "/{salt}.txt"
    )
    many >> PythonIdempatomicFileOperator(
        task_id="join", python_callable=join, output_pattern=root + "/join.txt"
    ) >> salted
    one("ann")
"""
_THEIRS = """
from airflow.sdk import DAG, task
{line}
with DAG("{name}", schedule=None):
    task(task_id=GREETING)(lambda: None)()
"""
_MINE = 'GREETING = "hello"\n'
_IMPORT = "from operators.mine import GREETING"
_LAYOUTS = {
    "dags/operators and dags.common": {
        "dags/operators/mine.py": _MINE,
        "dags/common.py": _MINE,
        "dags/a.py": _THEIRS.format(line=_IMPORT, name="a"),
        "dags/b.py": _THEIRS.format(line="from dags.common import GREETING", name="b"),
    },
    "plugins/operators": {
        "plugins/operators/mine.py": _MINE,
        "dags/a.py": _THEIRS.format(line=_IMPORT, name="a"),
    },
    "operators first on PYTHONPATH": {
        "src/operators/__init__.py": "",
        "src/operators/mine.py": _MINE,
        "dags/a.py": _THEIRS.format(line=_IMPORT, name="a"),
    },
}
"""What users have; the DAGs of each import their own folders."""
_RUN = """
import sys
sys.path.insert(0, sys.argv[1])
from bounds import dag
run = dag.test()
states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in run.get_task_instances()}
assert set(states.values()) == {"success"}, states
print("state", run.state)
"""


def lower_bound() -> dict[str, Any]:
    """What the oldest Airflow and standard provider make of both."""
    text = (ROOT / "packaging" / "idempatomic" / "pyproject.toml").read_text(encoding="utf-8")
    oldest = {
        name: number if number.count(".") == 2 else f"{number}.0"
        for name, number in re.findall(r'"(apache-airflow[a-z-]*)>=([\d.]+)', text)
    }
    with tempfile.TemporaryDirectory(prefix="cj-airflow-bounds-") as place:
        home = Path(place)
        python, wheel = _installed(home, [f"{name}=={number}" for name, number in oldest.items()])
        _said(python, ["-m", "airflow", "db", "migrate"], _environment(home))
        layouts = {"without": _layouts(python, home, "without", ours=False)}
        _install(python, wheel)
        layouts["beside"] = _layouts(python, home, "beside", ours=True)
        dags = home / "dags"
        dags.mkdir(exist_ok=True)
        (dags / "bounds.py").write_text(_DAG, encoding="utf-8")
        environment = _environment(home) | {"OUT": f"{place}/out"}
        ours = environment | {"PYTHONPATH": str(ROOT)}
        parsed = json.loads(_said(python, ["-c", _PARSE, str(ROOT / "dags")], ours)[-1])
        _said(python, ["-m", "airflow", "dags", "reserialize"], environment)
        ran = _said(python, ["-c", _RUN, str(dags)], environment)
        made = sorted(path.name for path in (home / "out").iterdir() if path.name[0] != ".")
    return {**oldest, **parsed, "run": ran[-1], "made": len(made), "layouts": layouts}


def _layouts(python: str, home: Path, name: str, *, ours: bool) -> dict[str, list[str]]:
    """What a DAG processor makes of users' folders: the DAGs it stored, and its import errors."""
    found = {}
    for layout, files in _LAYOUTS.items():
        folder = home / name / layout
        (folder / "dags").mkdir(parents=True)
        shutil.copy(home / "airflow.db", folder)
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        if ours:
            (folder / "dags" / "ours.py").write_text(_DAG, encoding="utf-8")
        path = f"{folder / 'src'}{os.pathsep}{folder}"
        environment = _environment(folder) | {"PYTHONPATH": path, "OUT": str(folder / "out")}
        _said(python, ["-m", "airflow", "dag-processor", "--num-runs", "1"], environment)
        with contextlib.closing(sqlite3.connect(folder / "airflow.db")) as database:
            dags = database.execute("select dag_id from serialized_dag").fetchall()
            errors = database.execute("select stacktrace from import_error").fetchall()
        found[layout] = sorted({dag for (dag,) in dags}) + [text[-200:] for (text,) in errors]
    return found


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
    }


def _installed(home: Path, wanted: list[str]) -> tuple[str, str]:
    wheels = home / "wheels"
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels)]
    package = str(ROOT / "packaging" / "idempatomic")
    subprocess.run([sys.executable, *build, package], check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    python = str(home / "venv" / "bin" / "python")
    # An old Airflow bears the FastAPI and pydantic of its day, not every later one.
    _install(python, "--exclude-newer", AS_OF, "python-dotenv", *wanted)
    return python, str(wheel)


def _install(python: str, *wanted: str) -> None:
    install = ["-m", "uv", "pip", "install", "--quiet", "--python", python]
    subprocess.run([sys.executable, *install, *wanted], check=True)


def _said(python: str, words: list[str], environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [python, *words],
        env=environment,
        cwd=environment["AIRFLOW_HOME"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)[:80]}: {(done.stdout + done.stderr)[-2000:]}")
    return [line for line in done.stdout.splitlines() if line.strip()]


if __name__ == "__main__":
    print(json.dumps(lower_bound(), indent=1))
