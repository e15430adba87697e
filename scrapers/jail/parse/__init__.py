"""Pages of the inmate lookup as records: pure functions of HTML, for both layouts and the counties'
variants.

`list_page` reads one page of the roster, `detail_page` one booking, `name_of` a printed name. What
the parsers do not know is kept (``extra``); what they must have and do not find is `LayoutChanged`.
"""

from __future__ import annotations

from scrapers.jail.parse.detail import Detail, detail_page
from scrapers.jail.parse.listing import Listing, list_page
from scrapers.jail.parse.names import name_of, tidy

__all__ = ["Detail", "Listing", "detail_page", "list_page", "name_of", "tidy"]
