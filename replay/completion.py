"""Completes the exchange of a single page with its address and with the pages that its page objects
need around it: its product knows them."""

from __future__ import annotations

from dataclasses import replace

from replay.exchange import BadExchangeError, Exchange, Step
from scrapers.products import product_of
from scrapers.sites import Site, SiteError


def completed(exchange: Exchange, site: Site) -> Exchange:
    """The exchange with every page that its page objects need; a complete one unchanged. Raises
    BadExchangeError where that cannot be known."""
    try:
        saved = product_of(site, exchange.half).saved
    except SiteError as error:
        raise BadExchangeError(f"{exchange.name}: {error}") from error
    steps = []
    for step in exchange.steps:
        method, url = saved.address(step.kind, step.url, step.method, site, exchange.about)
        if not url:
            raise BadExchangeError(
                f"{exchange.name}: the address of the page {step.kind!r} is missing"
            )
        steps.append(replace(step, method=method, url=url))
    kind = exchange.about.get("kind", steps[0].kind)
    asked = {step.url.partition("?")[0] for step in steps}
    added = [
        Step(page.method, page.url, page.kind, page.body)
        for page in saved.around(kind, site, exchange.about)
        if page.url not in asked
    ]
    return replace(exchange, steps=(*added, *steps))
