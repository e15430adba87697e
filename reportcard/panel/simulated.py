"""The nights of a simulated county (``cj practice history``) as a panel, without a database: for
proofs and for trying measures."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reportcard.panel.build import Builder, Seen
from reportcard.panel.check import rows_hash
from reportcard.panel.facts import CaseFacts, CrawlMark, Listing, PageFacts, Reading
from reportcard.panel.model import Panel
from reportcard.panel.records import case_facts, day, page_facts

Json = Mapping[str, Any]


class Nights:
    """Takes the objects of ``practice.history.lines`` in, in their order."""

    def __init__(self, site: str = "practice") -> None:
        self._builder = Builder(site)
        self._pages: dict[str, PageFacts] = {}
        self._cases: dict[str, CaseFacts] = {}
        self._listings: dict[tuple[Any, ...], Listing] = {}
        self._known: set[str] = set()
        self._links: dict[str, dict[str, None]] = {}
        self._crawl: Json | None = None
        self._rows: list[tuple[Json, str | None]] = []
        self._answers: list[Json] = []

    def add(self, told: Json) -> None:
        """One object."""
        kind = told["row"]
        if kind == "crawl":
            self._finish()
            self._crawl = told
        elif kind == "page":
            self._pages[told["id"]] = page_facts(told["booking"])
        elif kind == "case":
            self._cases[told["id"]] = case_facts(told["case"])
        elif kind == "listed":
            self._rows.append((told, told["page"]))
        elif kind == "court":
            self._answers.append(told)

    def night(
        self,
        crawl: Json,
        rows: Iterable[tuple[Json, str | None]],
        pages: Mapping[str, Json],
        cases: Mapping[str, Json],
        court: Iterable[Json],
    ) -> None:
        """A whole night at once."""
        self._finish()
        self._crawl = crawl
        self._pages.update((name, page_facts(told)) for name, told in pages.items())
        self._cases.update((name, case_facts(told)) for name, told in cases.items())
        self._rows, self._answers = list(rows), list(court)

    def panel(self) -> Panel:
        """The panel of all nights so far."""
        self._finish()
        for who, numbers in self._links.items():
            for number in numbers:
                self._builder.link(who, number)
        self._links = {}
        return self._builder.panel()

    def _finish(self) -> None:
        crawl, self._crawl = self._crawl, None
        if crawl is None:
            return
        rows = list(self._seen())
        mark = CrawlMark(
            crawl["crawl_id"],
            dt.date.fromisoformat(crawl["day"]),
            dt.datetime.fromisoformat(crawl["read_at"]),
            search=crawl["search"],
            state=crawl["state"],
            exact=crawl["exact"],
            roster=len({row["key"] for row, _ in self._rows}),
            rows=len(rows),
            rows_hash=rows_hash((row.booking, row.handle, row.release) for _, row, _, _ in rows),
            asked=len(rows),
            known=sum(page is not None for _, _, _, page in rows),
            court_asked=len(rows),
            court_known=len(self._answers),
        )
        self._builder.crawl(mark, rows)
        for row, _ in self._rows:
            self._builder.owner(row["booking_number"], row["key"])
        for answer in self._answers:
            self._answer(answer, mark.day)
        self._rows, self._answers = [], []

    def _seen(self) -> Iterator[Seen]:
        for row, page_id in self._rows:
            key = (
                row["booking_number"],
                row["handle"],
                row["permanent_id"],
                row["name"],
                row["release_date"],
            )
            listing = self._listings.get(key)
            if listing is None:
                listing = self._listings[key] = Listing(
                    row["booking_number"],
                    row["handle"],
                    row["permanent_id"],
                    row["name"],
                    day(row["date_of_birth"]),
                    day(row["release_date"]),
                )
            yield key, listing, page_id, self._pages[page_id] if page_id is not None else None

    def _answer(self, answer: Json, read: dt.date) -> None:
        who = answer["key"]
        self._builder.reading(who, Reading(read, answer["outcome"]))
        links = self._links.setdefault(who, {})
        for case_id in answer["cases"]:
            case = self._cases[case_id]
            links[case.number] = None
            if case_id not in self._known:
                self._known.add(case_id)
                self._builder.case(case, read)


def panel_of(lines: Iterable[str], site: str = "practice") -> Panel:
    """The panel of JSON lines."""
    nights = Nights(site)
    for line in lines:
        if line.strip():
            nights.add(json.loads(line))
    return nights.panel()
