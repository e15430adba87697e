"""Page objects of the court portal: each brings its page to rest and hands over HTML or JSON for a
parser."""

from __future__ import annotations

from scrapers.odyssey.pages.classic import ClassicCasePage
from scrapers.odyssey.pages.http import PlainResultsPage, PlainSearchPage
from scrapers.odyssey.pages.results import ResultsPage
from scrapers.odyssey.pages.roa import RegisterOfActionsPage
from scrapers.odyssey.pages.search import DashboardPage, SearchPage
from scrapers.odyssey.pages.signin import SignInPage

__all__ = [
    "ClassicCasePage",
    "DashboardPage",
    "PlainResultsPage",
    "PlainSearchPage",
    "RegisterOfActionsPage",
    "ResultsPage",
    "SearchPage",
    "SignInPage",
]
