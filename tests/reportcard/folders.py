"""Crawl folders for the tests: by hand, or from the practice county's truth, in the envelopes that
a crawl writes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from practice.people import generate
from practice.truth import truth
from scrapers.jail.records import JAIL_FORMAT, Booking, CustodyStatus, JailFile, JailRecord
from scrapers.odyssey.records import COURT_FORMAT, Case, CasePretrial, CourtFile, CourtRecord
from scrapers.record import Name, Provenance

SITE = "practice"
Json = dict[str, Any]


def moment(day: dt.date, hour: int = 9) -> dt.datetime:
    """When a crawl of that day read a file."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.timezone.utc)


def folder_of(data: Path, day: dt.date, *, site: str = SITE, name: str | None = None) -> Path:
    """A crawl folder that holds only its crawl.json."""
    folder = data / (name or f"{day.isoformat()}-{site}")
    for half in ("jail", "odyssey"):
        (folder / half).mkdir(parents=True, exist_ok=True)
    info = {
        "format": "cj-report-card/crawl",
        "identity": {"site": site, "practice": None, "record_schema": 1},
        "hash": "0123456789",
        "version": "0.1.0",
        "created_at": moment(day).isoformat().replace("+00:00", "Z"),
        "as_of": day.isoformat(),
        "asked": {},
    }
    (folder / "crawl.json").write_text(json.dumps(info), encoding="utf-8")
    return folder


def provenance(at: dt.datetime, site: str = SITE) -> Provenance:
    return Provenance(site=site, fetched_at=at, version="0.1.0")


def put_jail(folder: Path, record: JailRecord, at: dt.datetime, *, site: str = SITE) -> Path:
    """The person's jail file."""
    file = JailFile(
        format=JAIL_FORMAT,
        key=record.key,
        outcome="found",
        record=record,
        provenance=provenance(at, site),
    )
    return _put(folder / "jail", record.key, file.model_dump_json())


def put_court(
    folder: Path,
    key: str,
    record: CourtRecord | None,
    at: dt.datetime,
    *,
    outcome: Any = None,
    site: str = SITE,
) -> Path:
    """The person's court file; without a record ``not_found`` unless another outcome is named."""
    file = CourtFile(
        format=COURT_FORMAT,
        key=key,
        outcome=outcome or ("found" if record else "not_found"),
        record=record,
        provenance=provenance(at, site),
    )
    return _put(folder / "odyssey", key, file.model_dump_json())


def _put(folder: Path, key: str, text: str) -> Path:
    path = folder / f"{quote(key, safe='')}.json"
    path.write_text(text, encoding="utf-8")
    return path


def put_roster(folder: Path, people: Iterable[Mapping[str, Any]]) -> None:
    """The frozen roster, as far as loading reads it."""
    (folder / "roster.json").write_text(json.dumps({"people": list(people)}), encoding="utf-8")


def person(
    key: str,
    *booking_numbers: str,
    name: str = "SAMPLE, JORDAN",
    born: dt.date | None = dt.date(1990, 1, 2),
    permanent_id: str | None = None,
    custody: Any = "pretrial_by_label",
    **booking: Any,
) -> JailRecord:
    """A jail record by hand; what is left over goes into each of its bookings."""
    last, _, first = name.partition(", ")
    return JailRecord(
        key=key,
        permanent_id=permanent_id if permanent_id or key.startswith("booking-") else key,
        name=Name(full=name, last=last, first=first or None),
        date_of_birth=born,
        bookings=tuple(Booking(booking_number=number, **booking) for number in booking_numbers),
        custody_status=CustodyStatus(answer=custody, rule="all_open", as_of=dt.date(2026, 1, 5)),
    )


def case(number: str, **facts: Any) -> Case:
    """A case by hand."""
    pretrial = facts.pop("pretrial", CasePretrial(answer="unknown", reasons=("no_charges",)))
    return Case(case_number=number, style=f"STATE VS {number}", pretrial=pretrial, **facts)


def history(key: str, *cases: Case, names: tuple[str, ...] = ("SAMPLE, JORDAN",)) -> CourtRecord:
    """A court record by hand."""
    return CourtRecord(key=key, names=names, cases=cases)


def county(data: Path, people: int, *, seed: int = 1, day: int = 0) -> tuple[Path, list[Json]]:
    """The crawl folder that a perfect crawl of the practice county leaves on that day, and its
    truth."""
    world = generate(people, seed, day)
    today = dt.date(2026, 1, 5) + dt.timedelta(day)
    lines = list(truth(world, today, outcomes=True))
    folder, at = folder_of(data, today), moment(today)
    for line in lines:
        put_jail(folder, JailRecord.model_validate(line["jail"]), at)
        record = CourtRecord.model_validate(line["odyssey"]) if line["odyssey"] else None
        put_court(folder, line["key"], record, at, outcome=line["outcome"])
    return folder, lines
