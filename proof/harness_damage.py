"""Pages damaged beyond reason, each read in a process of its own that a hard limit ends.

    python proof/harness_damage.py NAME DAMAGE

reads the page NAME (as `Page` prints itself) with that damage and prints what came of it:
``record`` or the fault's name."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from proof.harness_parsing import SERVICES, Page, pages
from scrapers.values import LONGEST

SECONDS = 60.0
"""So long a parser may take over ten megabytes before it is ended; on idle cores it takes a tenth
of that."""
_MANY = 10_000
_BIG = 10_000_000
_ROW = "<tr><td>x</td><td>y</td></tr>"
_CASE = (
    '<tr class="k-master-row bodysmall"><td><a class="caseLink" data-url="/x">1</a></td>'
    '<td data-label="Party Name">A, B</td></tr>'
)
"""A row that a parser of results or charges takes for one of its own."""


def _inside(text: str, more: str) -> str:
    place = text.find("<td")
    place = text.find("{") + 1 if place < 0 else place
    return text[:place] + more + text[place:]


def _room(page: Page) -> int:
    return LONGEST - len(page.text) - 100


def _noise(size: int) -> str:
    chance = random.Random(20261122)
    return "".join(chr(chance.randrange(1, 0x2FF)) for _ in range(size))


DAMAGES: dict[str, Callable[[Page], str]] = {
    "ten megabytes of words": lambda page: _inside(page.text, "word " * (_BIG // 5)),
    "ten megabytes of rows": lambda page: _inside(page.text, _ROW * (_BIG // len(_ROW))),
    "ten megabytes in one attribute": lambda page: _inside(
        page.text, f'<i title="{"a" * _BIG}"></i>'
    ),
    "as many words as a page may have": lambda page: _inside(
        page.text, "word " * (_room(page) // 5)
    ),
    "as many rows as a page may have": lambda page: _inside(
        page.text, _ROW * (_room(page) // len(_ROW))
    ),
    "as many case rows as a page may have": lambda page: _inside(
        page.text, _CASE * (_room(page) // len(_CASE))
    ),
    "10,000 nested blocks around": lambda page: "<div>" * _MANY + page.text + "</div>" * _MANY,
    "10,000 nested tables inside": lambda page: _inside(page.text, "<table><tr><td>" * _MANY),
    "10,000 nested lists": lambda page: _inside(
        page.text, '"deep": ' + "[" * _MANY + "]" * _MANY + ","
    ),
    "a megabyte of noise": lambda page: _inside(page.text, _noise(1_000_000)),
    "nothing but noise": lambda page: _noise(200_000),
    "nothing": lambda page: "",
    "null bytes": lambda page: page.text.replace("<", "\x00<"),
}
_OF_JSON = ("10,000 nested lists", "nothing but noise", "nothing", "ten megabytes of words")


def damages_of(page: Page) -> tuple[str, ...]:
    """The damages that make sense for a page, or for a service's answer."""
    if page.kind in SERVICES:
        return _OF_JSON
    return tuple(name for name in DAMAGES if name != "10,000 nested lists")


def one_of_each() -> list[Page]:
    """One page with a record of every page kind: the longest."""
    longest: dict[str, Page] = {}
    for page in pages():
        known = longest.get(page.kind)
        if "fault" not in page.record and (known is None or len(page.text) > len(known.text)):
            longest[page.kind] = page
    return list(longest.values())


def read_apart(page: Page, damage: str, *, seconds: float = SECONDS) -> str:
    """What came of it in a process of its own: ``record``, a fault's name, ``hangs`` or ``crash:
    ...``."""
    command = [sys.executable, str(Path(__file__).resolve()), str(page), damage]
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=_environment(root),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    if done.returncode:
        return "crash: " + (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
    return done.stdout.strip()


def _environment(root: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}


def main() -> None:
    """Reads one damaged page and says what came of it."""
    name, damage = sys.argv[1:]
    page = next(page for page in pages() if str(page) == name)
    found = page.read(DAMAGES[damage](page))
    print(found.get("fault", "record"))


if __name__ == "__main__":
    main()
