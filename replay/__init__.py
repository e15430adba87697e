"""Replay: saved exchanges with a portal, run through the real page objects and parsers with no
network.

``exchange`` is how a visit is kept on disk.
"""

from __future__ import annotations

from replay.exchange import BadExchangeError, Exchange, Step

__all__ = ["BadExchangeError", "Exchange", "Step"]
