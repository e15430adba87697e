"""What is difficult about each person: the hard ones stand at fixed positions, later ones come by
rate."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

NameKind = Literal[
    "plain",
    "hyphen_blank",  # the court writes a blank for the hyphen
    "hyphen_part",  # the court knows one part only
    "apostrophe",  # the court leaves it out
    "accent",  # the court leaves it out
    "one_word",
    "suffix",  # printed as the last word
    "suffix_after_last",  # typed into the last-name box: LAST JR, FIRST
    "twin",  # the name of the person before, another birth date
    "common",
]
Custody = Literal[
    "by_court",  # labels follow the court cases, as a jail's would
    "all_open",
    "detainer",
    "violation",
    "blank",
    "paid",
    "unknown_word",
    "no_entries",
    "general_sessions_only",
    "mixed",
    "all_sentenced",
    "released",
]
Script = Literal[
    "open",
    "one_dismissed",
    "amended",
    "plea_only",
    "sentenced",
    "bound_over",
    "two_dispositions",
    "dismissed",
    "held",
    "civil",
    "odd_status",
    "bare",
    "many_charges",
]
Index = Literal[
    "full",
    "none",
    "forty",
    "restricted",
    "row_masked",  # filtered by birth date, masked on the row, printed on the case page
    "row_absent",  # the same with an empty cell
    "page_only",  # no filter knows it; printed on the case page
    "unseen",  # printed nowhere
    "two_parties",
    "alias",  # some cases under an alias
    "alias_only",  # all cases under an alias
    "crowd",  # page_only, and strangers of the name exceed the result limit
]
Flag = Literal[
    "stranger",
    "birth_date_absent",
    "birth_date_masked",
    "blank_id",
    "two_bookings",
    "future_release",
    "withdrawn_release",
    "misspelt",
    "thousands",
    "late",  # the jail's page shows charges and bonds only from the second request on
    "repeated_alias",
]


@dataclass(frozen=True)
class Plan:
    """One person's difficulties. ``scripts`` None: drawn."""

    name: NameKind = "plain"
    custody: Custody = "by_court"
    scripts: tuple[Script, ...] | None = None
    index: Index = "full"
    flags: tuple[Flag, ...] = ()


POSITIONS: tuple[Plan, ...] = (
    Plan(custody="all_open", scripts=("open",), flags=("stranger",)),
    Plan(custody="mixed", scripts=("sentenced", "one_dismissed")),
    Plan(index="none"),
    Plan(index="two_parties", custody="detainer", scripts=("open", "held")),
    Plan(name="hyphen_blank", custody="all_open", scripts=("open",)),
    Plan(index="row_masked", scripts=("amended",), flags=("misspelt",)),
    Plan(name="suffix", custody="general_sessions_only", scripts=("bound_over",)),
    Plan(index="alias", flags=("repeated_alias",), scripts=("plea_only",)),
    Plan(custody="released", scripts=("dismissed",)),
    Plan(name="apostrophe", flags=("blank_id",), scripts=("two_dispositions", "open")),
    Plan(index="forty", custody="violation", scripts=("open", "sentenced"), flags=("stranger",)),
    Plan(name="accent", scripts=("many_charges", "open"), flags=("thousands",)),
    Plan(flags=("two_bookings",), custody="all_open", scripts=("held", "open")),
    Plan(custody="no_entries", index="unseen", scripts=("open",)),
    Plan(custody="unknown_word", scripts=("odd_status",)),
    Plan(custody="all_sentenced", scripts=("sentenced",)),
    Plan(custody="blank", scripts=("bare", "open")),
    Plan(custody="paid", scripts=("open", "open")),
    Plan(flags=("birth_date_absent",), scripts=("open",)),
    Plan(name="common", flags=("birth_date_absent",), scripts=("open",), index="crowd"),
    Plan(name="common", scripts=("open", "sentenced"), index="crowd"),
    Plan(flags=("birth_date_masked",), scripts=("one_dismissed",)),
    Plan(name="one_word", scripts=("amended", "civil")),
    Plan(index="restricted", scripts=("open", "open")),
    Plan(name="suffix_after_last", scripts=("open",)),
    Plan(name="hyphen_part", scripts=("plea_only",)),
    Plan(index="row_absent", scripts=("sentenced",), custody="all_sentenced"),
    Plan(index="page_only", scripts=("open",), flags=("stranger",)),
    Plan(flags=("future_release",), scripts=("sentenced", "open")),
    Plan(flags=("withdrawn_release",), scripts=("bound_over",)),
    Plan(index="alias_only", scripts=("open",)),
    Plan(flags=("late",), scripts=("open", "open")),
    Plan(name="twin", scripts=("open",)),
    Plan(flags=("two_bookings",)),
    Plan(name="twin", index="none"),
    Plan(scripts=("civil", "held"), flags=("thousands",)),
    Plan(custody="violation", scripts=("open",), flags=("misspelt",)),
    Plan(index="none", custody="no_entries"),
    Plan(index="unseen", flags=("stranger",), scripts=("sentenced", "open")),
    Plan(custody="released", index="two_parties", scripts=("sentenced",)),
)
"""The first forty people."""

_RATE = 0.35
_COSTLY: tuple[Index, ...] = ("forty", "crowd")


def plan_for(seed: int, position: int | None, stream: str) -> Plan:
    """The plan of the person at a position (None: somebody who arrives later, by rate only)."""
    if position is not None and position < len(POSITIONS):
        return POSITIONS[position]
    rng = random.Random(f"{seed}|plan|{stream}")
    if rng.random() < _RATE:
        plan = rng.choice(POSITIONS)
        if (plan.index not in _COSTLY or rng.random() < 0.1) and (
            plan.name != "twin" or position is not None
        ):
            return plan
    return Plan(custody="released") if position is not None and rng.random() < 0.04 else Plan()


def drawn_scripts(rng: random.Random) -> tuple[Script, ...]:
    """The current cases of a person without a script, in roughly a county's proportions."""
    count = rng.choices((1, 2, 3), (60, 30, 10))[0]
    kinds: tuple[Script, ...] = (
        "open",
        "sentenced",
        "bound_over",
        "one_dismissed",
        "amended",
        "plea_only",
        "two_dispositions",
        "held",
        "bare",
        "dismissed",
        "odd_status",
    )
    return tuple(rng.choices(kinds, (36, 16, 16, 6, 6, 6, 3, 4, 3, 3, 1), k=count))
