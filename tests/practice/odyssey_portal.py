"""A small hand-made county for the court portal's tests, and a visitor who speaks plain HTTP to
it."""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from practice import faults
from practice.dialects import USUAL, parse
from practice.facts import (
    AliasFacts,
    AttorneyFacts,
    BondSettingFacts,
    BookingFacts,
    CaseFacts,
    CourtChargeFacts,
    CourtHearingFacts,
    CourtPartyFacts,
    DetaineeFacts,
    DispositionEventFacts,
    EventFacts,
    NameFacts,
    OutcomeFacts,
    PartyFacts,
    Shown,
    TransactionFacts,
)
from practice.log import AccessLog
from practice.server import Running, running
from practice.world import Account, People, World

BORN = dt.date(1990, 1, 2)
USER, PASSWORD = "casey@practice.invalid", "only-for-practice"


def charge(number: int, description: str, **more: Any) -> CourtChargeFacts:
    """A charge of the full case."""
    return CourtChargeFacts(
        charge_id=f"50{number}",
        number=str(number),
        description=description,
        statute=more.get("statute", "39-00-000"),
        degree="MA",
        degree_word="Class A Misdemeanor",
        offense_date=dt.date(2025, 8, 31),
        filed_date=dt.date(2025, 9, 2),
        amended_date=more.get("amended_date"),
        original_description=more.get("original_description"),
        arresting_agency="Sample Police",
    )


FULL = CaseFacts(
    case_id="9000001",
    case_number="C2500001",
    style="STATE VS SAMPLE, JORDAN",
    court="Sample Criminal Court",
    case_type="Criminal",
    case_type_word="CRIM",
    status="Closed",
    status_word="CLSD",
    file_date=dt.date(2025, 9, 2),
    judicial_officer="Bench, Alex",
    cross_references=("25000077",),
    parties=(
        PartyFacts(
            "Defendant",
            "SAMPLE, JORDAN LEE",
            BORN,
            "full",
            "Testrace",
            "Male",
            ("1 EXAMPLE ST", "SAMPLETOWN TN 00000"),
            (
                AttorneyFacts("Counsel, Pat", True, "Retained"),
                AttorneyFacts("Second, Sam", False, None),
            ),
        ),
        PartyFacts("Plaintiff", "STATE OF TENNESSEE"),
    ),
    charges=(
        charge(1, "SYNTHETIC OFFENSE", statute=None),
        charge(
            2,
            "LESSER OFFENSE <2>",
            amended_date=dt.date(2025, 10, 1),
            original_description="SECOND SYNTHETIC OFFENSE",
        ),
    ),
    disposition_events=(
        DispositionEventFacts(
            "7001",
            dt.date(2025, 10, 5),
            "disposition",
            "Disposition",
            "Bench, Alex",
            (OutcomeFacts("501", "Dismissed", "DIS"), OutcomeFacts("502", "Guilty", "GP")),
        ),
        DispositionEventFacts(
            "7000",
            dt.date(2025, 10, 4),
            "plea",
            "Plea",
            None,
            (OutcomeFacts("502", "Guilty", "GP"),),
        ),
        DispositionEventFacts(
            "7002",
            dt.date(2025, 10, 6),
            "sentence",
            "Sentence",
            None,
            (OutcomeFacts("502", "Imposed", "IMP"),),
            (("Confinement", "6 Months"), ("Probation", "1 Year")),
        ),
    ),
    bond_settings=(
        BondSettingFacts(dt.date(2025, 9, 3), 500000, None, "Set by phone"),
        BondSettingFacts(None, None, "Hold Without Bond"),
    ),
    events=(EventFacts("6001", dt.date(2025, 9, 2), "Indictment Filed", "INDF", "By mail"),),
    hearings=(
        CourtHearingFacts(
            "6002", dt.date(2025, 10, 1), "Report Date", dt.time(9), "Bench, Alex", "Hearing Held"
        ),
    ),
    transactions=(
        TransactionFacts("1", dt.date(2025, 10, 5), "Charge", None, 5400),
        TransactionFacts("2", dt.date(2025, 10, 9), "Payment", "R-17", -1400),
    ),
)
RESTRICTED = CaseFacts(
    case_id="9000002",
    case_number="C2500002",
    style="STATE VS SAMPLE, JORDAN",
    court="Sample Criminal Court",
    case_type="Criminal",
    case_type_word="CRIM",
    status="Open",
    status_word="OPEN",
    file_date=dt.date(2025, 11, 2),
    judicial_officer=None,
    restricted=True,
)


def plain_case(number: int, filed: dt.date) -> CaseFacts:
    """A case with nothing but a header and a defendant."""
    return CaseFacts(
        case_id=str(9_100_000 + number),
        case_number=f"24{number:06d}",
        style="STATE VS SOMEBODY",
        court="General Sessions Criminal Court",
        case_type="GS Criminal",
        case_type_word="GSC",
        status="Open",
        status_word="OPEN",
        file_date=filed,
        judicial_officer=None,
        parties=(PartyFacts("Defendant", "SOMEBODY, ANN"),),
    )


def party(
    number: int,
    name: NameFacts,
    cases: tuple[CaseFacts, ...],
    born: dt.date | None = BORN,
    row: Shown = "full",
    belongs_to: str | None = None,
) -> CourtPartyFacts:
    """A party of the index."""
    return CourtPartyFacts(str(70_000 + number), name, born, row, cases, belongs_to)


def detainee(
    key: str, name: NameFacts, born: dt.date = BORN, alias: AliasFacts | None = None
) -> DetaineeFacts:
    """A person of the roster, with one booking."""
    booking = BookingFacts(
        f"26{key[-6:]}", "1", "1", dt.date(2026, 1, 2), aliases=(alias,) if alias else ()
    )
    return DetaineeFacts(key, key, name, born, "full", (booking,))


JORDAN = NameFacts("SAMPLE", "JORDAN", "LEE")
HYPHEN = NameFacts("TEST-CASE", "ANN")
CROWDED = NameFacts("CROWD", "KIM")
FORTY = NameFacts("FORTY", "PAT")
PEOPLE = People(
    detainees=(
        detainee("00400001", JORDAN, alias=AliasFacts("ALIASED", "JORY")),
        detainee("00400002", HYPHEN),
        detainee("00400003", CROWDED),
        detainee("00400004", FORTY),
    ),
    parties=(
        party(1, JORDAN, (FULL, RESTRICTED), belongs_to="00400001"),
        party(2, HYPHEN, (plain_case(1, dt.date(2024, 1, 5)),), belongs_to="00400002"),
        *(
            party(
                10 + n,
                NameFacts("CROWD", "KIMBERLY" if n % 2 else "KIM"),
                (plain_case(100 + n, dt.date(2024, 2, 1 + n)),),
                None if n == 11 else dt.date(1970, 1, 1 + n),
                "masked" if n == 10 else "full",
            )
            for n in range(12)
        ),
        party(30, NameFacts("CROWDED", "KIM"), (plain_case(130, dt.date(2024, 3, 1)),)),
        party(
            40,
            FORTY,
            tuple(
                plain_case(200 + n, dt.date(2024, 1, 1) + dt.timedelta(7 * n)) for n in range(40)
            ),
            belongs_to="00400004",
        ),
        *(
            party(
                50 + n,
                NameFacts("TWICE", "DANA"),
                tuple(
                    plain_case(300 + 20 * n + i, dt.date(2023, 1, 1 + i))
                    for i in range(11 if n else 2)
                ),
            )
            for n in range(2)
        ),
    ),
)


def make_world(
    log: Path | None = None,
    orders: str = "",
    dialect: str = USUAL,
    people: People = PEOPLE,
) -> World:
    """A world of these people."""
    return World(
        people=people,
        day=0,
        account=Account(USER, PASSWORD),
        faults=faults.Faults(faults.parse(orders), seed=1),
        log=AccessLog(log),
        dialect=parse(dialect),
    )


@dataclass
class Visitor:
    """A plain client of the portal, with its own cookies."""

    site: Running
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET of a path of the portal's origin, or of a whole address."""
        address = path if path.startswith("http") else self.site.world.portal_origin + path
        return self.http.get(address, timeout=10, **more)

    def submit_password(self, password: str = PASSWORD) -> requests.Response:
        """From the portal's sign-in link to the answer of the identity provider."""
        page = self.get("/CJS/Account/Login")
        token = re.search(
            r'name="__RequestVerificationToken" type="hidden" value="(\w+)"', page.text
        )
        assert token, page.text
        fields = {"__RequestVerificationToken": token[1], "UserName": USER, "Password": password}
        return self.http.post(page.url, data=fields, timeout=10)

    def hand_over(self, page: requests.Response, **changed: str) -> requests.Response:
        """What the identity provider's page does by script: its hidden fields to the portal."""
        fields = {
            n: html.unescape(v) for n, v in re.findall(r'name="(w\w+)" value="([^"]*)"', page.text)
        }
        return self.http.post(self.site.portal + "/", data={**fields, **changed}, timeout=10)

    def sign_in(self) -> Visitor:
        """The whole way in."""
        home = self.hand_over(self.submit_password())
        assert "Welcome, Casey" in home.text
        return self

    def post_search(self, text: str, **criteria: str) -> requests.Response:
        """The smallest body that the portal takes; ``criteria`` are further fields, without their
        prefix."""
        fields = {
            "SearchCriteria": text,
            "SearchByPartyName": "true",
            "SearchCases": "true",
            **criteria,
        }
        return self.http.post(
            self.site.portal + "/SmartSearch/SmartSearch/SmartSearch",
            data={f"caseCriteria.{name}": value for name, value in fields.items()},
            timeout=10,
        )

    def results(self, more: str = "") -> str:
        """The fragment with the current search's results."""
        return self.get(f"/CJS/SmartSearch/SmartSearchResults?_=1{more}").text

    def search(self, text: str, **criteria: str) -> str:
        """Criteria, then results."""
        self.post_search(text, **criteria)
        return self.results()

    def case_address(self, number: str) -> str:
        """``data-url`` of a case, found by its number."""
        found = re.search(r'data-url="([^"]+)"', self.search(number))
        assert found
        return html.unescape(found[1])


def numbers(fragment: str) -> list[str]:
    """Case numbers of the rows of a fragment."""
    return re.findall(r'class="caseLink"[^>]*title="([^"]+)"', fragment)


def embedded(fragment: str, grid: str) -> list[dict[str, Any]]:
    """The data cut out of the grid's script, as the documents say it is cut."""
    script = fragment.split(f'jQuery("#{grid}").kendoGrid(')[1]
    data = re.search(r'"data":{"Data":(.*),"Total":\d+}}', script, re.S)
    assert data
    rows: list[dict[str, Any]] = json.loads(data[1])
    return rows


@contextlib.contextmanager
def visited(world: World) -> Iterator[Visitor]:
    """Portals of that world, and a visitor who is signed in."""
    with running(world=world) as site:
        yield Visitor(site).sign_in()


def lines(log: Path) -> list[dict[str, Any]]:
    """The access log's lines."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
