"""``cj doctor``: what this machine lacks for a crawl, and what to do about it."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from cj.doctor import Check, Machine, examine

_MARKS = {"ok": "ok", "warning": "note", "problem": "PROBLEM"}
_STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def run(arguments: argparse.Namespace) -> int:
    """Print every check; exit 0 without problems, else 3."""
    machine = Machine(environment=os.environ, data=Path(arguments.data))
    found = list(examine(machine))
    if arguments.json:
        print(json.dumps([check.as_json() for check in found], indent=1, ensure_ascii=False))
    else:
        _show(found)
    return 3 if any(check.state == "problem" for check in found) else 0


def _show(found: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in found:
        said = Text(check.found)
        if check.why:
            said.append(f"\n{check.why[0].upper()}{check.why[1:]}.", style="dim")
        if check.do:
            said.append(f"\nDo: {check.do}")
        table.add_row(Text(_MARKS[check.state], style=_STYLES[check.state]), check.name, said)
    Console(highlight=False).print(table)
    problems = sum(check.state == "problem" for check in found)
    notes = sum(check.state == "warning" for check in found)
    print(
        f"\n{len(found)} checks: {problems or 'no'} problem{'s' * (problems != 1)}, "
        f"{notes or 'no'} note{'s' * (notes != 1)}."
    )
