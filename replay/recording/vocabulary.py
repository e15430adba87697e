"""What a recording may keep: labels of the products, values and words that say nothing of a person.

All of it stands in ``harmless.txt`` beside this module. What is not there is replaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


def listed(text: str) -> frozenset[str]:
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
IN_ADDRESSES = listed(
    "st ave rd dr ln blvd ct cir pl ter pkwy hwy way apt unit ste fl n s e w ne nw se sw po box street avenue road drive "
    "fetch mode boulevard court circle place"
)
_GOVERNMENT = re.compile(
    r"(?:the )?(?:state|commonwealth|people|united states)(?: of)?(?: the)?(?: state of)?(?: (?P<where>[a-z ]+))?"
)


@dataclass(frozen=True)
class Vocabulary:
    """``words`` in lower case; ``labels``, ``values`` and ``states`` as `plain` writes them."""

    words: frozenset[str]
    labels: frozenset[str]
    values: frozenset[str]
    states: frozenset[str]

    def government(self, text: str) -> bool:
        """Whether the text names who prosecutes: STATE OF TENNESSEE, THE PEOPLE."""
        found = _GOVERNMENT.fullmatch(plain(text))
        return found is not None and (found["where"] is None or found["where"] in self.states)


def plain(text: str) -> str:
    """A text for comparing: lower case, white space collapsed, no colon, star or required mark
    round it."""
    return " ".join(text.replace("\xa0", " ").split()).strip(" :*").lower()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The packaged one."""
    sections: dict[str, list[str]] = {}
    for line in (
        resources.files("replay.recording").joinpath("harmless.txt").read_text("utf-8").splitlines()
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
