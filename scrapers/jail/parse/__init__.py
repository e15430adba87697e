"""Pages of the inmate lookup as records: pure functions of HTML, for both layouts and the counties'
variants.

`list_page` reads one page of the roster, `detail_page` one booking, `name_of` a printed name. What
can be read is read; what is left is told (``unread``). A page is refused only when it is not the
one asked for, was cut short, or is no page of the product.
"""

from __future__ import annotations

from scrapers.jail.parse.detail import Detail, detail_page
from scrapers.jail.parse.listing import Listing, list_page
from scrapers.jail.parse.names import name_of, tidy
from scrapers.jail.parse.proof import Asked

__all__ = ["Asked", "Detail", "Listing", "detail_page", "list_page", "name_of", "tidy"]
