"""The oldest Airflow that both distributions say they bear, installed and tried: the DAG parses, and
a DAG of `idempatomic` runs."""

from __future__ import annotations

import json
import os
import re
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
        python = _installed(home, [f"{name}=={version}" for name, version in oldest.items()])
        dags = home / "dags"
        dags.mkdir()
        (dags / "bounds.py").write_text(_DAG, encoding="utf-8")
        environment = {
            "PATH": os.environ["PATH"],
            "AIRFLOW_HOME": place,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "OUT": f"{place}/out",
        }
        ours = environment | {"PYTHONPATH": str(ROOT)}
        parsed = json.loads(_said(python, ["-c", _PARSE, str(ROOT / "dags")], ours)[-1])
        _said(python, ["-m", "airflow", "db", "migrate"], environment)
        _said(python, ["-m", "airflow", "dags", "reserialize"], environment)
        ran = _said(python, ["-c", _RUN, str(dags)], environment)
        made = sorted(path.name for path in (home / "out").iterdir() if path.name[0] != ".")
    return {**oldest, **parsed, "run": ran[-1], "made": len(made)}


def _installed(home: Path, wanted: list[str]) -> str:
    wheels = home / "wheels"
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels)]
    package = str(ROOT / "packaging" / "idempatomic")
    subprocess.run([sys.executable, *build, package], check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    python = str(home / "venv" / "bin" / "python")
    install = ["-m", "uv", "pip", "install", "--quiet", "--python", python, str(wheel)]
    # An old Airflow bears the FastAPI and pydantic of its day, not every later one.
    install += ["--exclude-newer", AS_OF]
    subprocess.run([sys.executable, *install, "python-dotenv", *wanted], check=True)
    return python


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
