"""What the README and the docs name exists, and every command they print is understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cj.options import parser

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(text: str) -> list[str]:
    """The lines of code blocks that run `cj`, without their comments."""
    found = []
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if re.match(r"(bin/)?cj [a-z]", line):
                found.append(line.partition("  #")[0].strip())
    return found


def test_every_file_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_it_shows_the_commands_that_matter() -> None:
    words = {shlex.split(line)[1] for line in commands(README)}
    assert {"crawl", "show", "load", "report", "publish", "read", "doctor"} <= words


@pytest.mark.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_every_command_of_a_page_is_understood(page: Path) -> None:
    for line in commands(page.read_text(encoding="utf-8")):
        words = [word for word in shlex.split(line)[1:] if word != "..."]
        for mark in ("|", ">", "&&", ";"):
            if mark in words:
                words = words[: words.index(mark)]
        try:
            parser().parse_args(words)
        except SystemExit as refused:
            if refused.code:
                pytest.fail(f"{page.name}: {line}")
