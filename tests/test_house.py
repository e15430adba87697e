"""The house rules that a machine can hold: packaging, lock files, one place for each thing, nothing
of one machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import HERE, LONGEST

ROOT = Path(__file__).resolve().parents[1]
TYPED = ("cj", "operators", "practice", "replay", "reportcard", "resilience", "scrapers")
PACKAGED = (*TYPED, "cj_web")
ROOMS = (*PACKAGED, "dags")
NEEDS_TEST_LIBRARIES = {"replay.mock_http", "replay.plugin"}
"""The modules behind the extra ``replay``."""


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def sources() -> list[Path]:
    return [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in ROOMS]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(out),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_its_packages_and_nothing_else(wheel: Path) -> None:
    """Modules, sites.toml, schemas, templates, the list of harmless words, type markers."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    packaged = {path.relative_to(ROOT).as_posix() for path in tracked(*PACKAGED)}
    assert names == packaged
    assert {
        *(f"{package}/py.typed" for package in TYPED),
        "scrapers/sites.toml",
        "scrapers/jail/schema.json",
        "scrapers/odyssey/schema.json",
        "replay/anonymize/harmless.txt",
        "scrapers/odyssey/portal_script.js",
    } <= names


def test_without_the_extra_replay_nothing_imports_a_test_library(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    program = """
import importlib, importlib.abc, pkgutil, sys
BLOCKED = {"pytest", "_pytest", "responses"}
class NoTestLibraries(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(name, name=name.split(".")[0])
sys.meta_path.insert(0, NoTestLibraries())
sys.path.insert(0, sys.argv[1])
for package in sys.argv[2:]:
    assert importlib.import_module(package).__file__.startswith(sys.argv[1]), package
    for module in pkgutil.walk_packages([f"{sys.argv[1]}/{package}"], f"{package}."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name in BLOCKED:
                print(module.name)
assert "replay" in sys.modules
"""
    packages = [package for package in PACKAGED if package != "cj_web"]  # Django wants settings
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "unpacked"), *packages],
        cwd=tmp_path,
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path / "airflow")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == NEEDS_TEST_LIBRARIES


def test_only_cj_record_loads_replay_and_only_when_it_runs(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    program = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import cj.__main__, cj.commands, reportcard, scrapers.crawl.engine
for module in pkgutil.walk_packages(cj.__path__, "cj."):
    if module.name not in ("cj.__main__", "cj.commands.record"):
        importlib.import_module(module.name)
assert not [name for name in sys.modules if name.split(".")[0] == "replay"]
import cj.commands.record
assert "replay.anonymize" in sys.modules
assert not {"pytest", "responses", "replay.replayer", "replay.plugin"} & set(sys.modules)
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "unpacked")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "fine", done.stderr


def test_scrapers_and_outputs_work_from_the_wheel_where_airflow_is_not_installed(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    program = """
import sys, importlib.abc
BLOCKED = {"airflow", "starlette", "uvicorn", "jinja2", "upath", "s3fs", "boto3", "pandas"}
class NoAirflow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoAirflow())
sys.path.insert(0, sys.argv[1])
import scrapers, operators, operators.output, scrapers.jail, scrapers.odyssey
import resilience.session, cj.__main__
assert scrapers.__file__.startswith(sys.argv[1]), scrapers.__file__
from scrapers.sites import site_of
assert site_of("shelby-tn").jail
def write(output_path):
    open(output_path, "w").write("whole")
made = operators.output.produce(operators.output.Output(sys.argv[2]), write)
assert open(made.path).read() == "whole"
print("fine")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "unpacked"), str(tmp_path / "out.txt")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "fine", done.stderr


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda p: p.name
)
def test_a_lock_file_carries_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", text, re.M)
    assert pinned
    assert "://" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        if "==" in block.split("\n")[0]:
            assert "--hash=sha256:" in block, block.split("\n")[0]


def test_no_file_holds_a_path_of_one_machine() -> None:
    pattern = re.compile(r"/(?:work|farm|root|home)/[a-z.]|/tmp/[a-z_]+_jobs")
    bad = []
    for path in tracked():
        if path.suffix in {".png", ".gz", ".lock"} or path.relative_to(ROOT).parts[0] == "deploy":
            continue
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        ):
            if pattern.search(line) and path != Path(__file__):
                bad.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert bad == []


def test_the_files_that_are_run_first_are_there() -> None:
    assert [name for name in LONGEST if not (HERE / name).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)


def test_only_pacing_sleeps() -> None:
    bad = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"(?<![\w.])time\.sleep\(|from time import .*\bsleep\b", path.read_text())
        and path.relative_to(ROOT).as_posix() != "resilience/pace.py"
    ]
    assert bad == []


def test_nothing_is_swallowed_or_left_undone() -> None:
    pattern = re.compile(
        r"^\s*except:|except (Base)?Exception: *pass|raise NotImplementedError", re.M
    )
    assert [str(p.relative_to(ROOT)) for p in sources() if pattern.search(p.read_text())] == []
