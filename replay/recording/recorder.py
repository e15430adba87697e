"""A visit with everything personal replaced, proved by reading it again; or a refusal that says
why."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from replay.exchange import Exchange, Step
from replay.recording.address import Addresses
from replay.recording.compare import differences
from replay.recording.jsons import say_json
from replay.recording.key import Key
from replay.recording.leaks import leaks
from replay.recording.markup import Markup
from replay.recording.personal import Personal, person_of
from replay.recording.pseudonyms import Pseudonyms
from replay.recording.readings import VisitReading, readings
from replay.recording.speech import Speaker
from scrapers.sites import Site

INVENTED = "cj-report-card 1"
"""``about.invented`` of a recording: all names in it are of the closed list of that version, as the
guard test checks."""
_MOST_SHOWN = 12


class RefusedError(Exception):
    """The recording would not be safe or not be true; ``reasons`` say where, never what."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(
            "; ".join(reasons[:_MOST_SHOWN]) + ("; ..." if len(reasons) > _MOST_SHOWN else "")
        )
        self.reasons = reasons


@dataclass(frozen=True)
class Recording:
    """``exchange`` holds invented values only. ``replaced``: by kind, how many values, and a new
    one as an example. ``strange``: pages that no parser of the house understands, where the list of
    harmless words alone decided."""

    exchange: Exchange
    replaced: dict[str, tuple[int, str]]
    strange: tuple[str, ...] = ()


def record(visit: Exchange, site: Site, key: Key) -> Recording:
    """The visit as a fixture. Raises Refused where it would read otherwise, or where something
    personal is left."""
    if not visit.steps:
        raise RefusedError(["nothing was visited"])
    for number, step in enumerate(visit.steps, 1):
        if 'type="password"' in step.body.lower().replace("'", '"'):
            raise RefusedError([f"step {number} is a sign-in form: a recording begins behind it"])
    before = readings(visit, site)
    personal = known_of(visit, before)
    made = Pseudonyms(key, personal)
    addresses = Addresses(site, made)
    speaker = addresses.speaker = Speaker(made, addresses.say)
    whose = {number: one.person for one in before for number in one.steps if one.person}
    steps = tuple(
        _said(step, whose.get(number, ""), speaker, addresses)
        for number, step in enumerate(visit.steps, 1)
    )
    exchange = replace(visit, made="recorded", steps=steps, about=_about(visit, speaker))
    _prove(exchange, before, readings(exchange, site), personal)
    return Recording(
        exchange,
        {kind: (len(one.originals), one.example) for kind, one in sorted(made.kinds.items())},
        tuple(f"{one.what} in step {one.steps[0]}: {one.fault}" for one in before if one.fault),
    )


def known_of(visit: Exchange, found: list[VisitReading]) -> Personal:
    """Everything personal that the parsers found in a visit, and that was asked for."""
    personal = Personal()
    for one in found:
        personal.learn(one.tree)
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
    """What the fixture's folder holds, by file name."""
    with tempfile.TemporaryDirectory(prefix="cj-record-") as place:
        exchange.save(Path(place))
        return {path.name: path.read_bytes() for path in sorted(Path(place).iterdir())}


def _said(step: Step, person: str, speaker: Speaker, addresses: Addresses) -> Step:
    speaker.person, speaker.follows = person, not person
    body = (
        say_json(step.body, speaker, addresses)
        if step.json
        else Markup(speaker, addresses).say(step.body)
    )
    headers = dict(step.headers)
    if "location" in headers:
        headers["location"] = addresses.say(headers["location"])
    return replace(
        step,
        url=addresses.say(step.url),
        fields=addresses.fields(step.fields),
        body=body,
        headers=headers,
    )


_ABOUT = {"asked": "name", "born": "birth", "person": "id", "day": "text"}
_ABOUT_KEPT = ("kind", "outcome", "cases", "details", "start")


def _about(visit: Exchange, speaker: Speaker) -> dict[str, object]:
    """What was asked, invented like the rest; and that this is a recording with words of the closed
    list."""
    speaker.person = person_of(str(visit.about.get("asked", "")))
    about: dict[str, object] = {
        name: visit.about[name] for name in _ABOUT_KEPT if name in visit.about
    }
    for name, mode in _ABOUT.items():
        if visit.about.get(name):
            about[name] = speaker.say(str(visit.about[name]), mode)
    return {**about, "invented": INVENTED}


def _prove(
    exchange: Exchange, before: list[VisitReading], after: list[VisitReading], personal: Personal
) -> None:
    reasons = differences(before, after)
    own = re.findall(r"[a-z]+", f"{exchange.site} {exchange.page}".lower())
    reasons += leaks(files_of(exchange), personal, own)
    if reasons:
        raise RefusedError(reasons)
