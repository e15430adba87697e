"""Reads a visit with the project's own parsers: the records show what is personal, and a recording
must read alike."""

from __future__ import annotations

from dataclasses import replace

from replay.anonymize.personal import person_of
from replay.exchange import Exchange
from scrapers.products import product_of
from scrapers.saved import PageReading
from scrapers.sites import Site

_NOBODY = "|"
"""The person of a visit without a search: all its dates are shifted alike."""


def readings(exchange: Exchange, site: Site) -> list[PageReading]:
    """Every step that a parser can read, in order; pages without a record (a search form) are left
    out. ``person`` of each is whose dates the page shows, "" for a list of many people."""
    pages = product_of(site, exchange.half).saved.readings(exchange.steps, site)
    return sorted((_with_person(page) for page in pages), key=lambda page: page.steps)


def _with_person(page: PageReading) -> PageReading:
    if page.person is None:
        return replace(page, person=_NOBODY)
    return replace(page, person=person_of(page.person) if page.person else "")
