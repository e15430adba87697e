"""Where the money of a case is asked for, and whether it still has to be."""

from __future__ import annotations

import pytest

from scrapers.odyssey.pages.classic import money_address, money_comes_later
from scrapers.odyssey.parse.hits import CaseLink

BASE = "https://portal.example/portal"
LINK = CaseLink(
    case_number="26CV00042",
    url=f"{BASE}/Case/CaseDetail?eid=e1&tabIndex=3",
    case_id="0123456789abcdef0123456789abcdef",
)
EMPTY = '<div id="financialInformationDiv"><div id="divFinancialInformation_body"></div></div>'


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (
            "<script>RoaPage.init("
            "1, '/portal/Case/CaseDetail/LoadFinancialInformation?caseId=480907')</script>",
            f"{BASE}/Case/CaseDetail/LoadFinancialInformation?caseId=480907",
        ),
        (
            '<div data-case-id="480907"></div>',
            f"{BASE}/Case/CaseDetail/LoadFinancialInformation?caseId=480907",
        ),
        (
            "<script>load('https://elsewhere.example/LoadFinancialInformation?caseId=1')</script>"
            '<div data-case-id="480907"></div>',
            f"{BASE}/Case/CaseDetail/LoadFinancialInformation?caseId=480907",
        ),
        ("", f"{BASE}/Case/CaseDetail/LoadFinancialInformation?caseId={LINK.case_id}"),
    ],
)
def test_the_address_that_the_page_prints_goes_before_the_link_s_id(
    page: str, address: str
) -> None:
    assert money_address(page, LINK, BASE) == address


@pytest.mark.parametrize(
    ("page", "later"),
    [
        ("<div>no such section</div>", False),
        (EMPTY, True),
        (EMPTY + "<script>x = '<div id=\"financialSlider\">'</script>", True),
        (EMPTY.replace("></div></div>", ">Loading financial, please wait...</div></div>"), True),
        (EMPTY.replace("></div></div>", "><p>Total Financial Assessment</p></div></div>"), False),
        (EMPTY.replace("></div></div>", '><div id="financialSlider"></div></div></div>'), False),
    ],
)
def test_money_comes_later_where_its_section_is_not_filled(page: str, later: bool) -> None:
    assert money_comes_later(page) == later
