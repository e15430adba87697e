"""The files of one release: the same numbers give the same bytes, always.

Nothing here reads a clock or a row of a person. What goes in are guarded numbers; what comes out is
a mapping of paths to bytes."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportcard.guard.release import Public
from reportcard.measures.measure import DEFINITIONS
from reportcard.publish.pages import definitions_page, measure_page, methods_page
from reportcard.report.compose import About, compose
from reportcard.report.draw import draw_card

FORMAT = "cj-report-card/api"
LICENSE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}
COLUMNS = (
    "county", "measure", "part", "unit", "by", "group", "day", "value", "low", "high", "limits",
    "n", "unknown", "as_of", "suppressed", "text", "method_version",
)  # fmt: skip
JUSTICE_COUNTS = {
    ("held", "people"): ("prisons_and_jails", "population_total"),
    ("awaiting_trial", "people"): ("jails", "population_pre_adjudication_confirmed"),
    ("awaiting_trial", "not_waiting"): ("jails", "population_post_adjudication_confirmed"),
    ("flow", "bookings"): ("jails", "admissions_total"),
    ("flow", "releases"): ("jails", "releases_total"),
    ("returns", "readmissions"): ("jails", "readmissions_365_days"),
}


@dataclass(frozen=True)
class CountyRelease:
    """A county in a release. ``totals`` are of the newest complete day (with daily series),
    ``groups`` of the last complete calendar month; both guarded. ``sources``: crawl id to the
    checksum of its summary; ``inputs``: hashes of site entry, offense table, population file."""

    key: str
    about: About
    totals: tuple[Public, ...]
    groups: tuple[Public, ...] = ()
    groups_month: str = ""
    scope: str = "all"
    sources: Mapping[str, str] | None = None
    inputs: Mapping[str, str] | None = None

    @property
    def as_of(self) -> dt.date | None:
        """The last complete day that the totals count."""
        return self.about.last_day

    @property
    def numbers(self) -> tuple[Public, ...]:
        """All that is published of it, in the measures' order."""
        return (*self.totals, *self.groups)


@dataclass(frozen=True)
class Correction:
    """A number that changed after it was published: what, from, to, why, when."""

    county: str
    measure: str
    part: str
    old: str
    new: str
    cause: str
    on: dt.date


@dataclass(frozen=True)
class Maker:
    """Who publishes, and with which program."""

    version: str
    commit: str
    contact: str = ""
    publisher: str = ""


def release_files(
    name: str,
    counties: Sequence[CountyRelease],
    maker: Maker,
    *,
    corrections: Sequence[Correction] = (),
    embargo_until: str | None = None,
) -> dict[str, bytes]:
    """Every file of the release, by its path within it; ``checksums.txt`` last."""
    files: dict[str, str] = {}
    for county in counties:
        files[f"{county.key}/index.html"] = draw_card(compose(county.numbers, _about(county)))
        for measure in _measures(county):
            told = measure_json(name, county, measure)
            files[f"api/v1/{county.key}/{measure}.json"] = _json(told)
            files[f"{county.key}/{measure}.html"] = measure_page(county, measure, told)
        for measure in _measures(county):
            files[f"{county.key}/data/{measure}.csv"] = _csv(county, measure)
    files["justice_counts.csv"] = _justice_counts(counties)
    files["definitions.html"] = definitions_page()
    files["methods.html"] = methods_page()
    files["api/v1/schema.json"] = _json(measure_schema())
    files["corrections.json"] = _json({"corrections": [_correction(c) for c in corrections]})
    files["provenance.json"] = _json(_provenance(name, counties, maker, embargo_until))
    files["dataset.jsonld"] = _json(_dataset(name, counties, maker))
    if embargo_until:
        files["EMBARGO.txt"] = f"Not to be published or quoted before {embargo_until}.\n"
    made = {path: text.encode("utf-8") for path, text in files.items()}
    made["datapackage.json"] = _json(_package(name, counties, made, maker)).encode()
    made["checksums.txt"] = _checksums(made)
    return made


def measure_json(name: str, county: CountyRelease, measure: str) -> dict[str, object]:
    """One measure of one county, as the API gives it; the keys are stable."""
    definition = DEFINITIONS[measure]
    return {
        "format": FORMAT,
        "county": county.key,
        "county_name": county.about.county,
        "measure": measure,
        "number": definition.number,
        "title": definition.title,
        "definition": definition.text,
        "method_version": definition.version,
        "release": name,
        "as_of": county.as_of.isoformat() if county.as_of else None,
        "groups_month": county.groups_month or None,
        "values": [
            {key: one.as_json()[key] for key in _VALUE_KEYS}
            for one in county.numbers
            if one.name == measure
        ],
    }


_VALUE_KEYS = (
    "part", "unit", "by", "group", "day", "value", "low", "high", "limits", "n", "unknown",
    "as_of", "suppressed", "text",
)  # fmt: skip


def measure_schema() -> dict[str, object]:
    """The JSON Schema of a measure's file."""
    number = {"type": ["number", "null"]}
    value = {
        "type": "object",
        "required": list(_VALUE_KEYS),
        "additionalProperties": False,
        "properties": {
            "part": {"type": "string"},
            "unit": {"enum": ["people", "bookings", "share", "nights", "days", "cents",
                              "per_100000", "ratio"]},
            "by": {"type": "string"},
            "group": {"type": "string"},
            "day": {"type": ["string", "null"], "format": "date"},
            "value": number,
            "low": number,
            "high": number,
            "limits": {"enum": ["none", "sampling", "bounds"]},
            "n": {"type": ["integer", "null"]},
            "unknown": {"type": ["integer", "null"]},
            "as_of": {"type": ["string", "null"], "format": "date"},
            "suppressed": {"type": "boolean"},
            "text": {"type": "string"},
        },
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A measure of a county",
        "type": "object",
        "required": ["format", "county", "measure", "title", "definition", "method_version",
                     "release", "as_of", "values"],
        "properties": {
            "format": {"const": FORMAT},
            "county": {"type": "string"},
            "measure": {"type": "string"},
            "method_version": {"type": "integer"},
            "release": {"type": "string"},
            "as_of": {"type": ["string", "null"], "format": "date"},
            "values": {"type": "array", "items": value},
        },
    }  # fmt: skip


def _about(county: CountyRelease) -> About:
    return About(**{**vars(county.about), "internal": False, "csv": "data"})


def _measures(county: CountyRelease) -> list[str]:
    there = {one.name for one in county.numbers}
    return [d.name for d in sorted(DEFINITIONS.values(), key=lambda d: d.number) if d.name in there]


def _csv(county: CountyRelease, measure: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in county.numbers:
        if one.name != measure:
            continue
        writer.writerow([
            county.key, measure, one.part, one.unit, one.by, one.group, one.day or "",
            _cell(one.value), _cell(one.low), _cell(one.high), one.limits, _cell(one.n),
            _cell(one.unknown), one.as_of or "", str(one.suppressed).lower(), one.text, one.version,
        ])  # fmt: skip
    return out.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _justice_counts(counties: Sequence[CountyRelease]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("county", "sector", "metric", "date", "value", "note"))
    for county in counties:
        for one in county.totals:
            metric = JUSTICE_COUNTS.get((one.name, one.part))
            if metric is None or one.by:
                continue
            day = one.day or one.as_of or ""
            writer.writerow((county.key, *metric, day, _cell(one.value), one.text))
    return out.getvalue()


def _provenance(
    name: str, counties: Sequence[CountyRelease], maker: Maker, embargo: str | None
) -> dict[str, object]:
    return {
        "release": name,
        "program": "cj-report-card",
        "version": maker.version,
        "commit": maker.commit,
        "method_versions": {d.name: d.version for d in DEFINITIONS.values()},
        "embargo_until": embargo,
        "counties": {
            county.key: {
                "as_of": county.as_of.isoformat() if county.as_of else None,
                "groups_month": county.groups_month or None,
                "shown": county.scope,
                "hidden": sum(one.suppressed for one in county.numbers),
                "crawls": dict(county.sources or {}),
                "inputs": dict(county.inputs or {}),
            }
            for county in counties
        },
    }


def _dataset(name: str, counties: Sequence[CountyRelease], maker: Maker) -> dict[str, object]:
    days = sorted(county.as_of for county in counties if county.as_of)
    told: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": "Jail report cards",
        "description": "How many people wait in jail for a trial, for how long, on what bond. Sums "
        "only; small groups are hidden.",
        "version": name,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "spatialCoverage": [county.about.county for county in counties],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv",
             "contentUrl": f"{county.key}/data/{measure}.csv"}
            for county in counties
            for measure in _measures(county)
        ],
    }  # fmt: skip
    if days:
        told["temporalCoverage"] = f"../{days[-1].isoformat()}"
    if maker.publisher:
        told["publisher"] = {"@type": "Organization", "name": maker.publisher}
    return told


def _package(
    name: str, counties: Sequence[CountyRelease], files: Mapping[str, bytes], maker: Maker
) -> dict[str, object]:
    kinds = {"value": "number", "low": "number", "high": "number", "n": "integer",
             "unknown": "integer", "day": "date", "as_of": "date", "suppressed": "boolean",
             "method_version": "integer"}  # fmt: skip
    fields = [{"name": column, "type": kinds.get(column, "string")} for column in COLUMNS]
    resources = []
    for county in counties:
        for measure in _measures(county):
            path = f"{county.key}/data/{measure}.csv"
            resources.append({
                "name": f"{county.key}-{measure}".replace("_", "-"),
                "title": f"{county.about.county}: {DEFINITIONS[measure].title}",
                "description": DEFINITIONS[measure].text,
                "path": path,
                "type": "table",
                "scheme": "file",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(files[path]),
                "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
                "schema": {"fields": fields},
            })  # fmt: skip
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "jail-report-cards",
        "title": "Jail report cards",
        "version": name,
        "licenses": [LICENSE],
        "contributors": [{"title": maker.publisher, "roles": ["publisher"]}]
        if maker.publisher
        else [],
        "resources": resources,
    }


def _correction(one: Correction) -> dict[str, str]:
    return {
        "county": one.county, "measure": one.measure, "part": one.part, "old": one.old,
        "new": one.new, "cause": one.cause, "on": one.on.isoformat(),
    }  # fmt: skip


def _checksums(files: Mapping[str, bytes]) -> bytes:
    lines = [
        f"{hashlib.sha256(body).hexdigest()}  {path}\n" for path, body in sorted(files.items())
    ]
    return "".join(lines).encode()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
