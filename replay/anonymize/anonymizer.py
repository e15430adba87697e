"""Replaces everything personal in a visit, then verifies the result by reading it again."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from replay.anonymize.compare import differences
from replay.anonymize.html_text import HtmlReplacer
from replay.anonymize.json_text import replace_json
from replay.anonymize.key import Key
from replay.anonymize.leaks import leaks
from replay.anonymize.personal import PersonalValues, person_of
from replay.anonymize.pseudonyms import Pseudonyms
from replay.anonymize.readings import readings
from replay.anonymize.text import TextReplacer
from replay.anonymize.urls import UrlReplacer
from replay.exchange import Exchange, Step
from scrapers.saved import PageReading
from scrapers.sites import Site

INVENTED = "cj-report-card 1"
"""``about.invented`` of a recording: the version of the list of invented words that all its names
come from. `replay.guard` checks it."""
_MOST_SHOWN = 12


class UnsafeRecordingError(Exception):
    """The recording would leak something personal or read differently from the visit. ``reasons``
    say where, never what."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(
            "; ".join(reasons[:_MOST_SHOWN]) + ("; ..." if len(reasons) > _MOST_SHOWN else "")
        )
        self.reasons = reasons


@dataclass(frozen=True)
class Recording:
    """``exchange`` holds invented values only. ``replaced``: for each kind, the number of values
    and an example of a new one. ``not_understood``: pages that no parser could read, where only the
    list of harmless words decided."""

    exchange: Exchange
    replaced: dict[str, tuple[int, str]]
    not_understood: tuple[str, ...] = ()


def anonymize(visit: Exchange, site: Site, key: Key) -> Recording:
    """The visit as a safe fixture. Raises UnsafeRecordingError."""
    if not visit.steps:
        raise UnsafeRecordingError(["the visit has no steps"])
    for number, step in enumerate(visit.steps, 1):
        if 'type="password"' in step.body.lower().replace("'", '"'):
            raise UnsafeRecordingError(
                [f"step {number} is a sign-in form: a recording starts after the sign-in"]
            )
    before = readings(visit, site)
    personal = personal_values_of(visit, before)
    pseudonyms = Pseudonyms(key, personal)
    urls = UrlReplacer(site, pseudonyms)
    texts = urls.texts = TextReplacer(pseudonyms, urls.replace)
    whose = {number: page.person for page in before for number in page.steps if page.person}
    steps = tuple(
        _anonymized(step, whose.get(number, ""), texts, urls)
        for number, step in enumerate(visit.steps, 1)
    )
    exchange = replace(visit, made="recorded", steps=steps, about=_about(visit, texts))
    _verify(exchange, before, readings(exchange, site), personal)
    return Recording(
        exchange,
        {
            kind: (len(count.originals), count.example)
            for kind, count in sorted(pseudonyms.counts.items())
        },
        tuple(
            f"{page.kind} in step {page.steps[0]}: {page.fault}" for page in before if page.fault
        ),
    )


def personal_values_of(visit: Exchange, pages: list[PageReading]) -> PersonalValues:
    """Everything personal that the parsers found in a visit, and that was searched for."""
    personal = PersonalValues()
    for page in pages:
        personal.learn(page.record)
    for step in visit.steps:
        for name, text in step.fields.items():
            last = name.rpartition(".")[2].lower()
            if last in ("searchcriteria", "systemuser_lastname", "systemuser_firstname") and text:
                personal.name(text)
            elif "dob" in last or "birth" in last:
                personal.learn({"date_of_birth": text})
            elif last in ("sysid", "imgsysid", "identifier", "systemuser_identifiervalue"):
                personal.number(text)
    asked, born = visit.about.get("asked"), visit.about.get("born")
    if isinstance(asked, str):
        personal.name(asked)
    personal.learn({"date_of_birth": born, "booking_number": visit.about.get("person")})
    return personal


def files_of(exchange: Exchange) -> dict[str, bytes]:
    """The files of the fixture's folder, by name."""
    with tempfile.TemporaryDirectory(prefix="cj-record-") as place:
        exchange.save(Path(place))
        return {path.name: path.read_bytes() for path in sorted(Path(place).iterdir())}


def _anonymized(step: Step, person: str, texts: TextReplacer, urls: UrlReplacer) -> Step:
    texts.person, texts.follows = person, not person
    body = (
        replace_json(step.body, texts, urls)
        if step.json
        else HtmlReplacer(texts, urls).replace(step.body)
    )
    headers = dict(step.headers)
    if "location" in headers:
        headers["location"] = urls.replace(headers["location"])
    return replace(
        step,
        url=urls.replace(step.url),
        fields=urls.fields(step.fields),
        body=body,
        headers=headers,
    )


_ABOUT = {"asked": "name", "born": "birth", "person": "id", "day": "text"}
_ABOUT_KEPT = ("kind", "outcome", "cases", "details", "start")


def _about(visit: Exchange, texts: TextReplacer) -> dict[str, object]:
    """``about`` with invented values, marked as a recording."""
    texts.person = person_of(str(visit.about.get("asked", "")))
    about: dict[str, object] = {
        name: visit.about[name] for name in _ABOUT_KEPT if name in visit.about
    }
    for name, mode in _ABOUT.items():
        if visit.about.get(name):
            about[name] = texts.replace(str(visit.about[name]), mode)
    return {**about, "invented": INVENTED}


def _verify(
    exchange: Exchange,
    before: list[PageReading],
    after: list[PageReading],
    personal: PersonalValues,
) -> None:
    reasons = differences(before, after)
    own = re.findall(r"[a-z]+", f"{exchange.site} {exchange.page}".lower())
    reasons += leaks(files_of(exchange), personal, own)
    if reasons:
        raise UnsafeRecordingError(reasons)
