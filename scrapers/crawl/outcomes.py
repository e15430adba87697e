"""The seven outcomes of a person in a half (docs/laws.md, law 3), and their sums: everybody on the
frozen roster is exactly one of them."""

from __future__ import annotations

import enum

from pydantic import BaseModel, ConfigDict


class Outcome(str, enum.Enum):
    """What is known of one person in one half.

    ``found``; ``not_found``: the portal answered "nobody", and a control search proved that it
    answers; ``unverified``: only candidates whose birth date could not be confirmed; ``failed``: we
    do not know; ``carried``: a fresh record of an earlier crawl; ``not_asked``: beyond the limit,
    the list, or the half that was asked for; ``pending``: still to do, never in a finished run."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    UNVERIFIED = "unverified"
    FAILED = "failed"
    CARRIED = "carried"
    NOT_ASKED = "not_asked"
    PENDING = "pending"

    @property
    def known(self) -> bool:
        """Whether it answers the question: these make the coverage."""
        return self in _KNOWN


_KNOWN = frozenset({Outcome.FOUND, Outcome.NOT_FOUND, Outcome.UNVERIFIED, Outcome.CARRIED})


class Counts(BaseModel):
    """How many people of the roster have which outcome in one half."""

    model_config = ConfigDict(frozen=True)

    found: int = 0
    not_found: int = 0
    unverified: int = 0
    failed: int = 0
    carried: int = 0
    not_asked: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        """Everybody on the roster."""
        return self.asked + self.not_asked

    @property
    def asked(self) -> int:
        """Everybody whom this crawl was to ask about."""
        return self.known + self.failed + self.pending

    @property
    def known(self) -> int:
        """Everybody about whom we have an answer."""
        return self.found + self.not_found + self.unverified + self.carried

    @property
    def coverage(self) -> float | None:
        """Share of the asked about whom we have an answer, 0 to 1; None when nobody was asked."""
        return self.known / self.asked if self.asked else None

    @classmethod
    def of(cls, outcomes: dict[str, Outcome]) -> Counts:
        """The sums of a half's outcomes by key."""
        sums = dict.fromkeys((outcome.value for outcome in Outcome), 0)
        for outcome in outcomes.values():
            sums[outcome.value] += 1
        return cls(**sums)
