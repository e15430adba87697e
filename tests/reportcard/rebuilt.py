"""The records of both halves put together again from the database alone, to be held against the
truth."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Table, select

from reportcard import tables as t

Json = dict[str, Any]
_SOURCE = {"crawl_id", "source_file"}
_PHYSICAL = ("sex", "height", "weight", "hair_color", "hair_length", "eye_color", "complexion")
_INMATE = (
    "race",
    "ethnicity",
    "state_id",
    "police_id",
    "fbi_number",
    "ice_number",
    "marital_status",
    "citizen",
    "country_of_birth",
)


class Database:
    """Every table read once, its rows by parent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], list[Json]]] = {}

    def rows(self, table: Table, **parent: Any) -> list[Json]:
        """The rows of a parent by position."""
        names = tuple(parent)
        if (table.name, names) not in self._read:
            found = defaultdict(list)
            for row in self._connection.execute(select(table)).mappings():
                found[tuple(row[name] for name in names)].append(dict(row))
            self._read[table.name, names] = found
        rows = self._read[table.name, names][tuple(parent.values())]
        return sorted(rows, key=lambda row: row.get("position", 0))

    def jail_record(self, key: str) -> Any:
        """The jail record of the person with that key, as `told` gives it."""
        return told(self._jail_record(key))

    def court_record(self, key: str) -> Any:
        """The court record of the person with that key, as `told` gives it; None where the answer
        was no history."""
        return told(self._court_record(key))

    def _jail_record(self, key: str) -> Json:
        (person,) = self.rows(t.people, key=key)
        owned = self.rows(t.bookings, person_id=person["person_id"])
        bookings = sorted(owned, key=_begun)
        held = [row for row in bookings if not row["released"]]
        return {
            "key": key,
            "permanent_id": person["permanent_id"],
            "name": {"full": person["name"]} | _some(person, "last", "first", "middle", "suffix"),
            "date_of_birth": _json(person["date_of_birth"]),
            "bookings": [self._booking(row) for row in bookings],
            "custody_status": {
                "answer": person["custody_answer"],
                "rule": person["custody_rule"],
                "as_of": _json(person["custody_as_of"]),
                "entries": [
                    _some(bond, "case_number", "status")
                    for row in held
                    for bond in self.rows(t.bonds, **_booking_key(row))
                ],
                "detainers": person["custody_detainers"],
                "violation_grades": _split(person["custody_violation_grades"]),
                "other_hold": person["custody_other_hold"],
            },
        }

    def _court_record(self, key: str) -> Json | None:
        (person,) = self.rows(t.people, key=key)
        if person["court_outcome"] != "found":
            return None
        links = self.rows(t.person_cases, person_id=person["person_id"])
        cases = [self.rows(t.cases, case_number=link["case_number"])[0] for link in links]
        cases.sort(key=lambda case: (case["file_date"] or dt.date.min, case["case_number"]))
        names = self.rows(t.court_names, person_id=person["person_id"])
        return {
            "key": key,
            "names": [name["name"] for name in names],
            "cases": [self._case(case) for case in cases],
        }

    def _booking(self, row: Json) -> Json:
        key = _booking_key(row)
        dates = ("listed_release_date", "commitment_date", "release_date", "projected_release_date")
        housing = ("section", "block", "cell", "bed", "location", "county")
        return {
            **_some(row, "booking_number", "released", "bond_grand_total_cents", *dates),
            "physical": _some(row, *_PHYSICAL),
            "inmate": _some(row, *_INMATE),
            "housing": {name: row[f"housing_{name}"] for name in housing},
            "aliases": self._parts(t.aliases, key),
            "detainers": self._parts(t.detainers, key),
            "bonds": self._parts(t.bonds, key),
            "charges": self._parts(t.jail_charges, key),
            "hearings": self._parts(t.jail_hearings, key),
        }

    def _case(self, row: Json) -> Json:
        key = _some(row, "site", "case_number")
        facts = (
            "case_number",
            "style",
            "court",
            "case_type",
            "status",
            "file_date",
            "judicial_officer",
            "public",
        )
        charges = self.rows(t.court_charges, **key)
        return {
            **_some(row, *facts),
            "cross_references": [
                ref["other_case_number"] for ref in self.rows(t.cross_references, **key)
            ],
            "parties": [self._party(party, key) for party in self.rows(t.parties, **key)],
            "charges": [self._charge(charge, key) for charge in charges],
            "disposition_events": [
                self._event(event, key) for event in self.rows(t.disposition_events, **key)
            ],
            "bond_settings": self._parts(t.bond_settings, key),
            "events": self._parts(t.case_events, key),
            "hearings": self._parts(t.court_hearings, key),
            "financial": self._financial(key),
            "missing": _split(row["missing"]),
            "pretrial": {
                "answer": row["pretrial_answer"],
                "open_charges": [charge["number"] for charge in charges if charge["open"]],
                "reasons": _split(row["pretrial_reasons"]),
            },
        }

    def _party(self, row: Json, key: Json) -> Json:
        party = _own(row, key)
        party["address"] = row["address"].split("\n") if row["address"] else []
        of_it = key | {"party_position": row["position"]}
        return party | {"attorneys": self._parts(t.attorneys, of_it)}

    def _charge(self, row: Json, key: Json) -> Json:
        charge = _own(row, key)
        del charge["open"]
        of_it = key | {"charge_position": row["position"]}
        return charge | {"dispositions": self._parts(t.dispositions, of_it)}

    def _event(self, row: Json, key: Json) -> Json:
        of_it = key | {"event_position": row["position"]}
        outcomes, sentence = (
            self._parts(t.disposition_outcomes, of_it),
            self._parts(t.sentences, of_it),
        )
        return _own(row, key) | {"outcomes": outcomes, "sentence": sentence}

    def _financial(self, key: Json) -> Json | None:
        rows = self.rows(t.financials, **key)
        if not rows:
            return None
        of_it = key | {"financial_position": 0}
        return _own(rows[0], key) | {"transactions": self._parts(t.transactions, of_it)}

    def _parts(self, table: Table, key: Json) -> list[Json]:
        return [_own(row, key) for row in self.rows(table, **key)]


_FILES_ONLY = {"as_printed", "details"}
"""What has no column: the files have it, and ``facts`` of the versions."""


def told(value: Any) -> Any:
    """A record without what is empty: what a page does not tell need not stand there."""
    if isinstance(value, dict):
        parts = {name: told(part) for name, part in value.items() if name not in _FILES_ONLY}
        return {name: part for name, part in parts.items() if part not in (None, [], {}, False)}
    return [told(part) for part in value] if isinstance(value, (list, tuple)) else value


def _begun(row: Json) -> tuple[dt.date, str]:
    number = str(row["booking_number"])
    return row["commitment_date"] or dt.date(2000 + int(number[:2]), 1, 1), number


def _booking_key(row: Json) -> Json:
    return {"site": row["site"], "booking_number": row["booking_number"]}


def _own(row: Json, key: Json) -> Json:
    """The row without its keys and its source."""
    return {
        name: _json(value)
        for name, value in row.items()
        if name not in _SOURCE | set(key) | {"position"}
    }


def _some(row: Json, *names: str) -> Json:
    return {name: _json(row[name]) for name in names}


def _split(text: str | None) -> list[str]:
    return text.split(", ") if text else []


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
