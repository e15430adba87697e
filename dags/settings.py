"""What a run is asked to do: the params of the trigger form, Variables of the same names, and where
the data lies.

An empty param means the Variable ``cj_<name>``, and without one the default. What a run comes to is
settled once, by its first task, and kept in ``<data>/runs``: a Variable that is changed in mid-run
concerns the next run. Nothing here is read when the DAG is parsed."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from airflow.sdk import Param

from operators import Output, produce

PREFIX = "cj_"
DEFAULTS: dict[str, Any] = {
    "site": None,
    "limit": None,
    "scrapes_per_worker": 25,
    "refresh_after_days": 7,
    "minimum_coverage": 0.95,
    "keep_pages": False,
}
_NUMBERS: dict[str, tuple[type, float, float]] = {
    "limit": (int, 1, 1_000_000),
    "scrapes_per_worker": (int, 1, 1000),
    "refresh_after_days": (int, 0, 3650),
    "minimum_coverage": (float, 0, 1),
}
_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting is missing or not what it may be; the message names it and where it came from."""


def params() -> dict[str, Param]:
    """The trigger form. Empty means: the Variable ``cj_<name>``, else the default."""

    def number(name: str, text: str) -> Param:
        kind, low, high = _NUMBERS[name]
        kinds = ["null", "integer" if kind is int else "number"]
        default = DEFAULTS[name]
        said = f"{text} Empty: Variable {PREFIX}{name}, else {'everybody' if default is None else default}."
        return Param(None, type=kinds, minimum=low, maximum=high, description=said)

    return {
        "site": Param(
            None,
            type=["null", "string"],
            maxLength=80,
            description=f"The county, a name of sites.toml. Empty: Variable {PREFIX}site, else CJ_SITE.",
        ),
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
            type=["null", "boolean"],
            description="Keep the pages that the files are read from, for cj reparse. "
            f"Empty: Variable {PREFIX}keep_pages, else no.",
        ),
    }


@dataclass(frozen=True)
class RunSettings:
    """A run's settings. ``day`` is the county's calendar day of the run's ``run_after``;
    ``sources`` says where each came from."""

    site: str
    day: dt.date
    limit: int | None
    scrapes_per_worker: int
    refresh_after_days: int
    minimum_coverage: float
    sources: dict[str, str]
    keep_pages: bool = False  # runs of before it was asked kept none

    @property
    def folder(self) -> str:
        """The crawl folder: a path, or an address in a store."""
        return f"{data_folder()}/{self.day.isoformat()}-{self.site}"

    @property
    def receipts(self) -> str:
        """Where the receipts of the run's tasks lie in it: runs that ask for the same on the same
        day share them."""
        who = "everybody" if self.limit is None else f"first-{self.limit}"
        return f"tasks/{who}-fresh-{self.refresh_after_days}-days"


def data_folder() -> str:
    """``CJ_DATA``, else ``data`` in Airflow's home: an absolute path, or
    ``s3://[connection@]bucket/...`` as it is given."""
    given = os.environ.get("CJ_DATA") or ""
    if "://" in given:
        return given.rstrip("/")
    home = os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow"
    return str(Path(given or Path(home) / "data").absolute())


def is_stored() -> bool:
    """Whether the data lies in an object store."""
    return "://" in data_folder()


def mode() -> int | None:
    """Of the files: for their owner only; in a store the bucket's policy decides."""
    return None if is_stored() else 0o600


def place(params: Mapping[str, Any], dag_run: Any) -> str:
    """For templates: the folder of the run's receipts."""
    run = settled(params, dag_run)
    return f"{run.folder}/{run.receipts}"


def settled(params: Mapping[str, Any], dag_run: Any) -> RunSettings:
    """The run's settings, as its first task found them. Raises SettingError, SiteError."""
    from scrapers.crawl.place import read_at

    kept = Output(f"{data_folder()}/runs/{quote(dag_run.run_id, safe='')}.json", mode=mode())
    if not kept.exists():
        found = _resolve(params, dag_run.run_after)
        produce(kept, _write, settings=found)
        _log.info("Settings of this run: %s", json.dumps(_plain(found)))
    told = json.loads(read_at(kept.path))
    return RunSettings(**{**told, "day": dt.date.fromisoformat(told["day"])})


def _resolve(params: Mapping[str, Any], run_after: dt.datetime) -> RunSettings:
    from scrapers.sites import site_of

    found: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name in DEFAULTS:
        found[name], sources[name] = _one(name, params.get(name))
    if not found["site"]:
        raise SettingError(
            f"which county? give the param site, or set the Variable {PREFIX}site or CJ_SITE"
        )
    day = run_after.astimezone(site_of(found["site"]).zone).date()
    return RunSettings(day=day, sources=sources, **found)


def _one(name: str, given: Any) -> tuple[Any, str]:
    if given is not None and given != "":
        return _checked(name, given, "the param"), "param"
    from airflow.sdk import Variable

    standing = Variable.get(f"{PREFIX}{name}", default=None)
    if standing is not None and str(standing).strip():
        return _checked(name, standing, f"the Variable {PREFIX}{name}"), "variable"
    if name == "site" and os.environ.get("CJ_SITE"):
        return os.environ["CJ_SITE"], "CJ_SITE"
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


def _write(output_path: str, settings: RunSettings) -> None:
    Path(output_path).write_text(json.dumps(_plain(settings), indent=1) + "\n", encoding="utf-8")
