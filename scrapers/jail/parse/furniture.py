"""What the product prints on everybody's pages, and says nothing of a person (docs/portals/iml.md,
2.4)."""

from __future__ import annotations

from typing import Final

from scrapers.ledger import Furniture

FURNITURE: Final = Furniture(
    regions=(
        "tr.removeWhenPrinted",
        "table.removeWhenPrinted",
        "td.footer",
        "span.body",
        "a.generalnav",
    ),
)
"""Seen in saved pages: the tabs and the help sentence over a page (``.removeWhenPrinted``, on the
list ``span.body``), the copyright line (``td.footer``), and the links from page to page of the list
(``a.generalnav``)."""
