"""``cj sites``: the counties known."""

from __future__ import annotations

import argparse
import json

from scrapers.sites import Site, all_sites


def run(arguments: argparse.Namespace) -> int:
    """Print them all."""
    sites = all_sites()
    if arguments.json:
        print(
            json.dumps(
                [site.model_dump(mode="json") for site in sites], indent=1, ensure_ascii=False
            )
        )
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("site", "county", "halves", "last seen working"):
        table.add_column(title, no_wrap=title in ("site", "halves"))
    for site in sites:
        table.add_row(site.key, site.name, _halves(site), site.last_seen_working or "not known")
    console = Console()
    # Cut nothing where the output is read by a program.
    Console(width=None if console.is_terminal else 240).print(table)
    return 0


def _halves(site: Site) -> str:
    return " + ".join(name for name, part in (("jail", site.jail), ("odyssey", site.court)) if part)
