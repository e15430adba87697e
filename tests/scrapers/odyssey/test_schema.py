"""The committed schema is the models', and the golden cases follow it."""

from __future__ import annotations

import jsonschema
import pytest

from scrapers.odyssey.schema import of_models, schema
from tests.scrapers.odyssey.fixtures import Fixture, all_fixtures

CASES = [
    page for page in all_fixtures() if page.about["kind"] in ("classic", "roa") and "case" in page.read()
]


def test_the_committed_schema_is_the_models() -> None:
    assert schema() == of_models(), "run python -m scrapers.odyssey.schema"


@pytest.mark.parametrize("page", CASES, ids=[page.name for page in CASES])
def test_a_golden_case_follows_the_schema(page: Fixture) -> None:
    record = {"key": "k", "names": ["SAMPLE, JORDAN"], "cases": [page.read()["case"]]}
    jsonschema.Draft202012Validator(schema()).validate(record)
