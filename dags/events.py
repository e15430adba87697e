"""What the events of the assets carry: the crawl folder, counts, the database without its password.
Never a name."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from dags.settings import RunSettings, settled


def of_the_jail(path: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The roster: folder, county, day, people, and how many have which outcome."""
    return _of_a_receipt(path, context)


def of_a_chunk(path: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """A chunk of histories: the same of its people."""
    return _of_a_receipt(path, context)


def of_the_load(path: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The load: folder, county, day, the database's address without password, rows by table."""
    told = _receipt(path)
    return {**_of_the_run(context), "database": told["database"], "rows": told["rows"]}


def county_day(context: Mapping[str, Any]) -> str:
    """The partition: ``<site>|<day>``."""
    run = _settings(context)
    return f"{run.site}|{run.day.isoformat()}"


def _of_a_receipt(path: str, context: Mapping[str, Any]) -> dict[str, Any]:
    people = _receipt(path)["people"]
    outcomes = Counter(row["outcome"] for row in people)
    return {
        **_of_the_run(context),
        "people": len(people),
        "outcomes": dict(sorted(outcomes.items())),
    }


def _of_the_run(context: Mapping[str, Any]) -> dict[str, Any]:
    run = _settings(context)
    return {"folder": run.folder, "site": run.site, "day": run.day.isoformat()}


def _settings(context: Mapping[str, Any]) -> RunSettings:
    return settled(context["params"], context["dag_run"])


def _receipt(path: str) -> dict[str, Any]:
    from scrapers.crawl.place import read_at

    told: dict[str, Any] = json.loads(read_at(path))
    return told
