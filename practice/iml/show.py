"""How the inmate lookup prints facts: dates, money, names, heights (iml.md, sections 2 and 3)."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup, escape

from practice.facts import DetaineeFacts, JailHearingFacts, NameFacts

COMMAS_FROM_CENTS = 1_000_000
"""Amounts from 10,000.00 on carry thousands commas; the grand total always does."""


def date(value: dt.date | None) -> str:
    """``MM/DD/YYYY``, or nothing."""
    return value.strftime("%m/%d/%Y") if value else ""


def birth_date(person: DetaineeFacts) -> str:
    """As the county prints it of this person: full, masked, or nothing."""
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


def grand_total(cents: int | None) -> str:
    """``5,000.00``; nothing owed is written ``0.0``."""
    if cents is None:
        return ""
    return f"{cents / 100:,.2f}" if cents else "0.0"


def court_date(hearing: JailHearingFacts) -> str:
    """``09/30/2026 09:00``, or the date alone."""
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
