"""Saved portal visits: record one, make it anonymous, and replay it through the real page objects
and parsers without a network.

Which pages a portal has is known to its product (`scrapers.saved`). From the bottom up:
``exchange`` (the files) and ``recorder`` (keeps a visit), then side by side ``anonymize``
(everything personal replaced by invented values) and ``replayer`` (plays a visit back), ``guard``
(what no fixture may hold), and ``plugin`` for pytest. Only ``plugin`` and ``mock_http`` need the
extra ``replay``."""

from __future__ import annotations

from replay.exchange import BadExchangeError, Exchange, Step

__all__ = ["BadExchangeError", "Exchange", "Step"]
