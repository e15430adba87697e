"""How the court portal prints things: dates, money, names. Also the Jinja environment that uses
them."""

from __future__ import annotations

import datetime as dt
import json

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from practice.facts import NameFacts, Shown


def date(value: dt.date | None) -> str:
    """``09/02/2026``, or nothing."""
    return value.strftime("%m/%d/%Y") if value else ""


def long_date(value: dt.date) -> str:
    """``9/2/2026 12:00:00 AM``, as the embedded JSON has it."""
    return f"{value.month}/{value.day}/{value.year} 12:00:00 AM"


def birth(value: dt.date | None, shown: Shown) -> str:
    """A birth date as far as this place prints it: whole, ``XX/XX/1990``, ``01/01/1900``, or
    nothing."""
    if value is None or shown == "absent":
        return ""
    if shown == "placeholder":
        return "01/01/1900"
    return date(value) if shown == "full" else f"XX/XX/{value.year}"


def clock(value: dt.time | None) -> str:
    """``09:00 AM`` (classic page), or nothing."""
    return value.strftime("%I:%M %p") if value else ""


def money(cents: int) -> str:
    """``$5,000.00``; negative amounts stand in parentheses."""
    text = f"${abs(cents) / 100:,.2f}"
    return f"({text})" if cents < 0 else text


def name(value: NameFacts) -> str:
    """``LAST, FIRST MIDDLE SUFFIX``, or the one word."""
    given = " ".join(filter(None, (value.first, value.middle, value.suffix)))
    return f"{value.last}, {given}" if given else value.last


def script_json(value: object) -> Markup:
    """JSON that may stand inside a script element: no ``<``, ``>`` or ``&`` in it."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def environment() -> Environment:
    """Templates of the portal and of its identity provider."""
    env = Environment(
        loader=PackageLoader("practice.odyssey"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(date=date, clock=clock, money=money, name=name, script_json=script_json)
    env.globals.update(birth=birth, dict=dict)
    return env
