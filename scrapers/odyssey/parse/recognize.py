"""Pages of other products that are taken for an Odyssey Portal (docs/portals/odyssey.md, section
5.0, item 9)."""

from __future__ import annotations

from resilience.faults import LayoutChanged

_FOREIGN = {
    "PublicAccess": ("ssSearchHyperlink", "CaseDetail.aspx?CaseID=", "PublicAccess/default.aspx"),
}
"""Another product's name, and marks that only its pages bear."""


class OtherProduct(LayoutChanged):
    """The page belongs to another product, ``product``, which is read in another way or not at
    all."""

    def __init__(self, url: str | None, product: str) -> None:
        super().__init__(url, "page", "a page of the Odyssey Portal", f"one of {product}")
        self.product = product


def foreign_product(html: str) -> str | None:
    """The other product that a page belongs to; None where nothing says so."""
    return next(
        (name for name, marks in _FOREIGN.items() if any(mark in html for mark in marks)), None
    )


def refuse_foreign(html: str, url: str | None) -> None:
    """Raises OtherProduct for a page of another product."""
    if (product := foreign_product(html)) is not None:
        raise OtherProduct(url, product)
