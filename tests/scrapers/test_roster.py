from __future__ import annotations

import datetime as dt
import json

from scrapers.roster import Roster, RosterProof, RosterRow, people_of
from tests.scrapers.jail.test_scan import row

BORN = dt.date(1990, 1, 2)


def test_rows_of_one_permanent_id_are_one_person_in_order_of_booking() -> None:
    newer, older = (
        row(5, permanent_id="7", name="NEWER, NAME"),
        row(2, permanent_id="7", name="OLDER, NAME"),
    )
    newer = newer.model_copy(update={"date_of_birth": BORN})
    (person,) = people_of([newer, older])
    assert (person.key, person.name, person.date_of_birth) == ("7", "NEWER, NAME", BORN)
    assert person.rows == (older, newer)
    assert person.permanent_id == "7"


def test_blank_permanent_ids_are_people_of_their_own() -> None:
    people = people_of([row(1), row(2), row(3, permanent_id="3")])
    assert [person.key for person in people] == ["booking-26000001", "booking-26000002", "3"]
    assert people[0].permanent_id is None


def test_people_stand_in_the_order_of_their_first_row() -> None:
    people = people_of(
        [row(1, permanent_id="b"), row(2, permanent_id="a"), row(3, permanent_id="b")]
    )
    assert [person.key for person in people] == ["b", "a"]


def test_roster_survives_its_file() -> None:
    rows: tuple[RosterRow, ...] = (row(1), row(2, permanent_id="2"))
    proof = RosterProof(
        total=2,
        pages=1,
        exact=False,
        tries=5,
        reasons=("moved",),
        read_at=dt.datetime(2026, 9, 1, tzinfo=dt.timezone.utc),
    )
    roster = Roster(rows=rows, people=people_of(rows), proof=proof)
    assert Roster.model_validate(json.loads(json.dumps(roster.model_dump(mode="json")))) == roster
