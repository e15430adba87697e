"""Views for questions in SQL, in SQLite and in PostgreSQL (``docs/database.md``).

They say what a table of last-known states cannot: who is on the list *now*, which bookings are one
stay, who came back. The same rules are in `reportcard.panel`; tests hold the two together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from reportcard import tables

NAMES = ("current_roster", "current_custody", "stays", "returns")

_NEWEST = """
newest AS (
  SELECT site, crawl_id, day, exact FROM (
    SELECT c.*, ROW_NUMBER() OVER (
      PARTITION BY site ORDER BY day DESC, read_at DESC, crawl_id DESC) AS place
    FROM crawls c WHERE kind = 'roster' AND state <> 'no_roster' AND NOT from_future) ranked
  WHERE place = 1)"""

_CURRENT_ROSTER = f"""
CREATE VIEW current_roster AS
WITH {_NEWEST}
SELECT n.site, n.crawl_id, n.day, n.exact, l.booking_number,
  COALESCE(b.person_id, n.site || ':' || l.booking_number) AS person_id,
  l.name, l.permanent_id, l.date_of_birth, l.listed_release_date,
  (l.listed_release_date IS NULL OR l.listed_release_date > n.day) AS held,
  b.commitment_date, {{nights}} AS nights_so_far
FROM newest n
JOIN crawl_listings x ON x.crawl_id = n.crawl_id
JOIN listings l ON l.listing_id = x.listing_id
LEFT JOIN bookings b ON b.site = l.site AND b.booking_number = l.booking_number"""

_CURRENT_CUSTODY = """
CREATE VIEW current_custody AS
SELECT r.site, r.crawl_id, r.day, r.person_id, COUNT(*) AS bookings,
  MIN(r.commitment_date) AS held_since, MAX(r.nights_so_far) AS nights_so_far,
  COALESCE(p.custody_answer, 'unknown') AS jail_label,
  COALESCE(p.custody, 'unknown') AS custody,
  COALESCE(p.court_custody, 'unknown') AS court_answer,
  p.court_reason, p.court_also_held, p.court_outcome, k.day AS court_day
FROM current_roster r
LEFT JOIN people p ON p.person_id = r.person_id
LEFT JOIN crawls k ON k.crawl_id = p.court_crawl_id
WHERE r.held
GROUP BY r.site, r.crawl_id, r.day, r.person_id, p.custody_answer, p.custody, p.court_custody,
  p.court_reason, p.court_also_held, p.court_outcome, k.day"""

_STAYS = """
CREATE VIEW stays AS
WITH complete AS (
  SELECT site, MAX(read_at) AS read_at FROM crawls
  WHERE kind = 'roster' AND exact AND state <> 'no_roster' AND NOT from_future GROUP BY site),
spans AS (
  SELECT s.site, COALESCE(b.person_id, s.site || ':' || s.booking_number) AS person_id,
    s.booking_number, s.first_listed_on, s.last_listed_on,
    CASE WHEN b.commitment_date < s.first_listed_on THEN b.commitment_date
      ELSE s.first_listed_on END AS started_on,
    s.last_read_at < c.read_at AS gone,
    CASE WHEN s.listed_release_date <= s.last_listed_on THEN s.listed_release_date
      WHEN s.last_read_at < c.read_at AND b.release_date <= s.last_listed_on
        THEN b.release_date END AS released_on
  FROM listed_bookings s
  LEFT JOIN complete c ON c.site = s.site
  LEFT JOIN bookings b ON b.site = s.site AND b.booking_number = s.booking_number),
ends AS (
  SELECT spans.*, CASE WHEN released_on IS NOT NULL AND released_on < started_on
      THEN started_on ELSE released_on END AS ended_on,
    CASE WHEN released_on IS NULL AND gone THEN last_listed_on END AS gone_on
  FROM spans),
reaches AS (
  SELECT ends.*, COALESCE(ended_on, gone_on, {forever}) AS reach FROM ends),
begun AS (
  SELECT reaches.*, CASE WHEN started_on <= MAX(reach) OVER (
      PARTITION BY site, person_id ORDER BY started_on, booking_number
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS new
  FROM reaches),
numbered AS (
  SELECT begun.*, SUM(new) OVER (
    PARTITION BY site, person_id ORDER BY started_on, booking_number) AS stay FROM begun)
SELECT site, person_id, stay, COUNT(*) AS bookings, MIN(booking_number) AS first_booking,
  MIN(started_on) AS started_on, MAX(last_listed_on) AS last_listed_on,
  CASE WHEN MAX(reach) = MAX(ended_on) THEN MAX(ended_on) END AS released_on,
  CASE WHEN MAX(reach) = MAX(gone_on) AND (MAX(ended_on) IS NULL OR MAX(ended_on) < MAX(gone_on))
    THEN MAX(gone_on) END AS gone_since
FROM numbered GROUP BY site, person_id, stay"""

_RETURNS = """
CREATE VIEW returns AS
SELECT site, person_id, released_on, back_on, {days} AS days FROM (
  SELECT site, person_id, released_on, LEAD(started_on) OVER (
    PARTITION BY site, person_id ORDER BY started_on) AS back_on
  FROM stays) following
WHERE released_on IS NOT NULL"""


def create_views(connection: Connection) -> None:
    """Make the views."""
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def drop_views(connection: Connection) -> None:
    """Take them away, where they stand."""
    for name in reversed(NAMES):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


@event.listens_for(tables.metadata, "after_create")
def _created(_: Any, connection: Connection, **more: Any) -> None:
    drop_views(connection)
    create_views(connection)


@event.listens_for(tables.metadata, "before_drop")
def _dropped(_: Any, connection: Connection, **more: Any) -> None:
    drop_views(connection)


def statements(dialect: str) -> list[str]:
    """The statements that make the views, in an order in which they can be made."""
    if dialect == "sqlite":
        parts = {
            "nights": _julian("n.day", "b.commitment_date"),
            "days": _julian("back_on", "released_on"),
            "forever": "'9999-12-31'",
        }
    else:
        parts = {
            "nights": "n.day - b.commitment_date",
            "days": "back_on - released_on",
            "forever": "DATE '9999-12-31'",
        }
    texts = (_CURRENT_ROSTER, _CURRENT_CUSTODY, _STAYS, _RETURNS)
    return [text.format(**parts).strip() for text in texts]


def _julian(later: str, earlier: str) -> str:
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
