"""Draws a report card: the template over its view, everything escaped, no script, no request."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reportcard.report.view import Card


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja2 over the packaged templates: every value is escaped, a missing one is an error."""
    return Environment(
        loader=PackageLoader("reportcard.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def draw_card(card: Card) -> str:
    """The page as one HTML text."""
    return environment().get_template("card.html.j2").render(card=card, style=style())


def style() -> Markup:
    """The style sheet; it is ours, so it is not escaped."""
    text = resources.files("reportcard.report").joinpath("templates/style.css").read_text("utf-8")
    return Markup(text)
