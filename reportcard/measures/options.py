"""What a user adds to the measures: residents by group, what a night costs."""

from __future__ import annotations

import csv
from pathlib import Path

from reportcard.measures.groups import PERSONAL
from reportcard.measures.measure import Options


def options_of(
    population: Path | None = None, night_cost: str | None = None, night_source: str = ""
) -> Options:
    """The options of a population file and of dollars a night (``85.20``). Raises ValueError, with
    the line where there is one, and OSError."""
    return Options(
        residents=residents_of(population) if population is not None else None,
        night_cents=_cents(night_cost) if night_cost is not None else None,
        night_source=night_source,
    )


def residents_of(path: Path) -> dict[tuple[str, str], int]:
    """Residents by (grouping, group) of a CSV file with the columns ``by,group,residents``, where
    ``by`` is sex, race or age, and ``group`` the jail's own word."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"by", "group", "residents"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path}: the columns by, group and residents are needed")
        found: dict[tuple[str, str], int] = {}
        for number, row in enumerate(reader, start=2):
            by, group, count = row["by"], row["group"], row["residents"] or ""
            if by not in PERSONAL:
                raise ValueError(f"{path}, line {number}: by is {', '.join(PERSONAL)}, not {by!r}")
            if not count.isascii() or not count.isdigit():
                raise ValueError(f"{path}, line {number}: {count!r} is no number of residents")
            found[by, group] = int(count)
    return found


def _cents(dollars: str) -> int:
    whole, _, part = dollars.partition(".")
    if not dollars.isascii() or not whole.isdigit() or not (part.isdigit() or not part):
        raise ValueError(f"dollars a night are a number like 85.20, not {dollars!r}")
    if len(part) > 2:
        raise ValueError(f"dollars a night have two decimals, not {dollars!r}")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")
