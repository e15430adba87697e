"""Counties are data: an entry of ``sites.toml`` (packaged), overridable by the user's own file.

A user's file is ``sites.toml`` in the working folder, or the one ``CJ_SITES`` names; its entries
replace packaged ones table by table. The packaged pace is a ceiling: beyond loopback a user's may
only be stricter."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from scrapers.entry_words import COLUMNS, LABEL_FIELDS, LACKABLE
from scrapers.settings import read_settings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class SiteError(ValueError):
    """A site is unknown or its entry is wrong; the message says what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ControlPerson(_Part):
    """Somebody known to have cases: the control search must find them."""

    name: str
    date_of_birth: dt.date | None = None


class CustodyWords(_Part):
    """The words that the county's jail goes by, for its custody label (docs/portals/iml.md, 4a).

    ``open``, ``sentenced`` and ``neutral``: bond statuses, compared exactly. ``bond_set`` (by a
    court, to be paid), ``recognizance``, ``no_bond`` and ``undecided``: bond types, compared
    without their case. ``felony_grades`` and ``misdemeanor_grades``: charge grades, most serious
    first. ``violation_grades``:
    charge grades that mean a violation of probation, parole or diversion. ``general_sessions`` and
    ``criminal_court``: shapes of case numbers (regular expressions, matched whole); without them no
    case number tells its court."""

    open: tuple[str, ...] = ("Open",)
    sentenced: tuple[str, ...] = ("Sentenced",)
    neutral: tuple[str, ...] = ("Paid",)
    bond_set: tuple[str, ...] = ("Bond Assessed - Courts",)
    recognizance: tuple[str, ...] = ("Released on own Recognizance", "Own Recognizance", "ROR")
    no_bond: tuple[str, ...] = ("No Bond Set", "No Bond")
    undecided: tuple[str, ...] = ("Not Assessed",)
    felony_grades: tuple[str, ...] = ("FM", "FA", "FB", "FC", "FD", "FE")
    misdemeanor_grades: tuple[str, ...] = ("MA", "MB", "MC")
    violation_grades: tuple[str, ...] = ()
    general_sessions: str | None = None
    criminal_court: str | None = None

    @field_validator("general_sessions", "criminal_court")
    @classmethod
    def _an_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as wrong:
            raise ValueError(f"{value!r} is not a regular expression: {wrong}") from wrong
        return value


class Dialect(_Part):
    """What a county calls things, beside what its product calls them everywhere.

    ``labels``: a printed label to the field it means (``"Booked" = "commitment_date"``).
    ``lacks``: fields, columns or sections that the county's pages do not have.
    ``date_formats``: further forms of dates, as `datetime.strptime` writes them."""

    labels: Mapping[str, str] = {}
    lacks: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """Twelve hex digits that change with the dialect; every person's file holds them."""
        text = self.model_dump_json(
            exclude={"url", "legacy_tls", "control", "result_limit", "sign_in_origins"}
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class JailSite(Dialect):
    """A county's inmate lookup.

    ``columns`` are the roster's, left to right; ``search`` is what the listing asks for: in-custody
    unless "all" was seen to work there."""

    url: str
    product: str = "iml"
    columns: tuple[str, ...] = (
        "name",
        "booking_number",
        "permanent_id",
        "date_of_birth",
        "release_date",
    )
    search: Literal["all", "in-custody"] = "in-custody"
    legacy_tls: bool = False
    custody: CustodyWords = CustodyWords()


class CourtSite(Dialect):
    """A county's court portal. ``url`` is the base with its virtual directory (``https://host/CJS``).

    ``sign_in_origins``: origins (``https://host``) of the identity provider, the only ones beside
    the portal's own that are ever asked. ``defendant_roles``, ``open_statuses``,
    ``closed_statuses``: the county's own words, compared without case, beside the product's."""

    url: str
    product: str = "odyssey"
    sign_in: Literal["required", "none"] = "required"
    sign_in_origins: tuple[str, ...] = ()
    result_limit: int | None = None
    control: ControlPerson | None = None
    defendant_roles: tuple[str, ...] = ()
    open_statuses: tuple[str, ...] = ()
    closed_statuses: tuple[str, ...] = ()


class Permission(_Part):
    """Who permitted what `robots.txt` forbids, and when."""

    by: str
    on: dt.date


class PaceSite(_Part):
    """The politeness a site is owed; ``free`` is for loopback only. Without a word: two pages at
    once, 150 ms apart."""

    pages_at_once: int = Field(default=2, ge=1)
    seconds_between_starts: float = Field(default=0.15, ge=0)
    quiet_hours: str | None = None
    free: bool = False


class Site(_Part):
    """One county: what is known of its portals. ``key`` is the entry's name, ``last_seen_working``
    a date or empty."""

    key: str
    name: str
    time_zone: str
    jail: JailSite | None = None
    court: CourtSite | None = None
    pace: PaceSite = PaceSite()
    last_seen_working: str = ""
    notes: str = ""
    contact: str = ""
    """The user's own address (e-mail or web page) for the site's operators; `CJ_CONTACT` goes
    before it."""
    list_note: str = ""
    """What the county's list never shows, in a sentence for the public; it stands on every card."""
    county: str | None = None
    """The entry of the county's first address, where this one is a further address of it."""
    schedule: str | None = None
    """When the county's DAG runs (cron, in the county's zone); without it there is none."""
    robots: Permission | None = None
    on_stop: str | None = None
    """A command, or a URL, that gets a name-free JSON when a crawl stops and needs a person."""
    practice: bool = False
    as_of: dt.date | None = None
    """Set for practice sites, whose county has a calendar of its own."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as unknown:
            raise ValueError(f"unknown time zone {value!r}") from unknown
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return ZoneInfo(self.time_zone)

    def today(self, now: dt.datetime) -> dt.date:
        """The county's calendar day at ``now`` (aware), or the practice calendar's day."""
        return self.as_of or now.astimezone(self.zone).date()

    @property
    def loopback(self) -> bool:
        """Whether every address of the site is on this machine."""
        addresses = [part.url for part in (self.jail, self.court) if part is not None]
        return all(is_loopback(address) for address in addresses)

    def with_addresses(
        self, *, jail: str | None = None, court: str | None = None, as_of: dt.date | None = None
    ) -> Site:
        """The site at other addresses (the practice portals' ports are chosen free at each
        start)."""
        changes: dict[str, Any] = {"as_of": as_of or self.as_of}
        if jail and self.jail:
            changes["jail"] = self.jail.model_copy(update={"url": jail})
        if court and self.court:
            changes["court"] = self.court.model_copy(update={"url": court})
        return self.model_copy(update=changes)


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine (127.0.0.0/8, ::1, localhost)."""
    host = urlsplit(url).hostname or ""
    return host.startswith("127.") or host in {"localhost", "::1"}


@lru_cache(maxsize=1)
def _packaged() -> Mapping[str, Any]:
    text = resources.files("scrapers").joinpath("sites.toml").read_text(encoding="utf-8")
    tables: dict[str, Any] = tomllib.loads(text)
    return tables


def _tables() -> dict[str, Any]:
    packaged = dict(_packaged())
    named = read_settings().sites
    own = named or Path("sites.toml")
    if named is not None and not own.exists():
        raise SiteError(f"CJ_SITES names {own}, which does not exist")
    if own.is_file():
        try:
            mine = tomllib.loads(own.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as wrong:
            raise SiteError(f"{own} is not valid TOML: {wrong}") from wrong
        for key, table in mine.items():
            packaged[key] = _merged(packaged.get(key, {}), table)
    return packaged


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    return new


def site_of(what: str | Site | Mapping[str, Any]) -> Site:
    """A site by its name in ``sites.toml``, from a table of one's own, or as it is.

    Raises SiteError with what is wrong and which names are known.
    """
    if isinstance(what, Site):
        return what
    if isinstance(what, str):
        tables = _tables()
        if what not in tables:
            raise SiteError(
                f"unknown site {what!r}; "
                f"known are: {', '.join(sorted(tables))} (or add it to your own sites.toml)"
            )
        table, key = tables[what], what
    else:
        table, key = dict(what), str(what.get("key", "own"))
    try:
        site = Site.model_validate({**table, "key": key})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = _PLAIN_WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise SiteError(f"site {key!r}: {where}: {said}") from wrong
    _sound(site)
    polite(site)
    return site


_PLAIN_WORDS = {
    "extra_forbidden": "no such key (docs/new-county.md lists them)",
    "missing": "must be given",
}
_QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def _sound(site: Site) -> None:
    """Raises SiteError, with the key, for an entry that no portal can be read by."""

    def wrong(where: str, what: str) -> SiteError:
        return SiteError(f"site {site.key!r}: {where}: {what}")

    if site.jail is None and site.court is None:
        raise wrong("no portal", f"give [{site.key}.jail] or [{site.key}.court] with a url")
    for half, part in (("jail", site.jail), ("court", site.court)):
        if part is None:
            continue
        if not _is_address(part.url):
            raise wrong(f"{half}.url", f"{part.url!r} is no address such as https://host/path")
        for form in part.date_formats:
            if not _is_date_format(form):
                raise wrong(f"{half}.date_formats", f"{form!r} is no form such as %d-%b-%Y")
    hours = site.pace.quiet_hours
    if hours is not None and not _QUIET.fullmatch(hours):
        raise wrong("pace.quiet_hours", f"quiet hours are written 01:45-02:30, not {hours!r}")
    if site.jail is not None and site.jail.product == "iml":
        _sound_lookup(site.jail, wrong)


def _sound_lookup(jail: JailSite, wrong: Callable[[str, str], SiteError]) -> None:
    for column in jail.columns:
        if column not in COLUMNS:
            raise wrong("jail.columns", f"{column!r} is none of {', '.join(COLUMNS)}")
    if len(set(jail.columns)) < len(jail.columns):
        raise wrong("jail.columns", "a column stands there twice")
    for needed in ("name", "booking_number"):
        if needed not in jail.columns:
            raise wrong("jail.columns", f"{needed!r} must be one of them")
    for label, field in jail.labels.items():
        if field not in LABEL_FIELDS:
            raise wrong(f"jail.labels.{label}", _no_field(field, LABEL_FIELDS))
    for field in jail.lacks:
        if field not in LACKABLE:
            raise wrong("jail.lacks", _no_field(field, LACKABLE))


def _no_field(field: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(field, sorted(known), 1)
    hint = f"; did you mean {near[0]!r}?" if near else " (docs/new-county.md lists them)"
    return f"{field!r} is no field{hint}"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises ValueError for a port that is none)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None


def _is_date_format(form: str) -> bool:
    day = dt.datetime(2026, 9, 1)
    try:
        return dt.datetime.strptime(day.strftime(form), form) == day
    except ValueError:
        return False


def polite(site: Site) -> None:
    """Raises SiteError if the site's pace is above its ceiling, which only sites on this machine
    have none of.

    The ceiling is the packaged pace of the same name or host (the strictest, if there are several),
    else two pages at once, 150 ms apart."""
    if site.loopback:
        return
    if site.pace.free:
        raise SiteError(f"site {site.key!r}: pace.free is for loopback only")
    most, least = _ceiling(site)
    if site.pace.pages_at_once > most:
        raise SiteError(
            f"site {site.key!r}: pace.pages_at_once = {site.pace.pages_at_once} "
            f"is above the ceiling of {most}, which only portals on this machine may pass"
        )
    if site.pace.seconds_between_starts < least:
        raise SiteError(
            f"site {site.key!r}: "
            f"pace.seconds_between_starts = {site.pace.seconds_between_starts:g} "
            f"is below the least of {least:g}, which only portals on this machine may pass"
        )


def _ceiling(site: Site) -> tuple[int, float]:
    hosts = {urlsplit(part.url).hostname for part in (site.jail, site.court) if part is not None}
    paces = [
        PaceSite.model_validate(table.get("pace", {}))
        for key, table in _packaged().items()
        if key == site.key
        or hosts
        & {urlsplit(table.get(half, {}).get("url", "")).hostname for half in ("jail", "court")}
    ] or [PaceSite()]
    return min(one.pages_at_once for one in paces), max(one.seconds_between_starts for one in paces)


def all_sites() -> list[Site]:
    """Every known site, by name."""
    return [site_of(key) for key in sorted(_tables())]
