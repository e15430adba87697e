"""What a run is asked to do: the params of the trigger form, Variables of the same names, and where
the data lies.

An empty param means the Variable ``cj_<name>``, and without one the default. What a run comes to is
settled once, by its first task, and kept in ``<data>/runs``: a Variable that is changed in mid-run
concerns the next run. Nothing here is read when the DAG is parsed."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowFailException

from operators import Output, produce_json

if TYPE_CHECKING:
    from scrapers.settings import Settings

PREFIX = "cj_"
DEFAULTS: dict[str, Any] = {
    "site": None,
    "limit": None,
    "scrapes_per_worker": 25,
    "refresh_after_days": 7,
    "minimum_coverage": 0.95,
    "keep_pages": False,
}
AGAIN = "again"
DRY_RUN = "dry-run"
"""The run of `idempatomic dry-run`, of which nothing is kept."""
_NUMBERS: dict[str, tuple[type, float, float]] = {
    "limit": (int, 1, 1_000_000),
    "scrapes_per_worker": (int, 1, 1000),
    "refresh_after_days": (int, 0, 3650),
    "minimum_coverage": (float, 0, 1),
}
_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
TOO_LATE = dt.timedelta(hours=36)
"""A run that was due longer ago is a backfill: a roster shows who is held now, and no past day."""
_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting is missing or not what it may be; the message names it and where it came from."""


def params(site: str | None = None, known_sites: Sequence[str] = ()) -> dict[str, Param]:
    """The trigger form. Empty means: the Variable ``cj_<name>``, else the default.

    ``site``: of a DAG for one county, which no form can change. ``known_sites``: suggestions."""

    def number(name: str, text: str) -> Param:
        kind, low, high = _NUMBERS[name]
        kinds = ["null", "integer" if kind is int else "number"]
        default = DEFAULTS[name]
        said = (
            f"{text} Empty: Variable {PREFIX}{name}, else "
            f"{'everybody' if default is None else default}."
        )
        return Param(None, type=kinds, minimum=low, maximum=high, description=said)

    county = (
        Param(
            None,
            type=["null", "string"],
            maxLength=80,
            examples=list(known_sites),
            description=f"The county, a name of sites.toml. Empty: Variable {PREFIX}site, else "
            "CJ_SITE.",
        )
        if site is None
        else Param(site, type="string", const=site, description="The county of this DAG.")
    )
    return {
        "site": county,
        "limit": number("limit", "Only so many people of the roster, the first ones."),
        "scrapes_per_worker": number(
            "scrapes_per_worker", "People in a chunk, which is one mapped task."
        ),
        "refresh_after_days": number(
            "refresh_after_days",
            "Histories younger than that are not asked for again; 0: everybody's are.",
        ),
        "minimum_coverage": number(
            "minimum_coverage",
            "Share of those asked about, in each half, below which the run fails; 0 to 1.",
        ),
        "keep_pages": Param(
            None,
            type=["null", "string"],
            enum=[None, "yes", "no"],
            values_display={"yes": "yes", "no": "no"},
            description="Keep the pages that the files are read from, for cj reparse. "
            f"Empty: Variable {PREFIX}keep_pages, else no.",
        ),
        AGAIN: Param(
            False,
            type="boolean",
            description="Begin another crawl of today beside the one that stands. A run for a past "
            "day is refused: a roster shows who is held now.",
        ),
    }


@dataclass(frozen=True)
class RunSettings:
    """A run's settings. ``day`` is the county's calendar day when the run's first task started;
    ``began`` that moment; ``sources`` says where each came from."""

    site: str
    day: dt.date
    limit: int | None
    scrapes_per_worker: int
    refresh_after_days: int
    minimum_coverage: float
    sources: dict[str, str]
    keep_pages: bool = False  # runs of before it was asked kept none
    name: str = ""
    began: str = ""

    @property
    def folder(self) -> str:
        """The crawl folder: a path, or an address in a store."""
        return f"{data_folder()}/{self.name or f'{self.day.isoformat()}-{self.site}'}"

    @property
    def receipts(self) -> str:
        """Where the receipts of the run's tasks lie in it: runs that ask for the same of the same
        crawl share them."""
        who = "everybody" if self.limit is None else f"first-{self.limit}"
        return f"tasks/{who}-fresh-{self.refresh_after_days}-days"


def data_folder() -> str:
    """``CJ_DATA``, else ``data`` in Airflow's home: an absolute path, or
    ``s3://[connection@]bucket/...`` as it is given."""
    # Asked for while the DAG is parsed, too, when nothing of the house is loaded.
    given = os.environ.get("CJ_DATA") or ""
    if "://" in given:
        return given.rstrip("/")
    return str(Path(given or _home() / "data").absolute())


def outside() -> Settings:
    """The settings of cj, also from a ``.env`` in Airflow's home."""
    from scrapers.settings import read_settings

    return read_settings([_home()])


def _home() -> Path:
    return Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow")


def is_stored() -> bool:
    """Whether the data lies in an object store."""
    return "://" in data_folder()


def mode() -> int | None:
    """Of the files: for their owner only; in a store the bucket's policy decides."""
    return None if is_stored() else 0o600


def place(params: Mapping[str, Any], dag_run: Any) -> str:
    """For templates: the folder of the run's receipts. Settings that cannot be fail the task for
    good, as they do inside a task."""
    try:
        run = settled(params, dag_run)
    except ValueError as error:  # SettingError, SiteError
        raise AirflowFailException(str(error)) from None
    return f"{run.folder}/{run.receipts}"


def settled(params: Mapping[str, Any], dag_run: Any) -> RunSettings:
    """The run's settings, as its first task found them. Raises SettingError, SiteError."""
    from scrapers.crawl.place import read_at

    kept = Output(
        f"{data_folder()}/runs/{dag_run.dag_id}/{quote(dag_run.run_id, safe='')}.json", mode=mode()
    )
    if not kept.exists():
        found = _resolve(params, dag_run)
        if dag_run.run_id == DRY_RUN:
            return found
        produce_json(kept, _plain(found))
        _log.info("Settings of this run: %s", ", ".join(_told(found)))
    told = json.loads(read_at(kept.path))
    return RunSettings(**{**told, "day": dt.date.fromisoformat(told["day"])})


def running_site(dag_id: str) -> str | None:
    """The county of that DAG's newest run, None where it had none."""
    from scrapers.crawl.place import read_at
    from scrapers.crawl.stores import place_of

    store = place_of(f"{data_folder()}/runs/{dag_id}")
    told = [json.loads(read_at(store.path(name))) for name in store.files() if name[:1] != "."]
    newest = max(told, key=lambda each: str(each.get("began", "")), default=None)
    return None if newest is None else str(newest["site"])


def _resolve(params: Mapping[str, Any], dag_run: Any) -> RunSettings:
    from scrapers.sites import site_of

    _refuse_unknown(dag_run.conf or {})
    now = _now()
    if now - dag_run.run_after > TOO_LATE:
        raise SettingError(
            f"this run was due on {dag_run.run_after:%Y-%m-%d %H:%M} UTC, more than 36 hours ago: a"
            " roster shows who is held now, so a past day cannot be read. Trigger a new run"
        )
    found: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in DEFAULTS:
        found[name], sources[name] = _one(name, params.get(name))
    if not found["site"]:
        raise SettingError(
            f"which county? give the param site, or set the Variable {PREFIX}site or CJ_SITE"
        )
    day = site_of(found["site"]).today(now)
    name = _folder_name(day, found["site"], again=bool(params.get(AGAIN)))
    began = now.isoformat(timespec="seconds")
    return RunSettings(day=day, sources=sources, name=name, began=began, **found)


def _refuse_unknown(conf: Mapping[str, Any]) -> None:
    known = [*DEFAULTS, AGAIN]
    for name in conf:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            raise SettingError(
                f"the run's conf has {name!r}, which is not asked for{meant} (known: "
                f"{', '.join(known)})"
            )


def _folder_name(day: dt.date, site: str, *, again: bool) -> str:
    """The newest crawl folder of the site's day; where there is none, and with ``again``, the first
    name that is free. (``practice-2`` may be a second crawl of ``practice``, or a county.)"""
    from scrapers.crawl.stores import place_of

    there = place_of(data_folder()).folders()
    today = f"{day.isoformat()}-{site}"
    names = [today, *(f"{today}-{number}" for number in range(2, 1000))]
    if not again:
        for name in reversed([name for name in names if name in there]):
            if _is_of(name, site):
                return name
    return next(name for name in names if name not in there)


def _is_of(name: str, site: str) -> bool:
    from scrapers.crawl import CrawlFolder

    info = CrawlFolder(f"{data_folder()}/{name}").info()
    return info is None or info.identity.site == site


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def _told(settings: RunSettings) -> list[str]:
    """The settings in words, each with where it came from."""
    return [
        f"{name} {getattr(settings, name) if getattr(settings, name) is not None else 'everybody'}"
        f" ({settings.sources[name]})"
        for name in DEFAULTS
    ] + [f"folder {settings.name}"]


def _one(name: str, given: Any) -> tuple[Any, str]:
    if given is not None and given != "":
        return _checked(name, given, "the param"), "param"
    from airflow.sdk import Variable

    standing = Variable.get(f"{PREFIX}{name}", default=None)
    if standing is not None and str(standing).strip():
        return _checked(name, standing, f"the Variable {PREFIX}{name}"), "variable"
    if name == "site" and (site := outside().site):
        return site, "CJ_SITE"
    return DEFAULTS[name], "default"


def _checked(name: str, value: Any, source: str) -> Any:
    if name == "keep_pages":
        switch = _SWITCH.get(str(value).strip().lower())
        if switch is None:
            raise SettingError(f"{name} is {value!r} by {source}: true or false is possible")
        return switch
    if name not in _NUMBERS:
        return str(value).strip()
    kind, low, high = _NUMBERS[name]
    try:
        number = kind(value)
    except (TypeError, ValueError):
        number = low - 1
    if not low <= number <= high:
        raise SettingError(f"{name} is {value!r} by {source}: from {low:g} to {high:g} is possible")
    return number


def _plain(settings: RunSettings) -> dict[str, Any]:
    return {**asdict(settings), "day": settings.day.isoformat()}
