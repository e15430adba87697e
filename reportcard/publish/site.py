"""What stands above the releases: the index page, the API's index, the feed, the list of releases.

These are the only files that are ever replaced; `api/v1/index.json` and `index.html` are written
last, so that a reader sees the old release whole or the new one whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from xml.sax.saxutils import escape

from pydantic import TypeAdapter, ValidationError

from reportcard.measures.measure import DEFINITIONS
from reportcard.publish.pages import draw
from reportcard.publish.release import FORMAT, LICENSE, Correction, CountyRelease, Maker

LIST = "releases.json"
INDEX = "api/v1/index.json"
LAST = (INDEX, "index.html")
"""Written last, in this order."""


@dataclass(frozen=True)
class ReleaseMark:
    """A release as the site remembers it. ``checksum`` is that of its ``checksums.txt``;
    ``withdrawn`` is the class of reason, empty while the release stands; ``at`` is when its newest
    list was read."""

    name: str
    at: str
    checksum: str
    withdrawn: str = ""
    withdrawn_on: str = ""
    corrections: tuple[Correction, ...] = ()


_MARKS = TypeAdapter(tuple[ReleaseMark, ...])


def marks_of(text: str | bytes) -> tuple[ReleaseMark, ...]:
    """The releases of a site, oldest first. Raises ValueError for a file that is not ours."""
    try:
        told = json.loads(text)
        return _MARKS.validate_python(told["releases"])
    except (ValueError, KeyError, TypeError, ValidationError) as wrong:
        raise ValueError(f"{LIST} is not a list of releases of cj publish") from wrong


def site_files(
    marks: Sequence[ReleaseMark], counties: Sequence[CountyRelease], maker: Maker
) -> dict[str, bytes]:
    """The replaceable files, in the order in which they are to be written."""
    standing = [mark for mark in marks if not mark.withdrawn]
    current = standing[-1].name if standing else ""
    prefix = f"releases/{current}/" if current else ""
    corrections = [one for mark in marks for one in mark.corrections]
    notices = [
        f"Release {mark.name} was withdrawn on {mark.withdrawn_on}: {mark.withdrawn}."
        for mark in marks
        if mark.withdrawn
    ]
    page = draw(
        "site.html.j2",
        title="Jail report cards",
        release=current or "none yet",
        publisher=maker.publisher,
        contact=maker.contact,
        notices=notices,
        counties=[
            {"key": c.key, "name": c.about.county, "as_of": c.as_of or "", "say": _say(c)}
            for c in counties
        ],
        prefix=prefix,
        corrections=corrections,
        releases=list(reversed(marks)),
        up=prefix,
    )
    return {
        LIST: _json({"format": FORMAT, "releases": [_mark(mark) for mark in marks]}),
        "feed.xml": feed(marks, maker).encode(),
        INDEX: _json(_index(current, prefix, marks, counties, maker)),
        "index.html": page.encode(),
    }


def withdrawn(
    marks: Sequence[ReleaseMark], name: str, reason: str, on: dt.date
) -> tuple[ReleaseMark, ...]:
    """The marks with one release withdrawn. Raises KeyError where there is none of that name."""
    if name not in {mark.name for mark in marks}:
        raise KeyError(name)
    return tuple(
        replace(mark, withdrawn=reason, withdrawn_on=on.isoformat()) if mark.name == name else mark
        for mark in marks
    )


def feed(marks: Sequence[ReleaseMark], maker: Maker) -> str:
    """An Atom feed: new releases, corrections, withdrawals, newest first."""
    entries: list[tuple[str, str, str, str]] = []
    for mark in marks:
        entries.append((mark.at, f"release-{mark.name}", f"Release {mark.name}", "New numbers."))
        entries += [
            (f"{one.on.isoformat()}T00:00:00+00:00",
             f"correction-{mark.name}-{one.county}-{one.measure}-{one.part}",
             f"Corrected: {one.measure} ({one.part}) of {one.county}",
             f"{one.old} is now {one.new}. {one.cause}")
            for one in mark.corrections
        ]  # fmt: skip
        if mark.withdrawn:
            entries.append((f"{mark.withdrawn_on}T00:00:00+00:00", f"withdrawn-{mark.name}",
                            f"Withdrawn: release {mark.name}", mark.withdrawn))  # fmt: skip
    entries.sort(reverse=True)
    newest = entries[0][0] if entries else "1970-01-01T00:00:00+00:00"
    author = escape(maker.publisher or "cj-report-card")
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>Jail report cards</title>\n<id>urn:cj-report-card:feed</id>\n"
        f"<updated>{newest}</updated>\n<author><name>{author}</name></author>\n"
    ]
    parts += [
        f"<entry><title>{escape(title)}</title><id>urn:cj-report-card:{escape(key)}</id>"
        f"<updated>{at}</updated><summary>{escape(said)}</summary></entry>\n"
        for at, key, title, said in entries
    ]
    return "".join([*parts, "</feed>\n"])


def _index(
    current: str,
    prefix: str,
    marks: Sequence[ReleaseMark],
    counties: Sequence[CountyRelease],
    maker: Maker,
) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": 1,
        "release": current,
        "releases": [mark.name for mark in marks if not mark.withdrawn],
        "withdrawn": [mark.name for mark in marks if mark.withdrawn],
        "license": LICENSE["name"],
        "contact": maker.contact,
        "publisher": maker.publisher,
        "schema": f"{prefix}api/v1/schema.json",
        "counties": [
            {
                "key": county.key,
                "name": county.about.county,
                "as_of": county.as_of.isoformat() if county.as_of else "",
                "shown": county.scope,
                "card": f"{prefix}{county.key}/index.html",
                "measures": [
                    {
                        "name": name,
                        "title": DEFINITIONS[name].title,
                        "path": f"{prefix}api/v1/{county.key}/{name}.json",
                        "csv": f"{prefix}{county.key}/data/{name}.csv",
                    }
                    for name in dict.fromkeys(one.name for one in county.numbers)
                ],
            }
            for county in counties
        ]
        if current
        else [],
    }


def _say(county: CountyRelease) -> str:
    from reportcard.report.compose import compose

    if county.scope == "few":
        return "Too few people to publish safely; only the number held is shown."
    return compose(county.numbers, county.about).statement


def _mark(mark: ReleaseMark) -> dict[str, object]:
    told = asdict(mark)
    told["corrections"] = [{**asdict(c), "on": c.on.isoformat()} for c in mark.corrections]
    return told


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
