"""The pages of a release that are not the card: a measure, the definitions, before you print."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from reportcard.measures.measure import DEFINITIONS
from reportcard.report import words
from reportcard.report.draw import style
from reportcard.report.sentences import dollars

if TYPE_CHECKING:
    from reportcard.publish.release import CountyRelease


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja2 over the packaged templates, everything escaped."""
    return Environment(
        loader=PackageLoader("reportcard.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def draw(template: str, **values: object) -> str:
    """A page by its template."""
    return environment().get_template(template).render(style=style(), **values)


def measure_page(county: CountyRelease, measure: str, told: dict[str, object]) -> str:
    """One measure of a county, with its definition and all its numbers."""
    rows = []
    for one in county.numbers:
        if one.name != measure:
            continue
        who = f"{words.BY.get(one.by, one.by)}: {words.group(one.group)}" if one.by else "everybody"
        shown = one.text if one.value is None else _shown(one.unit, one.value)
        rows.append({
            "part": one.part.replace("_", " "), "who": who, "day": one.day or "", "value": shown,
            "low": "" if one.low is None else _shown(one.unit, one.low),
            "high": "" if one.high is None else _shown(one.unit, one.high),
            "n": "" if one.n is None else f"{one.n:,}",
        })  # fmt: skip
    return draw(
        "measure.html.j2", title=f"{told['title']}: {county.about.county}", told=told, rows=rows,
        county=county.about.county, key=county.key, up="../",
    )  # fmt: skip


def definitions_page() -> str:
    """All definitions."""
    ordered = sorted(DEFINITIONS.values(), key=lambda d: d.number)
    return draw("definitions.html.j2", title="Definitions", definitions=ordered, up="")


def methods_page() -> str:
    """What may be said, what may not, and the usual mistakes."""
    return draw("methods.html.j2", title="Before you print", up="")


def _shown(unit: str, value: float) -> str:
    if unit == "share":
        return f"{100 * value:.0f}%"
    if unit == "cents":
        return dollars(value)
    return f"{value:,.10g}"
