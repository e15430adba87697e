"""The house rules that a machine can hold: packaging, lock files, one place for each thing, nothing
of one machine."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import HERE, LONGEST

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("cj", "dags", "operators", "practice", "reportcard", "resilience", "scrapers")


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


def test_the_wheel_holds_sites_templates_and_type_markers(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "scrapers/sites.toml" in names
    assert {f"{room}/py.typed" for room in ROOMS} <= names
    for template in (path for path in tracked("practice") if path.suffix == ".html"):
        assert template.relative_to(ROOT).as_posix() in names


def test_scrapers_and_outputs_work_from_the_wheel_where_airflow_is_not_installed(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    program = """
import sys, importlib.abc
class NoAirflow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"airflow", "starlette", "uvicorn", "jinja2", "upath", "s3fs", "boto3", "pandas"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, NoAirflow())
sys.path.insert(0, sys.argv[1])
import scrapers, operators, operators.output, scrapers.jail, scrapers.odyssey, resilience.session, cj.__main__
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
