"""The distribution `idempatomic` beside anybody's code: what a user could import before can be
imported after, and Airflow starts whatever the user's folders are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = sysconfig.get_paths()["purelib"]

# As Airflow's DAG processor has its path: the DAGs folder last, the plugins folder before it.
PROGRAM = """
import json, os, sys
sys.path += sys.argv[1:]
from airflow.providers_manager import ProvidersManager
from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime
from airflow.dag_processing.dagbag import DagBag
found = {"providers": sorted(ProvidersManager().providers)}
home = os.environ["AIRFLOW_HOME"]
sys.path += [f"{home}/plugins", f"{home}/dags"]
bag = DagBag(dag_folder=f"{home}/dags")
found["errors"] = {os.path.basename(k): v[-400:] for k, v in bag.import_errors.items()}
found["tasks"] = {name: sorted(dag.task_dict) for name, dag in bag.dags.items()}
print(json.dumps(found))
"""
PLAIN = """
from airflow.sdk import DAG, task
{line}
with DAG("{name}", schedule=None):
    task(task_id=GREETING)(lambda: None)()
"""
OURS = """
from airflow.sdk import DAG, task
from idempatomic import PythonIdempatomicFileOperator, PythonSaltedLocalOperator, requires, version
with DAG("ours", schedule=None):
    @task.idempatomic(output_pattern="data/{who}.txt")
    def one(who, output_path): ...
    one("ann")
"""
LAYOUTS = {
    "dags_folder": ("dags/operators/mine.py", "from operators.mine import GREETING"),
    "plugins_folder": ("plugins/operators/mine.py", "from operators.mine import GREETING"),
    "dags_package": ("dags/common.py", "from dags.common import GREETING"),
    "python_path": ("src/operators/mine.py", "from operators.mine import GREETING"),
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """What an installer would put into site-packages."""
    out = tmp_path_factory.mktemp("wheel")
    command = ["build", "--no-isolation", "--outdir", str(out), str(ROOT / "packaging/idempatomic")]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(out / "site")
    return out / "site"


def parsed(home: Path, *installed: Path) -> dict[str, dict[str, object]]:
    """What Airflow makes of that home, in an environment without this repository."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM, *map(str, installed), SITE],
        env={
            "PATH": os.environ["PATH"],
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "PYTHONPATH": f"{home / 'src'}{os.pathsep}{home}",
        },
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_user_could_import_can_be_imported_beside_it(layout, unpacked, tmp_path):
    file, line = LAYOUTS[layout]
    (tmp_path / "dags").mkdir()
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text('GREETING = "hello"\n')
    if layout == "python_path":  # a regular package, first in the path
        (tmp_path / file).with_name("__init__.py").write_text("")
    (tmp_path / "dags" / "theirs.py").write_text(PLAIN.format(line=line, name="theirs"))
    without = parsed(tmp_path)
    assert without["errors"] == {}
    assert without["tasks"] == {"theirs": ["hello"]}
    assert "cj-report-card" not in without["providers"]
    (tmp_path / "dags" / "ours.py").write_text(OURS)
    beside = parsed(tmp_path, unpacked)
    assert beside["errors"] == {}
    assert beside["tasks"] == {"theirs": ["hello"], "ours": ["one"]}
    assert "idempatomic" in beside["providers"]


def test_the_distribution_takes_three_names_and_needs_airflow_at_most(unpacked):
    (info,) = unpacked.glob("*.dist-info")
    assert {path.name for path in unpacked.iterdir()} - {info.name, "__pycache__"} == {
        "idempatomic",
        "idempatomic_airflow_provider.py",
    }
    needed = [
        line.partition(" ")[2]
        for line in (info / "METADATA").read_text().splitlines()
        if line.startswith("Requires-Dist:") and "extra ==" not in line
    ]
    assert {name.partition(">")[0].partition("<")[0] for name in needed} == {
        "apache-airflow",
        "apache-airflow-providers-standard",
    }


def test_the_provider_module_needs_the_standard_library_alone(unpacked):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import idempatomic_airflow_provider as p;"
        "print(p.get_provider_info()['package-name'], 'idempatomic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, str(unpacked)], capture_output=True, text=True
    )
    assert done.stdout.split() == ["idempatomic", "False"]


def test_the_main_wheel_has_nothing_that_airflow_loads_at_its_start(tmp_path):
    command = ["build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if name.startswith("dags/")]
    (points,) = [name for name in names if name.endswith("entry_points.txt")]
    assert b"apache_airflow_provider" not in zipfile.ZipFile(wheel).read(points)
