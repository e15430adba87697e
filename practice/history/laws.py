"""The laws by which the simulated county lives, and what follows from them exactly.

Time runs in hours from midnight of day 0. A booking happens at any hour; its stay in hours is
lognormal, by the band of its most serious grade and by what was decided of its bond. *Nights* are
counted as everybody counts them: release date minus commitment date. Because the laws are known, so
is every number that a measure estimates (`share_over`, `exit_share`, `mean_nights`)."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import lru_cache

Band = str
Situation = str

GRADES: tuple[tuple[str, Band, float], ...] = (
    ("FA", "felony", 0.02),
    ("FB", "felony", 0.06),
    ("FC", "felony", 0.10),
    ("FD", "felony", 0.10),
    ("FE", "felony", 0.12),
    ("MA", "misdemeanor", 0.34),
    ("MB", "misdemeanor", 0.12),
    ("MC", "misdemeanor", 0.06),
    ("I", "violation", 0.08),
)
"""Most serious grade, its band, and its share of the bookings."""

BAND_OF: dict[str, Band] = {grade: band for grade, band, _ in GRADES}

SITUATIONS: dict[Band, tuple[tuple[Situation, float], ...]] = {
    "felony": (
        ("recognizance", 0.12),
        ("50000", 0.02),
        ("250000", 0.20),
        ("1000000", 0.30),
        ("7500000", 0.16),
        ("none", 0.20),
    ),
    "misdemeanor": (
        ("recognizance", 0.40),
        ("25000", 0.10),
        ("75000", 0.20),
        ("250000", 0.22),
        ("none", 0.08),
    ),
    "violation": (("recognizance", 0.10), ("250000", 0.20), ("none", 0.70)),
}
"""What is decided of the bond: recognizance, an amount in cents, or none."""

SEXES = (("M", 0.8), ("F", 0.2))
RACES = (("ALPHA", 0.55), ("BETA", 0.35), ("GAMMA", 0.1))


@dataclass(frozen=True)
class Stay:
    """A lognormal stay: its median in hours and the spread of its logarithm."""

    hours: float
    spread: float

    def over(self, hours: float) -> float:
        """P(stay > hours)."""
        if hours <= 0:
            return 1.0
        return 0.5 * math.erfc(math.log(hours / self.hours) / self.spread / math.sqrt(2))

    def draw(self, rng: random.Random) -> float:
        return self.hours * math.exp(self.spread * rng.gauss(0, 1))


def stay_of(band: Band, situation: Situation) -> Stay:
    """The law of a stay."""
    base = {"felony": 90.0, "misdemeanor": 22.0, "violation": 300.0}[band]
    if situation == "recognizance":
        return Stay(base * 0.35, 1.3)
    if situation == "none":
        return Stay(base * 4.0, 1.5)
    amount = int(situation)
    return Stay(base * (0.8 + math.log10(amount / 25_000)), 1.7)


EXITS: dict[str, tuple[tuple[str, float], ...]] = {
    "recognizance": (("recognizance", 0.95), ("transfer", 0.05)),
    "money": (("bond", 0.60), ("sentence", 0.15), ("transfer", 0.05), ("other", 0.20)),
    "none": (("sentence", 0.50), ("transfer", 0.25), ("other", 0.25)),
}
"""How stays end, by bond: the kind is drawn apart from the length."""

SHOWN = {"bond": 0.9, "recognizance": 1.0, "sentence": 0.85, "transfer": 1.0, "other": 0.0}
"""How often the last page tells the kind."""


def money(situation: Situation) -> str:
    """The key of `EXITS`."""
    return situation if situation in ("recognizance", "none") else "money"


def amount_of(situation: Situation) -> int | None:
    """The bond in cents, None where there is none to pay."""
    return None if situation in ("recognizance", "none") else int(situation)


@dataclass(frozen=True)
class ReturnLaw:
    """How somebody comes back: with which chance after each release, and after how many days on
    average (never within the first day and a half)."""

    share: float
    chance: float
    days: float


RETURNS = (ReturnLaw(0.06, 0.80, 6.0), ReturnLaw(0.94, 0.22, 80.0))
"""A few people come back often, most do not."""
SHORTEST_RETURN = 36.0

CHARGES_SEEN = Stay(6.5, 1.019)
"""Hours until the page shows charges and cases: half within 6.5, nine of ten within 24."""
BOND_SEEN = Stay(20.5, 0.5216)
"""Hours until a bond decision is made and shown: half within 20.5, nine of ten within 40."""

_HOURS = tuple((place + 0.5) * 24 / 96 for place in range(96))


@lru_cache(maxsize=4096)
def _one_over(band: Band, situation: Situation, nights: int) -> float:
    law = stay_of(band, situation)
    return sum(law.over(24 * (nights + 1) - hour) for hour in _HOURS) / len(_HOURS)


def mixture(
    band: Band | None = None, situation: Situation | None = None
) -> tuple[tuple[Band, Situation, float], ...]:
    """(band, situation, share) of the bookings that are of this band and situation (None: any); the
    shares are 1 together."""
    found = [
        (of, decided, share * part)
        for of, share in _bands().items()
        for decided, part in SITUATIONS[of]
        if band in (None, of) and situation in (None, decided)
    ]
    whole = sum(share for _, _, share in found)
    return tuple((of, decided, share / whole) for of, decided, share in found)


def share_over(
    nights: int, band: Band | None = None, situation: Situation | None = None, since: int = 0
) -> float:
    """P(a stay lasts more than so many nights), of those that last at least ``since`` nights."""
    parts = mixture(band, situation)

    def over(number: int) -> float:
        return sum(share * _one_over(of, decided, number) for of, decided, share in parts)

    return over(nights) / (over(since - 1) if since > 0 else 1.0)


def share_of_mornings(mornings: int, hour: float) -> float:
    """P(still there so many mornings after the first one, at ``hour``), of those there on the
    first: what a list of people in custody only can tell."""

    def there(number: int) -> float:
        return sum(
            share * stay_of(band, situation).over(24 * number + hour - booked) / len(_HOURS)
            for band, situation, share in mixture()
            for booked in _HOURS
        )

    return there(mornings + 1) / there(1)


def exit_share(kind: str, nights: int, *, shown: bool = False) -> float:
    """P(a stay ends in this way by that night), or in this way and the page tells it."""
    total = 0.0
    for band, situation, share in mixture():
        chance = dict(EXITS[money(situation)]).get(kind, 0.0)
        total += share * chance * (1 - _one_over(band, situation, nights))
    return total * (SHOWN[kind] if shown else 1.0)


def mean_nights(horizon: int) -> float:
    """The mean of nights cut at ``horizon``."""
    return sum(share_over(night) for night in range(horizon))


def bond_seen_by(mornings: int, hour: float) -> float:
    """P(a bond decision is known by that morning after the booking): it was made while somebody was
    held, or they left on recognizance, which is one. The list is read at ``hour``."""
    total = 0.0
    for band, situation, share in mixture():
        law = stay_of(band, situation)
        free = dict(EXITS[money(situation)]).get("recognizance", 0.0)
        for booked in _HOURS:
            limit = 24 * mornings + hour - booked
            other = 1 - BOND_SEEN.over(limit) * law.over(limit)
            known = free * other + (1 - free) * _before(BOND_SEEN, law, limit)
            total += share * known / len(_HOURS)
    return total


def returned_within(days: int) -> float:
    """P(the person is booked again within so many days), of a release: who comes and goes often has
    more of them."""
    weights = [law.share / (1 - law.chance) for law in RETURNS]
    total = 0.0
    for law, weight in zip(RETURNS, weights, strict=True):
        within = sum(
            1 - math.exp(-max(0.0, 24 * (days + 1) - SHORTEST_RETURN - hour) / (24 * law.days))
            for hour in _HOURS
        ) / len(_HOURS)
        total += weight / sum(weights) * law.chance * within
    return total


def mean_stay_days() -> float:
    """The mean stay, not cut."""
    return sum(
        share * law.hours * math.exp(law.spread**2 / 2) / 24
        for band, situation, share in mixture()
        for law in (stay_of(band, situation),)
    )


@lru_cache(maxsize=100_000)
def _before(first: Stay, second: Stay, limit: float, steps: int = 120) -> float:
    """P(first <= limit and first < second), by the quantiles of ``first``."""
    if limit <= 0:
        return 0.0
    total, before = 0.0, 1.0
    for place in range(1, steps + 1):
        at = limit * place / steps
        after = first.over(at)
        total += (before - after) * second.over(at - limit / steps / 2)
        before = after
    return total


def _bands() -> dict[Band, float]:
    shares: dict[Band, float] = {}
    for _, band, share in GRADES:
        shares[band] = shares.get(band, 0.0) + share
    return shares


def pick(rng: random.Random, rows: tuple[tuple[str, float], ...]) -> str:
    """One of them by its share."""
    draw = rng.random()
    for name, share in rows:
        draw -= share
        if draw < 0:
            return name
    return rows[-1][0]
