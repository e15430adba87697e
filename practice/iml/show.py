"""How the inmate lookup prints facts: dates, money, names, heights (docs/portals/iml.md)."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup, escape

from practice.facts import BondFacts, DetaineeFacts, JailHearingFacts, NameFacts

PLACEHOLDER = "01/01/1900"
"""What clerks type where a birth date is not known."""
COMMAS_FROM_CENTS = 1_000_000
"""Amounts from 10,000.00 on carry thousands commas; the grand total always does."""


def date(value: dt.date | None) -> str:
    """``MM/DD/YYYY``, or nothing."""
    return value.strftime("%m/%d/%Y") if value else ""


def birth_date(person: DetaineeFacts) -> str:
    """As the county prints it of this person: full, masked, the placeholder, or nothing."""
    if person.jail_birth_date == "placeholder":
        return PLACEHOLDER
    if person.jail_birth_date == "absent":
        return ""
    if person.jail_birth_date == "masked":
        return f"XX/XX/{person.birth_date.year:04d}"
    return date(person.birth_date)


def money(cents: int | None) -> str:
    """``5000.00`` without a sign."""
    if cents is None:
        return ""
    return f"{cents / 100:,.2f}" if cents >= COMMAS_FROM_CENTS else f"{cents / 100:.2f}"


def amount(bond: BondFacts) -> str:
    """The bond's amount, or the words in its place."""
    return bond.amount_words or money(bond.amount_cents)


def currency(bond: BondFacts) -> str:
    """``¤ 1,000.00``, as Salt Lake writes amounts, or the words."""
    if bond.amount_words or bond.amount_cents is None:
        return bond.amount_words or ""
    return f"¤ {bond.amount_cents / 100:,.2f}"


def moment(value: dt.datetime | None) -> str:
    """``2026-01-21 17:20:00.0``."""
    return f"{value:%Y-%m-%d %H:%M:%S}.0" if value else ""


def grand_total(cents: int | None) -> str:
    """``5,000.00``; nothing owed is written ``0.0``."""
    if cents is None:
        return ""
    return f"{cents / 100:,.2f}" if cents else "0.0"


def court_date(hearing: JailHearingFacts) -> str:
    """``09/30/2026 09:00``, the date alone, or words."""
    if hearing.words:
        return hearing.words
    return f"{date(hearing.date)} {hearing.time:%H:%M}" if hearing.time else date(hearing.date)


def quoted(value: str | None) -> Markup:
    """Text with the portal's own entities for quotes: ``5&#039; 10&#034;``."""
    plain = str(escape(value or ""))
    return Markup(plain.replace("&#39;", "&#039;").replace("&#34;", "&#034;"))


def padded(value: str | None, width: int = 12) -> str:
    """A fixed-width column of the county's database: trailing blanks come with the value."""
    return (value or "").ljust(width) if value else ""


def list_name(name: NameFacts, booking_number: str) -> str:
    """``LAST, FIRST MIDDLE JR``; some rows have blanks before the comma, as one scraper met
    them."""
    given = " ".join(part for part in (name.first, name.middle, name.suffix) if part)
    if not given:
        return name.last
    blanks = "   " if booking_number.endswith("7") else ""
    return f"{name.last}{blanks}, {given}"


def page_name(name: NameFacts) -> str:
    """The detail page's order: first, middle, last."""
    return " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)
