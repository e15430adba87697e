"""Where both halves meet: what the court confirms of those whom the jail lists, worked out from
what stands in the database after a load, so that the order of loads does not matter.

``people.custody`` is the jail's label, or ``pretrial_confirmed`` by the rule of
`scrapers.custody`; ``people.court_custody`` is the court's own answer by the rule of
`reportcard.panel.custody`, whatever the label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Table, bindparam, select, update

from reportcard import tables as t
from reportcard.load_rows import Row
from reportcard.load_state import chunks
from reportcard.panel.custody import custody_of
from reportcard.panel.facts import (
    BondFacts,
    CaseFacts,
    ChargeFacts,
    CourtChargeFacts,
    PageFacts,
)
from reportcard.panel.words import words_of
from scrapers.custody import CONFIRMABLE, confirms


def derive_custody(connection: Connection, people: Iterable[str]) -> None:
    """Work the court's side out for these people, and write it into ``people``."""
    c = t.people.c
    wanted = (c.person_id, c.site, c.crawl_id, c.custody_answer, c.custody_other_hold)
    for some in chunks(sorted(people)):
        rows = connection.execute(
            select(*wanted, c.court_outcome, c.court_unread_parts).where(c.person_id.in_(some))
        ).all()
        pages = _pages(connection, some)
        cases = _cases(connection, some)
        values = [
            _answer(dict(row._mapping), pages.get(row.person_id, []), cases.get(row.person_id, {}))
            for row in rows
        ]
        if values:
            statement = update(t.people).where(c.person_id == bindparam("of"))
            connection.execute(
                statement.values({name: bindparam(name) for name in values[0] if name != "of"}),
                values,
            )


def _answer(person: Row, pages: list[PageFacts], cases: Mapping[str, CaseFacts]) -> Row:
    label, found = person["custody_answer"], person["court_outcome"]
    blank: Row = {
        "of": person["person_id"],
        "custody": label,
        "court_custody": None,
        "court_reason": None,
        "court_also_held": None,
    }
    if label is None or not pages:
        return blank
    known = cases if found == "found" else {}
    whole = not person["court_unread_parts"]
    custody = custody_of(pages, found, whole, known.get, words_of(person["site"]))
    listed = tuple(dict.fromkeys(number for page in pages for number in page.listed_cases))
    confirmed = (
        label in CONFIRMABLE
        and not person["custody_other_hold"]
        and whole
        and confirms(listed, {number: case.answer for number, case in known.items()})
    )
    return {
        **blank,
        "custody": "pretrial_confirmed" if confirmed else label,
        "court_custody": custody.answer,
        "court_reason": custody.reason,
        "court_also_held": custody.also,
    }


def _pages(connection: Connection, people: Sequence[str]) -> dict[str, list[PageFacts]]:
    """The pages of the bookings still held by the newest file of each."""
    b, p = t.bookings.c, t.people.c
    wanted = (
        select(b.person_id, b.site, b.booking_number)
        .join(t.people, p.person_id == b.person_id)
        .where(b.person_id.in_(people), b.crawl_id == p.crawl_id, ~b.released)
        .order_by(b.booking_number)
    )
    held = connection.execute(wanted).all()
    keys = [row.booking_number for row in held]
    site = held[0].site if held else ""
    bonds, charges, hearings, detainers = (
        _parts(connection, table, site, keys)
        for table in (t.bonds, t.jail_charges, t.jail_hearings, t.detainers)
    )
    pages: dict[str, list[PageFacts]] = defaultdict(list)
    for row in held:
        number = row.booking_number
        pages[row.person_id].append(
            PageFacts(
                bonds=tuple(BondFacts(one["case_number"]) for one in bonds[number]),
                charges=tuple(
                    ChargeFacts(one["case_number"], grade=one["grade"]) for one in charges[number]
                ),
                hearings=tuple((one["case_number"], one["date"]) for one in hearings[number]),
                detainers=len(detainers[number]),
            )
        )
    return pages


def _parts(
    connection: Connection, table: Table, site: str, numbers: Sequence[str]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for some in chunks(numbers):
        wanted = (
            select(table)
            .where(table.c.site == site, table.c.booking_number.in_(some))
            .order_by(table.c.booking_number, table.c.position)
        )
        for row in connection.execute(wanted).mappings():
            found[row["booking_number"]].append(dict(row))
    return found


def _cases(connection: Connection, people: Sequence[str]) -> dict[str, dict[str, CaseFacts]]:
    """The cases of each, with their open charges and cross-references."""
    link, c = t.person_cases.c, t.cases.c
    same = (c.site == link.site) & (c.case_number == link.case_number)
    wanted = (
        select(link.person_id, c.site, c.case_number, c.pretrial_answer, c.pretrial_reasons)
        .join(t.cases, same)
        .where(link.person_id.in_(people))
    )
    rows = connection.execute(wanted).all()
    numbers = sorted({row.case_number for row in rows})
    site = rows[0].site if rows else ""
    opened, linked = set[str](), defaultdict[str, list[str]](list)
    for some in chunks(numbers):
        o = t.court_charges.c
        still = select(o.case_number).where(o.site == site, o.case_number.in_(some), o.open)
        opened.update(connection.execute(still).scalars())
        r = t.cross_references.c
        references = (
            select(r.case_number, r.other_case_number)
            .where(r.site == site, r.case_number.in_(some))
            .order_by(r.case_number, r.position)
        )
        for number, other in connection.execute(references):
            linked[number].append(other)
    found: dict[str, dict[str, CaseFacts]] = defaultdict(dict)
    for row in rows:
        number = row.case_number
        found[row.person_id][number] = CaseFacts(
            number,
            answer=row.pretrial_answer,
            reasons=tuple((row.pretrial_reasons or "").split(", ")),
            charges=(CourtChargeFacts(open=True),) if number in opened else (),
            references=tuple(linked[number]),
        )
    return found
