"""Scrapy as a contestant: one spider that stays open, a cookie jar per concurrent search, as the
portal's session holds one search.

It signs in by plain form posts before the clock, makes the same requests, and reads what our record
is made from with parsel selectors into one item a case. It checks nothing, writes no files and
tries again only as Scrapy does by itself."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from parsel import Selector
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerRunner
from scrapy.exceptions import DontCloseSpider
from scrapy.http import FormRequest, Request, TextResponse
from scrapy.utils.reactor import install_reactor

from benchmarks.parts.child import Do, serve

PATIENCE = 300.0
"""Seconds that one round may take at most."""
SETTINGS: dict[str, Any] = {
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_ENABLED": False,
    # Told to nobody, and a little cheaper for it.
    "EXTENSIONS": {
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
    },
}


class Round:
    """What one round asked for, until every case of it was read."""

    def __init__(self, people: list[dict[str, Any]]) -> None:
        self.left = len(people)
        self.read = {"cases": 0, "charges": 0}
        self.trouble = ""
        self.over = threading.Event()


class Court(scrapy.Spider):
    """People are handed to it by `ask`; each free jar takes one, searches, and opens the cases."""

    name = "court"

    def __init__(self, job: dict[str, Any], begun: Round) -> None:
        super().__init__()
        self._base = job["site"]["court"]["url"]
        self._job = job
        self._round = begun
        self._free: list[int] = []
        self._fields: dict[str, str] = {}
        self._waiting: deque[dict[str, Any]] = deque()
        self._open: dict[int, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Court:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._stay, signals.spider_idle)
        crawler.signals.connect(spider.collected, signals.item_scraped)
        crawler.signals.connect(spider._failed, signals.spider_error)
        return spider

    def _stay(self) -> None:
        raise DontCloseSpider

    def ask(self, round_: Round, people: list[dict[str, Any]]) -> None:
        """Begins a round, in the reactor's thread."""
        self._round = round_
        self._waiting.extend(people)
        self._feed()

    # -- signing in
    # ----------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        for jar in range(self._job["fetch_modes"]):
            yield self._get(f"{self._base}/Account/Login", jar, self.sign_in)

    def sign_in(self, page: TextResponse) -> Iterator[Request]:
        """The identity provider's form."""
        given = {"UserName": self._job["user"], "Password": self._job["password"]}
        yield self._form(page, self.hand_over, given)

    def hand_over(self, page: TextResponse) -> Iterator[Request]:
        """Its token, which a script would post."""
        yield self._form(page, self.signed_in, {})

    def signed_in(self, page: TextResponse) -> Iterator[Request]:
        """The portal's home."""
        yield self._get(f"{self._base}/Home/Dashboard/29", page.meta["cookiejar"], self.search_form)

    def search_form(self, page: TextResponse) -> None:
        """What the search form holds besides what is filled in."""
        self._fields = {}
        for field in page.css("#frmSS input[name]:not([disabled]):not([type=submit])"):
            if field.attrib.get("type") != "checkbox" or "checked" in field.attrib:
                self._fields.setdefault(field.attrib["name"], field.attrib.get("value", ""))
        self._free.append(page.meta["cookiejar"])
        if len(self._free) == self._job["fetch_modes"]:
            self._round.over.set()

    # -- a person
    # ----------------------------------------------------------------------------------------------

    def _feed(self) -> None:
        assert self.crawler.engine is not None
        while self._free and self._waiting:
            person, jar = self._waiting.popleft(), self._free.pop()
            born = "/".join((person["born"][5:7], person["born"][8:10], person["born"][:4]))
            given = {
                "caseCriteria.SearchCriteria": person["text"],
                "caseCriteria.DOBFrom": born,
                "caseCriteria.DOBTo": born,
                "Search": "Submit",
            }
            self.crawler.engine.crawl(
                FormRequest(
                    f"{self._base}/SmartSearch/SmartSearch/SmartSearch",
                    formdata={**self._fields, **given},
                    callback=self.workspace,
                    errback=self._failed,
                    meta={"cookiejar": jar},
                    dont_filter=True,
                )
            )

    def workspace(self, page: TextResponse) -> Iterator[Request]:
        """The shell that asks for the results."""
        yield self._get(
            f"{self._base}/SmartSearch/SmartSearchResults?_=1", page.meta["cookiejar"], self.results
        )

    def results(self, page: TextResponse) -> Iterator[Request]:
        """One party's cases."""
        jar = page.meta["cookiejar"]
        rows = [row_item(row) for row in page.css("#CasesGrid tr.k-master-row")]
        self._open[jar] = len(rows)
        if not rows:
            self._fail("a search without a result")
        for row in rows:
            yield self._get(page.urljoin(row["url"]), jar, self.case, row=row)

    def case(self, page: TextResponse, row: dict[str, Any]) -> Iterator[Any]:
        """The case page; its money comes late."""
        item = {"row": row, **case_item(page.selector), "jar": page.meta["cookiejar"]}
        if page.css("#financialInformationDiv"):
            url = f"{self._base}/Case/CaseDetail/LoadFinancialInformation?caseId={row['case_id']}"
            yield self._get(url, page.meta["cookiejar"], self.money, item=item)
        else:
            yield item

    def money(self, page: TextResponse, item: dict[str, Any]) -> Iterator[Any]:
        """The financial part."""
        yield {**item, "financial": money_item(page.selector)}

    def collected(self, item: dict[str, Any]) -> None:
        """A case is read in full; the last one of a search frees its jar."""
        jar, now = item["jar"], self._round
        now.read["cases"] += 1
        now.read["charges"] += len(item["charges"])
        self._open[jar] -= 1
        if not self._open[jar]:
            self._free.append(jar)
            now.left -= 1
            if not now.left:
                now.over.set()
            self._feed()

    # -- requests
    # ----------------------------------------------------------------------------------------------

    def _get(self, url: str, jar: int, callback: Any, **more: Any) -> Request:
        return Request(
            url,
            callback=callback,
            errback=self._failed,
            meta={"cookiejar": jar},
            cb_kwargs=more,
            dont_filter=True,
        )

    def _form(self, page: TextResponse, callback: Any, given: dict[str, str]) -> Request:
        form = page.css("form")
        held = {one.attrib["name"]: one.attrib.get("value", "") for one in form.css("input[name]")}
        return FormRequest(
            page.urljoin(form.attrib["action"]),
            formdata={**held, **given},
            callback=callback,
            errback=self._failed,
            meta={"cookiejar": page.meta["cookiejar"]},
            dont_filter=True,
        )

    def _failed(self, failure: Any) -> None:
        self._fail(repr(failure.value))

    def _fail(self, what: str) -> None:
        self._round.trouble = what
        self._round.over.set()


def row_item(row: Selector) -> dict[str, Any]:
    """A row of the results."""
    link = row.css("a.caseLink")
    return {
        "case_id": link.attrib["data-caseid"],
        "url": link.attrib["data-url"],
        "number": _text(link),
        "style": _text(row.css(".party-case-style")),
        **{cell.attrib["data-label"]: _text(cell) for cell in row.css("td[data-label]")},
    }


def case_item(page: Selector) -> dict[str, Any]:
    """A classic case page without its money."""
    return {
        "case": _labelled(page.css("#divCaseInformation_body")),
        "parties": [
            {
                "role": _text(party.css("span.text-primary")),
                "name": " ".join(party.xpath("./p[1]/text()").getall()).strip(),
                "address": party.xpath(
                    "./span[.='Address']/following-sibling::p[1]/text()"
                ).getall(),
                **_labelled(party),
                "attorneys": party.xpath(
                    "../div[2]//span[contains(., 'Attorney')]/following-sibling::div[1]//text()"
                ).getall(),
            }
            for party in page.css("#divPartyInformation_body > .row > .col-md-8")
        ],
        "charges": [
            {
                "cells": [_text(cell) for cell in row.css("td")],
                **_labelled(row.xpath("following-sibling::tr[1]")),
            }
            for row in page.css("#chargeInformationDiv tr.k-master-row")
        ],
        "bonds": [
            {
                "date": _text(row.xpath("td[2]")),
                "lines": row.xpath("following-sibling::tr[1]//div/text()").getall(),
            }
            for row in page.css("#BondSettingsGrid tr.k-master-row")
        ],
        "holds": [_text(one) for one in page.css("#settingInformationDiv > .tyler-span-2")],
        "dispositions": [
            {
                "title": _text(event.css("p.text-primary")),
                **_labelled(event),
                "rows": [[_text(cell) for cell in row.css("td")] for row in event.css("tr")],
                "sentence": [
                    [_text(line) for line in part.css("p")] for part in event.css(".tyler-span-2")
                ],
            }
            for event in page.css("#dispositionInformationDiv > .row-buff > .row-buff")
        ],
        "events": [
            {"title": _text(event.css("p.text-primary")), **_labelled(event)}
            for event in page.css("#eventsInformationDiv li.list-group-item")
        ],
    }


def money_item(page: Selector) -> dict[str, Any]:
    """The financial part."""
    return {
        "totals": [
            [_text(cell) for cell in row.xpath("./div")]
            for row in page.css("#financialSlider .row")
        ],
        "transactions": [
            [_text(cell) for cell in row.css("td")]
            for row in page.css("[id^=CasePartyTransactions] tbody tr")
        ],
    }


def _labelled(part: Any) -> dict[str, str]:
    """Paragraphs with a muted label and a value behind it."""
    found = {}
    for paragraph in part.xpath(".//p[span[contains(@class, 'text-muted')]]"):
        found[_text(paragraph.xpath("span"))] = " ".join(paragraph.xpath("text()").getall()).strip()
    return found


def _text(part: Any) -> str:
    return " ".join(" ".join(part.xpath(".//text()").getall()).split())


def prepare(job: dict[str, Any]) -> tuple[Do, Any]:
    """The reactor runs in a thread of its own from here to the end; every jar is signed in when
    this returns."""
    begun = Round([])
    held: dict[str, Any] = {}

    def run() -> None:
        install_reactor(SETTINGS["TWISTED_REACTOR"])
        from twisted.internet import reactor

        at_once = {
            "CONCURRENT_REQUESTS": job["fetch_modes"],
            "CONCURRENT_REQUESTS_PER_DOMAIN": job["fetch_modes"],
        }
        runner = CrawlerRunner({**SETTINGS, **at_once})
        held["reactor"], held["crawler"] = reactor, runner.create_crawler(Court)
        runner.crawl(held["crawler"], job=job, begun=begun).addErrback(
            lambda failure: fail(repr(failure))
        )
        held["reactor"].run(installSignalHandlers=False)

    def fail(what: str) -> None:
        begun.trouble = what
        begun.over.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    _wait(begun)

    def do(people: list[dict[str, Any]]) -> dict[str, int]:
        round_ = Round(people)
        held["reactor"].callFromThread(held["crawler"].spider.ask, round_, people)
        _wait(round_)
        return round_.read

    def close() -> None:
        held["reactor"].callFromThread(held["reactor"].stop)
        thread.join(10)

    return do, close


def _wait(round_: Round) -> None:
    if not round_.over.wait(PATIENCE):
        raise RuntimeError("the spider did not finish")
    if round_.trouble:
        raise RuntimeError(round_.trouble)


if __name__ == "__main__":
    serve(prepare)
