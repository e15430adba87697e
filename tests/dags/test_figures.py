"""What the documentation says of the runs on Airflow is what the result file holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dags.conftest import ROOT

FOUND: dict[str, Any] = json.loads(
    (ROOT / "proof/results/airflow.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("rung", sorted(name for name in FOUND if name.startswith("rung_")))
def test_every_rung_ended_as_it_must(rung: str) -> None:
    found = FOUND[rung]
    assert found["wrong"] == []
    assert found["untrue"] == []
    assert found["full"]["state"] == "success"
    assert found["finished_people_asked_again"] == 0
    assert found["cleared"]["requests"] == 0


def test_a_hundred_and_twenty_people_were_disturbed_on_the_first_and_the_last_rung() -> None:
    for rung in ("rung_1", "rung_3"):
        assert FOUND[rung]["people"] == 120
        told = " ".join(event["what"] for event in FOUND[rung]["events"])
        for deed in (
            "of the task of chunk",
            "of the supervisor of chunk",
            "of the scheduler",
            "pool raised to 3",
        ):
            assert deed in told
    assert "SIGKILL of Celery" in " ".join(event["what"] for event in FOUND["rung_3"]["events"])
    assert FOUND["rung_3"]["refused_password"]["submissions"] == 1
    assert FOUND["rung_1"]["pool_too_large"]["refusals"] > 0


def test_the_scale_page_has_the_figures_of_the_result_file() -> None:
    page = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
    one, three = FOUND["rung_1"], FOUND["rung_3"]
    idle = three["memory_mib_idle"]
    assert f"| {one['memory_mib_idle']['airflow']} MiB |" in page
    for part in ("API", "scheduler", "DAG processor", "PostgreSQL", "Redis"):
        name = {"API": "api-server", "DAG processor": "dag-processor"}.get(part, part.lower())
        assert f"{part} {idle[name]}" in page
    for found in (one, three):
        assert f"| {found['cleared']['cpu_seconds_a_task']} s" in page
        assert f"| {found['cleared']['seconds']:.0f} s |" in page
        assert f"| {found['seconds_to_start']:.0f} s (" in page
