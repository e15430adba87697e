"""The words that a county's jail goes by, as far as measures read them: bond statuses and types,
charge grades. They stand in the county's site entry (``jail.custody`` of ``sites.toml``); these are
what the entry of Shelby County, Tennessee, and the practice counties say."""

from __future__ import annotations

from dataclasses import dataclass, field

from reportcard.panel.facts import BondFacts, PageFacts
from scrapers.sites import CustodyWords, SiteError, site_of


def _lower(*words: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)


@dataclass(frozen=True)
class Words:
    """Statuses are compared as printed, types without their case.

    ``grades`` are those of felonies, then of misdemeanors, most serious first; ``felonies`` says
    how many are of felonies."""

    open: frozenset[str] = frozenset({"Open"})
    sentenced: frozenset[str] = frozenset({"Sentenced"})
    paid: frozenset[str] = frozenset({"Paid"})
    court_set: frozenset[str] = field(default_factory=lambda: _lower("Bond Assessed - Courts"))
    recognizance: frozenset[str] = field(
        default_factory=lambda: _lower("Released on own Recognizance", "Own Recognizance", "ROR")
    )
    no_bond: frozenset[str] = field(default_factory=lambda: _lower("No Bond Set", "No Bond"))
    undecided: frozenset[str] = field(default_factory=lambda: _lower("Not Assessed"))
    violations: frozenset[str] = frozenset({"I", "IE"})
    grades: tuple[str, ...] = ("FM", "FA", "FB", "FC", "FD", "FE", "MA", "MB", "MC")
    felonies: int = 6

    def kind(self, bond: BondFacts) -> str:
        """What an entry's type says: ``court_set``, ``recognizance``, ``no_bond``, ``undecided``,
        ``other`` words, or ``none`` where it has no type."""
        text = (bond.type or "").strip().casefold()
        if not text:
            return "none"
        for name in ("court_set", "recognizance", "no_bond", "undecided"):
            if text in getattr(self, name):
                return name
        return "other"

    def other_hold(self, page: PageFacts) -> bool:
        """Whether another authority's hold or a violation stands on the page."""
        return page.detainers > 0 or any(one.grade in self.violations for one in page.charges)


SHELBY = Words()


def words_of(site: str) -> Words:
    """The words of a county's site entry; Shelby's where there is no entry."""
    try:
        jail = site_of(site).jail
    except SiteError:
        return SHELBY
    return from_entry(jail.custody) if jail is not None else SHELBY


def from_entry(words: CustodyWords) -> Words:
    """The words of a ``jail.custody`` table."""
    return Words(
        open=frozenset(words.open),
        sentenced=frozenset(words.sentenced),
        paid=frozenset(words.neutral),
        court_set=_lower(*words.bond_set),
        recognizance=_lower(*words.recognizance),
        no_bond=_lower(*words.no_bond),
        undecided=_lower(*words.undecided),
        violations=frozenset(words.violation_grades),
        grades=(*words.felony_grades, *words.misdemeanor_grades),
        felonies=len(words.felony_grades),
    )
