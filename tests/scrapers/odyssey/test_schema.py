"""The committed schema is the models', and the golden cases follow it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from replay.fixtures import Fixture, all_fixtures
from scrapers.odyssey.schema import of_models, schema

ROOT = Path(__file__).parents[2] / "fixtures"
CASES = [fixture for fixture in all_fixtures(ROOT) if "case" in (fixture.golden() or {})]


def test_the_committed_schema_is_the_models() -> None:
    assert schema() == of_models(), "run python -m scrapers.odyssey.schema"


@pytest.mark.parametrize("page", CASES, ids=[page.name for page in CASES])
def test_a_golden_case_follows_the_schema(page: Fixture) -> None:
    record = {"key": "k", "names": ["SAMPLE, JORDAN"], "cases": [page.golden()["case"]]}
    jsonschema.Draft202012Validator(schema()).validate(record)
