"""Random spells, with and without delayed entry, people who appear twice and gaps."""

from __future__ import annotations

import random

from reportcard.measures.survival import Spell

KINDS = ("bond", "sentence", "unknown")


def random_spells(
    seed: int, count: int = 200, *, entry: bool = True, twice: float = 0.0, longest: int = 40
) -> list[Spell]:
    """Spells of one seed, always the same."""
    rng, spells = random.Random(seed), []
    for number in range(count):
        start = rng.randrange(longest // 2) if entry and rng.random() < 0.5 else 0
        leave = min(longest, start + int(rng.expovariate(1 / 8)))
        event = rng.choice(KINDS) if rng.random() < 0.7 else None
        person = number // 2 if rng.random() < twice else number
        spells.append(Spell(person, start, leave, event))
    return spells
