"""The database's tables. What they mean, and how they hang together, is drawn in
``docs/database.md``.

Money is in integer cents (``*_cents``), dates are DATE, times are ISO text with their offset
(`reportcard.columns`), ids are text, an absent value is NULL, never an empty text. ``site`` stands
in every natural key, so that one database holds many counties. ``position`` counts from 0 in page
order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy import ForeignKeyConstraint as ForeignKeys

from reportcard.columns import LocalTime, UtcTime, part_of, source

SCHEMA = 2
"""Version of the tables; a database of another version is refused, and filled anew from the
files."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text) for name in names]


def _dates(*names: str) -> list[Column[Any]]:
    return [Column(name, Date) for name in names]


def _cents(*names: str, nullable: bool = True) -> list[Column[Any]]:
    return [Column(name, BigInteger, nullable=nullable) for name in names]


def _must(name: str, kind: Any = Text, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


def _key(name: str, *constraints: Any) -> Column[Any]:
    return Column(name, Text, *constraints, primary_key=True)


database_info = Table("database_info", metadata, _key("name"), _must("value"))

# --- crawls and people --------------------------------------------------------------------------------------

crawls = Table(
    "crawls",
    metadata,
    _key("crawl_id"),
    _must("site"),
    _must("day", Date, comment="the county's day when the crawl began"),
    Column("created_at", UtcTime),
    Column("identity_hash", Text),
    Index(None, "site", "day"),
)

people = Table(
    "people",
    metadata,
    _key("person_id"),
    _must("site", index=True),
    _must("key", comment="the newest crawl's key: a permanent id, or booking-<number>"),
    *_texts("permanent_id"),
    _must("name"),
    *_texts("last", "first", "middle", "suffix"),
    *_dates("date_of_birth"),
    _must(
        "birth_date_conflict",
        Boolean,
        comment="two birth dates were seen: see birth_dates and conflicts",
    ),
    *_texts("custody_answer", "custody_rule"),
    *_dates("custody_as_of"),
    Column("custody_detainers", Integer),
    *_texts("custody_violation_grades"),
    Column("custody_other_hold", Boolean),
    Column("jail_fetched_at", UtcTime),
    *_texts("court_outcome"),
    Column("court_fetched_at", UtcTime),
    Column("court_crawl_id", Text, ForeignKey("crawls.crawl_id"), index=True),
    *_texts("court_source_file"),
    *source(),
    Index(None, "last", "first"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("crawl_id", Text, ForeignKey("crawls.crawl_id"), primary_key=True),
    _key("key"),
    _must("person_id", Text, index=True),
    *_texts("jail_outcome", "permanent_id", "name"),
    *_dates("date_of_birth"),
    *_texts("custody_answer", "custody_rule"),
    Column("custody_other_hold", Boolean),
    Column("jail_fetched_at", UtcTime),
    *_texts("jail_source_file", "court_outcome"),
    Column("court_candidates", Integer),
    Column("court_fetched_at", UtcTime),
    *_texts("court_source_file"),
    ForeignKeys(["person_id"], ["people.person_id"]),
    comment="what one crawl said of one person; source files by half",
)


def _dated(name: str, value: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        _key("person_id", ForeignKey("people.person_id", ondelete="CASCADE")),
        value,
        _must("first_seen_at", UtcTime),
        _must("last_seen_at", UtcTime),
        *source(),
    )


permanent_ids = _dated("permanent_ids", Column("permanent_id", Text, primary_key=True, index=True))
birth_dates = _dated("birth_dates", Column("date_of_birth", Date, primary_key=True))

conflicts = Table(
    "conflicts",
    metadata,
    _key("person_id", ForeignKey("people.person_id", ondelete="CASCADE")),
    _key("kind"),
    _key("detail"),
    *source(),
    comment="what a person should look at: two_birth_dates, shared_permanent_id, split, merged",
)

# --- the jail -----------------------------------------------------------------------------------------------

bookings = Table(
    "bookings",
    metadata,
    _key("site"),
    _key("booking_number"),
    _must("person_id", Text, index=True),
    *_dates("listed_release_date"),
    _must("released", Boolean),
    *_dates("commitment_date", "release_date", "projected_release_date"),
    *_texts("sex", "height", "weight", "hair_color", "hair_length", "eye_color", "complexion"),
    *_texts(
        "race", "ethnicity", "state_id", "police_id", "fbi_number", "ice_number", "marital_status"
    ),
    *_texts("citizen", "country_of_birth"),
    *_texts(
        "housing_section",
        "housing_block",
        "housing_cell",
        "housing_bed",
        "housing_location",
        "housing_county",
    ),
    *_cents("bond_grand_total_cents"),
    _must("fetched_at", UtcTime),
    *source(),
    ForeignKeys(["person_id"], ["people.person_id"]),
)

_BOOKING = ("bookings", "site", "booking_number")

aliases = Table(
    "aliases", metadata, *part_of(*_BOOKING), *_texts("last", "first", "middle"), *source()
)

detainers = Table(
    "detainers",
    metadata,
    *part_of(*_BOOKING),
    *_dates("comp_date"),
    *_texts("comp_number", "issued_by", "set_by"),
    *source(),
)

bonds = Table(
    "bonds",
    metadata,
    *part_of(*_BOOKING),
    Column("case_number", Text, index=True),
    *_cents("amount_cents"),
    *_texts("percent"),
    *_cents("additional_cents", "total_cents"),
    *_texts("type", "status", "posted_by"),
    *_dates("post_date"),
    *source(),
)

jail_charges = Table(
    "jail_charges",
    metadata,
    *part_of(*_BOOKING),
    Column("case_number", Text, index=True),
    *_dates("offense_date"),
    *_texts("code", "description", "grade", "degree"),
    *source(),
)

jail_hearings = Table(
    "jail_hearings",
    metadata,
    *part_of(*_BOOKING),
    Column("case_number", Text, index=True),
    *_dates("date"),
    Column("starts_at", LocalTime),
    *source(),
)

BOOKING_PARTS = (aliases, detainers, bonds, jail_charges, jail_hearings)

# --- the court ----------------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    _key("site"),
    _key("case_number"),
    *_texts("style"),
    *_texts("court", "case_type", "status"),
    *_dates("file_date"),
    *_texts("judicial_officer"),
    _must("public", Boolean),
    _must("pretrial_answer"),
    *_texts("pretrial_reasons", "missing"),
    _must("fetched_at", UtcTime),
    *source(),
)

person_cases = Table(
    "person_cases",
    metadata,
    _key("person_id", ForeignKey("people.person_id", ondelete="CASCADE")),
    _key("site"),
    _key("case_number"),
    *source(),
    ForeignKeys(["site", "case_number"], ["cases.site", "cases.case_number"], ondelete="CASCADE"),
    Index(None, "site", "case_number"),
)

court_names = Table(
    "court_names", metadata, *part_of("people", "person_id"), _must("name"), *source()
)

_CASE = ("cases", "site", "case_number")

cross_references = Table(
    "cross_references",
    metadata,
    *part_of(*_CASE),
    _must("other_case_number", Text, index=True),
    *source(),
)

parties = Table(
    "parties",
    metadata,
    *part_of(*_CASE),
    *_texts("role"),
    _must("name"),
    *_dates("date_of_birth"),
    *_texts("race", "sex", "address"),
    *source(),
)

attorneys = Table(
    "attorneys",
    metadata,
    *part_of("parties", "site", "case_number", "party_position"),
    _must("name", Text, index=True),
    _must("lead", Boolean),
    *_texts("kind"),
    *source(),
)

court_charges = Table(
    "court_charges",
    metadata,
    *part_of(*_CASE),
    *_texts("number"),
    *_texts("party"),
    *_texts("description"),
    *_texts("statute", "degree"),
    *_dates("offense_date", "filed_date", "amended_date"),
    *_texts("original_description"),
    _must("open", Boolean, comment="among the open charges of the case's pretrial answer"),
    *source(),
)

dispositions = Table(
    "dispositions",
    metadata,
    *part_of("court_charges", "site", "case_number", "charge_position"),
    *_dates("date"),
    *_texts("event"),
    _must("result"),
    *source(),
    comment="what events said of one charge, pleas too, oldest first",
)

disposition_events = Table(
    "disposition_events",
    metadata,
    *part_of(*_CASE),
    *_dates("date"),
    *_texts("name"),
    *_texts("judicial_officer"),
    *source(),
)

disposition_outcomes = Table(
    "disposition_outcomes",
    metadata,
    *part_of("disposition_events", "site", "case_number", "event_position"),
    *_texts("charge_number", "description", "result"),
    *source(),
    comment="the lines of an event, as the page prints them",
)

sentences = Table(
    "sentences",
    metadata,
    *part_of("disposition_events", "site", "case_number", "event_position"),
    *_texts("kind"),
    _must("text"),
    *source(),
)

case_events = Table(
    "case_events",
    metadata,
    *part_of(*_CASE),
    *_dates("date"),
    *_texts("name"),
    *_texts("comment"),
    *source(),
)

court_hearings = Table(
    "court_hearings",
    metadata,
    *part_of(*_CASE),
    *_dates("date"),
    *_texts("type"),
    Column("starts_at", LocalTime),
    *_texts("judicial_officer", "result", "comment"),
    *source(),
)

bond_settings = Table(
    "bond_settings",
    metadata,
    *part_of(*_CASE),
    *_dates("date"),
    *_cents("amount_cents"),
    *_texts("text", "comment"),
    *source(),
)

financials = Table(
    "financials",
    metadata,
    *part_of(*_CASE),
    *_texts("party"),
    *_cents("assessed_cents", "payments_and_credits_cents"),
    *source(),
)

transactions = Table(
    "transactions",
    metadata,
    *part_of("financials", "site", "case_number", "financial_position"),
    *_dates("date"),
    *_texts("description", "receipt"),
    *_cents("amount_cents"),
    *source(),
)

CASE_PARTS = (
    cross_references,
    parties,
    attorneys,
    court_charges,
    dispositions,
    disposition_events,
    disposition_outcomes,
    sentences,
    case_events,
    court_hearings,
    bond_settings,
    financials,
    transactions,
)
"""Everything that belongs to a case, parents before their own parts."""
