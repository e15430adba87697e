"""One booking's page (iml.md, section 2.4), in both layouts and with what single counties call
differently."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import LayoutChanged, SearchLost, WrongRecord
from scrapers.jail.parse.end import check_end
from scrapers.jail.parse.listing import LIST_FIELD, SEARCH_FIELD, not_expected
from scrapers.jail.parse.read import the_date, the_moment, the_money
from scrapers.jail.parse.sections import Section, groups, key, sections_of
from scrapers.jail.records import (
    Alias,
    Bond,
    Booking,
    Charge,
    Detainer,
    Hearing,
    Housing,
    Inmate,
    Physical,
)
from scrapers.markup import first, page_of, words

SECTIONS = (
    "Inmate Information",
    "Incarceration Information",
    "Alias Information",
    "Detainer Information",
    "Bond Information",
    "Charge Information",
)
"""Every good page has them; counties with the newer layout also have `HEARINGS`."""
HEARINGS = "Hearing Information"

_PHYSICAL = {
    "sex": "sex",
    "height": "height",
    "weight": "weight",
    "hair color": "hair_color",
    "hair length": "hair_length",
    "eye color": "eye_color",
    "complexion": "complexion",
}
_INMATE = {
    "race": "race",
    "ethnicity": "ethnicity",
    "state id": "state_id",
    "police/county id": "police_id",
    "fbi#": "fbi_number",
    "fbi": "fbi_number",
    "ice#": "ice_number",
    "ins": "ice_number",
    "marital status": "marital_status",
    "citizen": "citizen",
    "country of birth": "country_of_birth",
    "cob": "country_of_birth",
}
_HOUSING = {
    "current housing section": "section",
    "current housing block": "block",
    "current housing cell": "cell",
    "current housing bed": "bed",
    "current location": "location",
    "county": "county",
}
_DATES = {
    "commitment date": "commitment_date",
    "booking date": "commitment_date",
    "booked date": "commitment_date",
    "release date": "release_date",
    "projected release date": "projected_release_date",
}
_COMMITTED = ("commitment date", "booking date", "booked date")
_PERMANENT = ("permanent id#", "permanent id", "so#")
_BOOKING = ("booking#", "booking number")
_ALIAS = {"last name": "last", "first name": "first", "middle name": "middle"}
_DETAINER = {
    "comp date": "comp_date",
    "comp no": "comp_number",
    "issued by": "issued_by",
    "set by": "set_by",
}
_BOND = {
    "case#": "case_number",
    "amount": "amount_cents",
    "percent": "percent",
    "additional": "additional_cents",
    "total": "total_cents",
    "bond type": "type",
    "status": "status",
    "posted by": "posted_by",
    "post date": "post_date",
}
_BOND_MUST = ("case#", "amount", "bond type", "status")
"""What the custody rule and every sum depend on; the other labels differ by county."""
_CHARGE = {
    "case#": "case_number",
    "offense date": "offense_date",
    "code": "code",
    "description": "description",
    "grade": "grade",
    "degree": "degree",
}

_CHARGE_MUST = ("case#", "offense date", "code", "description")

Extra = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Detail:
    """What a booking's page says. ``booking`` lacks what only the list knows. ``extra``: by
    section, what is not understood."""

    booking: Booking
    name: str | None
    permanent_id: str | None
    date_of_birth: dt.date | None
    extra: Extra


class _Page:
    """The sections of one page, the labels used up so far, and the rest."""

    def __init__(self, sections: Mapping[str, Section], url: str) -> None:
        self.sections = sections
        self.url = url
        self._rest: dict[str, dict[str, list[str | None]]] = defaultdict(lambda: defaultdict(list))

    def keep(self, section: str, label: str, value: str | None) -> None:
        """Keeps what is not understood."""
        self._rest[section][label].append(value)

    def entries(
        self,
        title: str,
        fields: Mapping[str, str],
        *,
        must: Collection[str],
        also: Collection[str] = (),
    ) -> list[dict[str, str | None]]:
        """The entries of a section by field name, without those whose values are all blank.

        ``must``: labels without which an entry is not what we take it for. Any other known label
        may be missing in a county, but not where a strange one (not in ``also``) stands instead: a
        renamed label must not go missing silently."""
        section = self.sections.get(title, Section(title))
        found = []
        for group in groups(section):
            labels = {key(label) for label in group}
            lacking = [label for label in fields if label not in labels]
            strange = labels - {*fields, *also}
            if lacking and (strange or any(label in must for label in lacking)):
                raise LayoutChanged(self.url, f"labels of {title}", lacking, sorted(group))
            entry = {
                fields[key(label)]: value for label, value in group.items() if key(label) in fields
            }
            for label, value in group.items():
                if key(label) not in fields and value is not None:
                    self.keep(title, label, value)
            if any(value is not None for value in entry.values()):
                found.append(entry)
        for note in section.notes:
            self.keep(title, "", note)
        return found

    def extra(self) -> Extra:
        """What was kept: by section and label, one value, or a list where a label stands more than
        once."""
        return {
            section: {
                label: values[0] if len(values) == 1 else values for label, values in labels.items()
            }
            for section, labels in self._rest.items()
        }


def detail_page(
    html: str, url: str, *, zone: ZoneInfo, booking_number: str | None = None, hearings: bool = True
) -> Detail:
    """Reads the page of the booking that was asked for; ``hearings``: the county's pages have that
    section.

    Raises SearchLost for the empty template of a session that is not armed (or for another page of
    the product), WrongRecord for another booking, Dropped for a page that was cut short,
    LayoutChanged for one that lacks what every good one has."""
    root = page_of(html)
    try:
        sections = sections_of(root, url)
    except LayoutChanged:
        check_end(html, url)  # what a page lacks may stand behind the place where it was cut
        raise
    required = (*SECTIONS, HEARINGS) if hearings else SECTIONS
    if len(sections) == 1:
        raise not_expected(
            root,
            html,
            url,
            "sections of a booking's page",
            ", ".join(required),
            others=(SEARCH_FIELD, LIST_FIELD),
        )
    check_end(html, url)
    missing = [title for title in required if title not in sections]
    if missing:
        raise LayoutChanged(
            url, "sections of a booking's page", list(required), [t for t in sections if t]
        )
    page = _Page(sections, url)
    facts = _facts(page)
    printed = _first(facts, _BOOKING)
    _must(facts, _BOOKING, "Booking #", url)
    if printed is None:
        raise SearchLost("the booking's page came with every value empty", url=url)
    if booking_number is not None and printed != booking_number:
        raise WrongRecord(
            f"asked for booking {booking_number}, the page is about {printed}", url=url
        )
    _must(facts, ("dob",), "DOB", url)
    _must(facts, _COMMITTED, "Commitment Date", url)
    dates = {field: the_date(value, url, field) for field, value in _part(facts, _DATES).items()}
    booking = Booking(
        booking_number=printed,
        physical=Physical(**_part(facts, _PHYSICAL)),
        inmate=Inmate(**_part(facts, _INMATE)),
        housing=Housing(**_part(facts, _HOUSING)),
        commitment_date=dates.get("commitment_date"),
        release_date=dates.get("release_date"),
        projected_release_date=dates.get("projected_release_date"),
        aliases=tuple(
            Alias(**entry) for entry in page.entries("Alias Information", _ALIAS, must=_ALIAS)
        ),
        detainers=tuple(_detainers(page)),
        bond_grand_total_cents=_grand_total(page),
        bonds=tuple(_bonds(page)),
        charges=tuple(_charges(page)),
        hearings=tuple(_hearings(page, zone)),
    )
    _unknown(page)
    return Detail(
        booking=booking,
        name=words(first(root, "font.bodywhite")),
        permanent_id=_first(facts, _PERMANENT),
        date_of_birth=the_date(facts.get("dob"), url, "DOB"),
        extra=page.extra(),
    )


def _must(facts: Mapping[str, str | None], names: Iterable[str], label: str, url: str) -> None:
    if not any(name in facts for name in names):
        raise LayoutChanged(url, "labels of a booking's page", f"label {label}", sorted(facts))


def _facts(page: _Page) -> dict[str, str | None]:
    """Labels and values of the three parts that are only that; counties move labels between
    them."""
    facts: dict[str, str | None] = {}
    for title in ("", *SECTIONS[:2]):
        for label, value in page.sections[title].pairs:
            if facts.get(key(label)) is None:
                facts[key(label)] = value
    return facts


def _unknown(page: _Page) -> None:
    """Keeps the labels that nobody knows, and what stands alone: a value whose label is gone is not
    dropped in silence."""
    known = {*_PHYSICAL, *_INMATE, *_HOUSING, *_DATES, *_PERMANENT, *_BOOKING, "dob", "name"}
    for title, section in page.sections.items():
        plain = title in ("", *SECTIONS[:2])
        if title in (*SECTIONS, HEARINGS) and not plain:
            continue  # `entries` has kept theirs
        lines = [*section.pairs, *(cell for row in section.rows for cell in row.items())]
        for label, value in lines:
            if not plain or key(label) not in known:
                page.keep(title or "Physical", label, value)
        for note in section.notes:
            page.keep(title or "Physical", "", note)


def _first(facts: Mapping[str, str | None], labels: Iterable[str]) -> str | None:
    return next((facts[label] for label in labels if facts.get(label)), None)


def _part(facts: Mapping[str, str | None], fields: Mapping[str, str]) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for label, field in fields.items():
        if facts.get(label) is not None:
            part.setdefault(field, facts[label])
    return part


def _detainers(page: _Page) -> Iterable[Detainer]:
    for entry in page.entries("Detainer Information", _DETAINER, must=_DETAINER):
        values: dict[str, Any] = {
            **entry,
            "comp_date": the_date(entry.get("comp_date"), page.url, "Comp Date"),
        }
        yield Detainer(**values)


def _grand_total(page: _Page) -> int | None:
    """The section's last line, taken out of the pairs so that it is no entry's."""
    bonds = page.sections["Bond Information"]
    totals = [value for label, value in bonds.pairs if key(label) == "grand total"]
    bonds.pairs = [pair for pair in bonds.pairs if key(pair[0]) != "grand total"]
    return the_money(totals[-1], page.url, "Grand Total") if totals else None


def _bonds(page: _Page) -> Iterable[Bond]:
    for entry in page.entries(
        "Bond Information", _BOND, must=_BOND_MUST, also=("set by", "set date")
    ):
        values: dict[str, Any] = dict(entry)
        for field in ("amount_cents", "additional_cents", "total_cents"):
            values[field] = the_money(
                entry.get(field), page.url, f"bond {field.removesuffix('_cents')}"
            )
        values["post_date"] = the_date(entry.get("post_date"), page.url, "Post Date")
        yield Bond(**values)


def _charges(page: _Page) -> Iterable[Charge]:
    section = page.sections["Charge Information"]
    if section.notes and not section.rows:
        raise LayoutChanged(page.url, "header of Charge Information", sorted(_CHARGE), "none")
    for entry in page.entries("Charge Information", _CHARGE, must=_CHARGE_MUST, also=("court",)):
        values: dict[str, Any] = {
            **entry,
            "offense_date": the_date(entry.get("offense_date"), page.url, "Offense Date"),
        }
        yield Charge(**values)


def _hearings(page: _Page, zone: ZoneInfo) -> Iterable[Hearing]:
    fields = {"case#": "case_number", "next court date": "date"}
    for entry in page.entries(HEARINGS, fields, must=fields):
        day, moment = the_moment(entry.get("date"), zone, page.url, "Next Court Date")
        yield Hearing(case_number=entry.get("case_number"), date=day, starts_at=moment)
