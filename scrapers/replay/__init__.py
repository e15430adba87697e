"""Replay: saved exchanges with a portal, run through the real page objects and parsers with no network.

``exchange`` is how a visit is kept on disk.
"""

from __future__ import annotations

from scrapers.replay.exchange import BadExchange, Exchange, Step

__all__ = ["BadExchange", "Exchange", "Step"]
