from __future__ import annotations

import jsonschema
import pytest

from practice.people import generate
from practice.truth import jail_record
from practice.world import CALENDAR_START
from scrapers.jail import schema
from scrapers.jail.schema import of_models


def test_committed_schema_is_that_of_the_models() -> None:
    assert schema() == of_models(), "run: python -m scrapers.jail.schema"


def test_practice_truth_follows_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for person in generate(40, 7).detainees:
        validator.validate(jail_record(person, CALENDAR_START))


def test_schema_refuses_what_it_does_not_name_and_what_lacks() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    record = jail_record(generate(1, 7).detainees[0], CALENDAR_START)
    for wrong in (
        {**record, "guilty": True},
        {key: record[key] for key in record if key != "bookings"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(wrong)
