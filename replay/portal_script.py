"""A stand-in for the court portal's own scripts, as far as the page objects rely on them
(docs/portals/odyssey.md).

Exchanges keep no scripts: they belong to the portal and change. The loopback server adds
``portal_script.js`` to the court portal's pages instead: results are fetched into their tab, and a
click on a case fetches its page and then the part that loads late."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from replay.exchange import Step

CRITERIA_COOKIE = "SmartSearchCriteria"
_POSTED = "/SmartSearch/SmartSearch/SmartSearch"
_BODY_END = re.compile(r"</body\s*>", re.I)


@lru_cache(maxsize=1)
def _script() -> str:
    code = resources.files("replay").joinpath("portal_script.js").read_text("utf-8")
    return f"<style>.tyler-hide{{display:none}}</style><script>\n{code}</script>"


def with_script(product: str, document: str) -> str:
    """The document with the stand-in script before ``</body>`` if it is the court portal's
    workspace with its three tabs; any other document unchanged."""
    if product != "odyssey" or 'id="tcController_1"' not in document:
        return document
    end = _BODY_END.search(document)
    place = end.start() if end else len(document)
    return document[:place] + _script() + document[place:]


def cookies_for(product: str, step: Step) -> str:
    """The ``Set-Cookie`` value that a page object checks for after this step, else ``""``. A step
    of kind ``search-lost`` never has one."""
    is_search = (
        product == "odyssey"
        and step.method == "POST"
        and step.url.partition("?")[0].endswith(_POSTED)
    )
    if not is_search or step.kind == "search-lost":
        return ""
    return f"{CRITERIA_COOKIE}=replayed; Path=/"
