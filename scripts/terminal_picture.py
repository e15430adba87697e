"""Draws what a terminal showed as a picture: ``tmux capture-pane -e -p | python
scripts/terminal_picture.py TITLE OUT.svg``."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text


def main() -> None:
    """Reads the terminal's text with its colours from standard input; writes the picture without
    any outside address."""
    title, out = sys.argv[1:3]
    lines = [line.rstrip() for line in sys.stdin.read().rstrip().splitlines()]
    width = max(len(Text.from_ansi(line)) for line in lines) + 1
    console = Console(
        record=True, width=width, file=io.StringIO(), force_terminal=True, highlight=False
    )
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=True)
    svg = console.export_svg(title=title)
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    svg = svg.replace(
        "Fira Code, monospace", "ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace"
    )
    svg = re.sub(r"<!-- Generated with Rich[^>]*-->", "", svg)
    Path(out).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
