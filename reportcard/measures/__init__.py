"""From a panel to numbers: pure functions, each with its definition beside it.

    measures = all_measures(panel)
    by_race = measure(panel, "stay", by="race")

``measure``: `Measure`, `Definition`, `DEFINITIONS`, `Options`; ``survival``, ``incidence``,
``intervals``, ``flows``: the statistics; the other modules hold the measures of
``docs/measures.md``."""

from collections.abc import Iterator

from reportcard.measures import (
    advocates,
    bond,
    court,
    coverage,
    disparity,
    flow,
    held,
    returns,
    stay,
)
from reportcard.measures.measure import DEFINITIONS, Definition, Measure, Options
from reportcard.panel.model import Panel

_MODULES = (held, stay, flow, bond, court, returns, disparity, advocates, coverage)


def measure(panel: Panel, name: str, by: str = "", options: Options | None = None) -> list[Measure]:
    """The numbers of one measure, of everybody or by group. Raises KeyError for a name, ValueError
    for a grouping that it does not have."""
    definition = DEFINITIONS[name]
    if by and by not in definition.groups:
        raise ValueError(f"measure {name!r} is not told by {by!r}")
    return list(definition.compute(panel, by, options or Options()))


def all_measures(panel: Panel, options: Options | None = None) -> Iterator[Measure]:
    """All measures, of everybody and by every grouping they have, in the order of their numbers."""
    for definition in sorted(DEFINITIONS.values(), key=lambda one: one.number):
        for by in ("", *definition.groups):
            yield from measure(panel, definition.name, by, options)


__all__ = ["DEFINITIONS", "Definition", "Measure", "Options", "all_measures", "measure"]
