"""What a recording may keep: product labels, values and words that say nothing about a person.

The list is ``harmless.txt`` in this folder. Everything else is replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
IN_NAMES = SUFFIXES | {
    "llc",
    "inc",
    "co",
    "corp",
    "ltd",
    "lp",
    "na",
    "dba",
    "et",
    "al",
    "and",
    "the",
    "aka",
    "vs",
    "v",
}
"""Words that stay in a name: what somebody is, not who."""
IN_ADDRESSES = words_of(
    "st ave rd dr ln blvd ct cir pl ter pkwy hwy way apt unit ste fl n s e w ne nw se sw po box "
    "street avenue road drive lane boulevard court circle place"
)
_GOVERNMENT = re.compile(
    r"(?:the )?(?:state|commonwealth|people|united states)(?: of)?(?: the)?(?: state of)?"
    r"(?: (?P<where>[a-z ]+))?"
)


@dataclass(frozen=True)
class Vocabulary:
    """``words`` in lower case; ``labels``, ``values`` and ``states`` normalized by `plain`."""

    words: frozenset[str]
    labels: frozenset[str]
    values: frozenset[str]
    states: frozenset[str]

    def government(self, text: str) -> bool:
        """Whether the text names a prosecuting government: STATE OF TENNESSEE, THE PEOPLE."""
        found = _GOVERNMENT.fullmatch(plain(text))
        return found is not None and (found["where"] is None or found["where"] in self.states)


def plain(text: str) -> str:
    """A text normalized for comparison: lower case, white space collapsed, without colons and
    asterisks around it."""
    return " ".join(text.replace("\xa0", " ").split()).strip(" :*").lower()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The packaged list."""
    sections: dict[str, list[str]] = {}
    for line in (
        resources.files("replay.anonymize").joinpath("harmless.txt").read_text("utf-8").splitlines()
    ):
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            sections[text[1:-1]] = []
        elif text and text != "#" and not text.startswith("# "):
            sections[list(sections)[-1]].append(text)
    return Vocabulary(
        words=frozenset(" ".join(sections["words"]).lower().split()),
        labels=frozenset(map(plain, sections["labels"])),
        values=frozenset(map(plain, sections["values"])),
        states=frozenset(map(plain, sections["states"])),
    )
