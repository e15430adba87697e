"""The drift guard: a field that turns empty for everybody stops the crawl (docs/laws.md, law 10).

A page is refused only when it cannot be proved, so a renamed label no longer stops anybody: its
field is None, and the label stands among the unread. On one page that is nothing. On twenty pages
in a row it means that the portal changed. The guard needs both signs: a field that is empty so
often that chance is out of the question, and an unknown label where the field may have gone."""

from __future__ import annotations

import difflib
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from scrapers.record import Unread

WINDOW = 20
"""Pages of one kind that are looked at together."""
CHANCE = 1e-4
"""How unlikely so many empty pages must be by chance before the guard acts."""


@dataclass(frozen=True)
class PageFacts:
    """What one page gave: its kind, the key of its person, which fields were filled, and the
    strangers (section and label) that stood among the unread."""

    kind: str
    key: str
    filled: frozenset[str]
    strangers: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Drift:
    """A field that is empty on all pages of a window, and where it may have gone.

    ``keys`` are the window's people, whose files are set aside and asked for again."""

    kind: str
    field: str
    usual: float
    pages: int
    candidates: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        places = ", ".join(f"{label!r} ({section})" for section, label in self.candidates)
        return (
            f"{self.field} was empty on the last {self.pages} {self.kind} pages; it is usually "
            f"there on {100 * self.usual:.0f} of 100. Unknown labels stand there now: {places}"
        )

    @property
    def lines(self) -> tuple[str, str]:
        """The two lines in the site's entry of which one ends it."""
        label = self.candidates[0][1]
        return f'labels = {{ "{label}" = "{self.field}" }}', f'lacks = ["{self.field}"]'


class DriftGuard:
    """Watches the pages of one crawl, the files of earlier runs included.

    ``usual`` is, by kind of page and field, the share of pages that had it in the county's newest
    finished crawl. Without an entry a field is not watched: its absence is only a doubt."""

    def __init__(self, usual: Mapping[str, Mapping[str, float]], *, window: int = WINDOW) -> None:
        self._usual = usual
        self._window = window
        self._pages: dict[str, deque[PageFacts]] = {}

    def saw(self, page: PageFacts) -> Drift | None:
        """Take note of a page; the drift that it completes, if any."""
        pages = self._pages.setdefault(page.kind, deque(maxlen=self._window))
        pages.append(page)
        if len(pages) < self._window:
            return None
        filled = frozenset[str]().union(*(one.filled for one in pages))
        for field, share in sorted(self._usual.get(page.kind, {}).items()):
            if field in filled or (1 - share) ** self._window >= CHANCE:
                continue
            if candidates := self._candidates(field, share, pages):
                keys = tuple(dict.fromkeys(one.key for one in pages))
                return Drift(page.kind, field, share, len(pages), candidates, keys)
        return None

    def _candidates(
        self, field: str, share: float, pages: Iterable[PageFacts]
    ) -> tuple[tuple[str, str], ...]:
        """Strangers that stand about as often as the field used to, the likeliest name first."""
        seen = Counter(stranger for one in pages for stranger in one.strangers)
        often = [place for place, times in seen.items() if times >= share * self._window / 2]
        return tuple(sorted(often, key=lambda place: (-_alike(place[1], field), place)))


def filled_fields(record: BaseModel) -> frozenset[str]:
    """The fields of a record that say something, by path without positions: of a list the fields
    of any of its members."""
    found: set[str] = set()

    def walk(path: str, value: object) -> None:
        if isinstance(value, BaseModel):
            for name in type(value).model_fields:
                walk(f"{path}.{name}" if path else name, getattr(value, name))
        elif isinstance(value, (tuple, list)):
            if value and not isinstance(value[0], BaseModel):
                found.add(path)
            for inner in value:
                if isinstance(inner, BaseModel):
                    walk(path, inner)
        elif value not in (None, "", False):
            found.add(path)

    walk("", record)
    return frozenset(found)


def strangers_of(unread: Iterable[Unread]) -> frozenset[tuple[str, str]]:
    """The places of unread texts: their section and label, or the text where it has no label."""
    return frozenset((one.section or "", one.label or one.text) for one in unread)


def shares(pages: Iterable[PageFacts]) -> dict[str, dict[str, float]]:
    """By kind and field, the share of pages that had it: what is usual, for the next crawl."""
    count: Counter[str] = Counter()
    had: dict[str, Counter[str]] = {}
    for page in pages:
        count[page.kind] += 1
        had.setdefault(page.kind, Counter()).update(page.filled)
    return {
        kind: {field: round(n / count[kind], 4) for field, n in sorted(fields.items())}
        for kind, fields in had.items()
    }


def _alike(label: str, field: str) -> float:
    name = field.rpartition(".")[2].removesuffix("_cents").replace("_", " ")
    return difflib.SequenceMatcher(None, label.lower().rstrip(": "), name).ratio()
