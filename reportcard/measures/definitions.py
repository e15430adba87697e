"""The definitions as they stand in ``docs/measures.md``; a test holds the two together."""

from __future__ import annotations

import textwrap

from reportcard.measures import DEFINITIONS

BEGIN = "<!-- definitions: made by python -m reportcard.measures -->"
END = "<!-- end of definitions -->"


def definitions() -> str:
    """All definitions in Markdown, by number: a table, then each in full."""
    ordered = sorted(DEFINITIONS.values(), key=lambda one: one.number)
    lines = ["| # | name | measure | version |", "|---|---|---|---|"]
    lines += [f"| {one.number} | `{one.name}` | {one.title} | {one.version} |" for one in ordered]
    for one in ordered:
        groups = f" By {', '.join(one.groups)}." if one.groups else ""
        added = " It tells more than the county's own list." if one.adds else ""
        text = f"**{one.number}. {one.title}** (`{one.name}`). {one.text}{groups}{added}"
        lines += ["", *textwrap.wrap(text, 100, break_on_hyphens=False, break_long_words=False)]
    return "\n".join(lines)
