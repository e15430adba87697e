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

SCHEMA = 3
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


def _cents(*names: str) -> list[Column[Any]]:
    return [Column(name, BigInteger) for name in names]


def _counts(*names: str) -> list[Column[Any]]:
    return [Column(name, Integer) for name in names]


def _must(name: str, kind: Any = Text, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


def _key(name: str, *constraints: Any) -> Column[Any]:
    return Column(name, Text, *constraints, primary_key=True)


database_info = Table("database_info", metadata, _key("name"), _must("value"))

# --- crawls and people --------------------------------------------------------------------------

crawls = Table(
    "crawls",
    metadata,
    _key("crawl_id"),
    _must("site"),
    _must("day", Date, comment="the county's day when the crawl began"),
    Column("created_at", UtcTime),
    Column("identity_hash", Text),
    _must("kind", comment="roster: the county's list; list: people whom the user named"),
    _must("search", comment="what the list was asked for: all, or in-custody"),
    _must("state", comment="no_roster, unfinished, complete, complete_with_failures"),
    _must("exact", Boolean, comment="the list was proved complete"),
    *_texts("reasons"),
    Column("read_at", UtcTime, comment="when the list was read"),
    *_counts("roster_people", "roster_rows"),
    Column("rows_hash", Text, comment="fingerprint of the list's rows"),
    Column("asked_limit", Integer, comment="the first so many of the list were asked about"),
    Column("asked_only", Integer, comment="so many keys were asked about"),
    *_counts("jail_asked", "jail_known", "jail_failed"),
    *_counts("court_asked", "court_known", "court_failed"),
    *_counts("jail_partly_read", "court_partly_read", "cases_read", "cases_unread"),
    _must("from_future", Boolean, comment="its clock was ahead: any other crawl goes before it"),
    Index(None, "site", "day"),
)

listings = Table(
    "listings",
    metadata,
    Column("listing_id", BigInteger, primary_key=True, autoincrement=False),
    _must("site"),
    _must("booking_number"),
    *_texts("handle", "permanent_id", "name"),
    *_dates("date_of_birth", "listed_release_date"),
    Index(None, "site", "booking_number"),
    comment="a row of the county's list, once for all crawls that showed it so",
)

booking_versions = Table(
    "booking_versions",
    metadata,
    Column("version_id", BigInteger, primary_key=True, autoincrement=False),
    _must("site"),
    _must("booking_number"),
    *_dates("commitment_date", "release_date"),
    *_texts("housing_location"),
    *_cents("bond_total_cents"),
    *_texts("bond_types", "bond_statuses", "grades"),
    _must("facts", comment="the whole booking as JSON, without what is empty"),
    Index(None, "site", "booking_number"),
    comment="a booking's page in one of its versions",
)

crawl_listings = Table(
    "crawl_listings",
    metadata,
    _key("crawl_id", ForeignKey("crawls.crawl_id")),
    Column(
        "listing_id",
        BigInteger,
        ForeignKey("listings.listing_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("version_id", BigInteger, ForeignKey("booking_versions.version_id")),
    sqlite_with_rowid=False,
    comment="what one crawl's list showed, and which version of the page it read",
)

listed_bookings = Table(
    "listed_bookings",
    metadata,
    _key("site"),
    _key("booking_number"),
    _must("first_listed_on", Date),
    _must("last_listed_on", Date),
    _must("last_read_at", UtcTime),
    Column("last_crawl_id", Text, ForeignKey("crawls.crawl_id"), nullable=False),
    *_dates("listed_release_date"),
    comment="first and last sight of a booking on the list, and the release date listed last",
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
    Column("custody", Text, comment="custody_answer, or pretrial_confirmed by the court"),
    Column("court_custody", Text, comment="waiting, not_waiting or unknown, by the court alone"),
    *_texts("court_reason"),
    Column("court_also_held", Boolean, comment="waits, and is held for something else too"),
    Column("jail_fetched_at", UtcTime),
    *_texts("court_outcome"),
    Column("court_fetched_at", UtcTime),
    Column("court_crawl_id", Text, ForeignKey("crawls.crawl_id"), index=True),
    *_texts("court_source_file"),
    Column("court_unread_parts", Integer),
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
    *_counts("jail_unread_parts", "court_unread_parts", "court_candidates"),
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

# --- the jail -----------------------------------------------------------------------------------

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
    Column("version_id", BigInteger, comment="of booking_versions"),
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
    *_dates("post_date", "set_date"),
    *_texts("set_by"),
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

# --- the court ----------------------------------------------------------------------------------

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
    Column("version_id", BigInteger, comment="of case_versions"),
    Column("fingerprint", BigInteger, comment="of all that the file says of the case"),
    _must("fetched_at", UtcTime),
    *source(),
)

case_versions = Table(
    "case_versions",
    metadata,
    Column("version_id", BigInteger, primary_key=True, autoincrement=False),
    _must("site"),
    _must("case_number"),
    *_texts("status", "pretrial_answer"),
    _must("facts", comment="what changes of a case, as JSON, without what is empty"),
    ForeignKeys(["site", "case_number"], ["cases.site", "cases.case_number"], ondelete="CASCADE"),
    Index(None, "site", "case_number"),
)

case_readings = Table(
    "case_readings",
    metadata,
    _key("crawl_id", ForeignKey("crawls.crawl_id")),
    Column(
        "version_id",
        BigInteger,
        ForeignKey("case_versions.version_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index(None, "version_id"),
    sqlite_with_rowid=False,
    comment="which versions of cases a crawl read",
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
    *_texts("race", "sex", "address", "represented", "removed"),
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
    *_texts("judicial_officer", "judgment_type"),
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
    Column("canceled", Boolean),
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
    *_texts("description", "receipt", "payer"),
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
