"""The practice county: an imitation jail and court on loopback, with invented people and real
misbehaviour.

- `practice.people`: the generator of everybody; `practice.facts`: what is true of them
- `practice.world`: what the portals are given; `practice.faults`, `practice.log`: misbehaviour, and
  the access log
- `practice.iml`, `practice.odyssey`: the two portals; `practice.server`: all of it on three
  addresses
- `practice.truth`: what a perfect scrape writes, made without the scrapers

Nothing here imports the rest of the house, and nothing of the house imports this.
"""

from __future__ import annotations

__all__ = ["facts", "faults", "iml", "log", "odyssey", "people", "server", "truth", "world"]
