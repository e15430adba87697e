"""The code in docs/operators.md runs, and its first example says what the page says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from airflow.sdk import DAG

from tests.operators.tasks import Run

_DOCS = Path(__file__).parents[2] / "docs" / "operators.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", _DOCS.read_text(encoding="utf-8"), re.DOTALL)


def run_all(tmp_path: Path, monkeypatch: Any) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block, "docs/operators.md", "exec"), names)
    return names


def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    run_all(tmp_path, monkeypatch)
    assert len(blocks("python")) == 4
    assert os.listdir("odyssey") == ["00400001.json"]


def test_the_first_example_has_ten_lines_of_code_and_the_output_that_is_shown(
    tmp_path, monkeypatch
):
    import pendulum

    monkeypatch.chdir(tmp_path)
    code = blocks("python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    made: list[DAG] = []
    enter = DAG.__enter__
    monkeypatch.setattr(DAG, "__enter__", lambda self: made.append(self) or enter(self))
    exec(compile(code, "docs/operators.md", "exec"), {})
    (dag,) = made
    dag.timezone = pendulum.timezone("America/Chicago")
    said = []
    for _ in range(2):
        run = Run(dag)
        operator = dag.task_dict["fetch"].prepare_for_execution()
        path = run.execute(operator)
        said.append(f"{operator.why}: {path}")
    shown = blocks("text")[0].strip().splitlines()
    when = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert [re.sub(when, "T", line) for line in said] == [re.sub(when, "T", line) for line in shown]


def test_every_picture_of_the_page_is_there():
    for name in re.findall(r"\]\((images/[^)]+)\)", _DOCS.read_text(encoding="utf-8")):
        assert (_DOCS.parent / name).is_file(), name
