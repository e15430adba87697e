"""Parser of the Register of Actions services (docs/portals/odyssey.md, section 6).

Ids come as numbers or as digits in quotes and are compared as text; missing parts are null, 0, ""
or []; the same key changes its type between kinds of events. What is read is crossed off; keys that
nobody reads are told by their path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import LayoutChanged, SearchLost, WrongRecord
from scrapers.odyssey.parse.assemble import CaseRead, assembled, plain_number
from scrapers.odyssey.parse.dispositions import unread_outcomes
from scrapers.odyssey.parse.docket import Docket
from scrapers.odyssey.parse.financial import whose
from scrapers.odyssey.parse.hits import CaseLink
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.roa_events import Events, parted
from scrapers.odyssey.parse.roa_keys import CHARGE, INFORMATION, OFFENSE, PARTY, SUMMARY
from scrapers.odyssey.parse.roa_money import money, read_financial
from scrapers.odyssey.parse.roa_values import Answers, Object
from scrapers.odyssey.records import (
    Attorney,
    BondSetting,
    CaseDisposition,
    CourtCharge,
    DispositionEvent,
    Party,
    Warrant,
)
from scrapers.record import Labeled
from scrapers.sites import CourtSite

SUMMARY_SERVICE = "CaseSummariesSlim"
LISTS = {
    "Charges": "Charges",
    "DispositionEvents": "Events",
    "CombinedEvents": "Events",
    "CaseEvents": "Events",
    "Hearings": "Hearings",
    "Parties": "Parties",
    "FinancialSummary": "CaseFees",
    "BondSettings": "BondSettings",
}
"""The name of each service's list."""
PARTS = {
    "Charges": "charges",
    "DispositionEvents": "dispositions",
    "CombinedEvents": "docket",
    "CaseEvents": "events",
    "Hearings": "hearings",
    "Parties": "parties",
    "FinancialSummary": "financial",
    "BondSettings": "bond_settings",
}
"""What a case lacks without that service's list."""
MUST = ("Charges", "DispositionEvents", "Parties")
"""Services without whose lists nothing is concluded of a case."""
_CONFIDENTIAL = re.compile("confidential", re.I)
_LINES = tuple(f"AddressLine{place}" for place in range(1, 5))


def read_roa(
    answers: Mapping[str, Any],
    url: str | None,
    link: CaseLink | None,
    zone: ZoneInfo | None,
    *,
    missing: tuple[str, ...] = (),
    court: CourtSite | None = None,
    person: str | None = None,
) -> CaseRead:
    """The case that the services tell of. ``answers`` holds one answer per service, the pages of a
    list put together; the other arguments are those of `read_classic`.

    Raises SearchLost for a summary that knows nothing of the key, LayoutChanged for one without a
    case number, WrongRecord for another case number than ``link`` has."""
    return _Case(answers, url, link, zone, court).read(missing, person)


class _Case:
    def __init__(
        self,
        answers: Mapping[str, Any],
        url: str | None,
        link: CaseLink | None,
        zone: ZoneInfo | None,
        court: CourtSite | None,
    ) -> None:
        self._all = answers
        self._url = url
        self._link = link
        self._court = court
        self._json = Answers()
        self._margin = Margin(zone, court.date_formats if court else ())
        self._summary: Object = answers.get(SUMMARY_SERVICE) or {}
        self._head = self._json.inner(self._summary, "CaseSummaryHeader")
        self._lost: set[str] = set()
        self._details: list[Labeled] = []

    def read(self, missing: tuple[str, ...], person: str | None) -> CaseRead:
        json, margin = self._json, self._margin
        number = self._proved()
        for key in ("Style", "Heading", "FiledOn"):
            if key not in self._head:
                margin.doubt(
                    key.lower(), f"the key {key}", ", ".join(sorted(self._head)), "label_missing"
                )
        court_name = json.text(self._head, "Heading")
        node = json.text(self._head, "NodeName")
        if node and court_name and node != court_name:
            self._details.append(Labeled(label="NodeName", text=node))
        margin.by = file_date = margin.day(json.text(self._head, "FiledOn"), "file_date")
        self._details += json.details(self._head, SUMMARY)
        information = json.inner(self._summary, "CaseInformation")
        status = self._status(information)
        case_type = json.coded(information, "CaseType")
        self._details += json.details(information, INFORMATION)
        references = [*self._references(self._head), *self._references(information)]
        margin.of_case()
        parties = [self._party(row) for row in self._rows("Parties")]
        known = [one for one in parties if one is not None]
        charges, by_id = self._charges()
        events = Events(json, margin, by_id, {one.name for one in known})
        dispositions, docket = self._events(events)
        money_parts = read_financial(json, self._rows("FinancialSummary"), margin)
        mine, others = whose(money_parts, person)
        if not known:
            margin.doubt("parties", "a party", "none", "label_missing")
        lost = {*missing, *self._lost}
        case_dispositions = self._case_dispositions()
        case, doubts = assembled(
            case_number=number,
            style=json.text(self._head, "Style"),
            court=court_name or node,
            case_type=case_type,
            status=status,
            file_date=file_date,
            judicial_officer=json.coded(self._head, "Judge"),
            cross_references=references,
            parties=known,
            charges=charges,
            case_dispositions=case_dispositions,
            disposition_events=dispositions,
            bond_settings=filter(None, map(self._bond, self._rows("BondSettings"))),
            warrants=self._warrants(),
            events=docket.events,
            hearings=docket.hearings,
            other_entries=docket.others,
            financial=mine,
            other_financials=others,
            details=self._details,
            missing=lost,
            margin=margin,
            county=self._court,
            unread="dispositions" in lost or unread_outcomes(tuple(dispositions)),
        )
        unread = tuple(
            one for name, answer in self._all.items() for one in json.ledger.left(name, answer)
        )
        return CaseRead(case=case, unread=unread, doubts=doubts, empty=dict(json.ledger.empty))

    # -- the summary

    def _proved(self) -> str:
        if not self._head:
            raise SearchLost(
                "the services know nothing under this key (a short or an old one)", url=self._url
            )
        number = self._json.text(self._head, "CaseNumber")
        if not number:
            raise LayoutChanged(self._url, "summary of the case", "CaseNumber", sorted(self._head))
        if self._link is not None and number != self._link.case_number:
            raise WrongRecord(
                f"asked for case {self._link.case_number}, the services tell of {number}",
                url=self._url,
            )
        return number

    def _status(self, information: Object) -> str | None:
        """The newest status; the portal's page lists the newest first, so of two on one day the
        first counts. All of them are told with their days, as the page prints them."""
        json, newest, status = self._json, None, None
        for entry in json.rows(information, "CaseStatuses"):
            printed = json.text(entry, "StatusDate")
            said = json.coded(entry, "CaseStatusId")
            date = self._margin.day(printed, "status")
            words = " ".join(part for part in (printed, said) if part)
            if words:
                self._details.append(Labeled(label="CaseStatuses", text=words))
            if said is None:
                continue
            if status is None or (date is not None and (newest is None or date > newest)):
                newest, status = date, said
        return status

    def _references(self, holder: Object) -> list[str]:
        """Numbers of related cases; the page takes them from the header."""
        json, key = self._json, "CrossReferenceNumbers"
        found = [json.text(row, "CrossReferenceNumber") for row in json.rows(holder, key)]
        values = holder.get(key)
        if isinstance(values, list) and all(isinstance(one, str | int) for one in values):
            json.ledger.take(holder, key)
            found += [str(one).strip() for one in values]
        return [number for number in found if number]

    def _case_dispositions(self) -> list[CaseDisposition]:
        """Dispositions of the whole case."""
        json, found = self._json, []
        holder = json.inner(self._summary, "DispositionInformation")
        for row in json.rows(holder, "Dispositions"):
            said = json.coded(row, "DispositionTypeId", "DispositionType", "Disposition")
            date = self._margin.day(json.text(row, "DispositionDate", "Date"), "date")
            one = CaseDisposition(date=date, type=said, details=tuple(json.untaken(row)))
            self._margin.of(one)
            found.append(one)
        return found

    def _warrants(self) -> list[Warrant]:
        json, found = self._json, []
        holder = json.inner(self._summary, "WarrantInformation")
        for row in json.rows(holder, "Warrants"):
            number = json.text(row, "WarrantNumber", "Number")
            kind = json.coded(row, "WarrantTypeId", "WarrantType", "TypeId", "Type")
            status = json.coded(row, "WarrantStatusId", "WarrantStatus", "StatusId", "Status")
            date = json.text(row, "IssueDate", "IssuedDate", "WarrantDate", "Date")
            one = Warrant(
                number=number,
                type=kind,
                status=status,
                date=self._margin.day(date, "date"),
                details=tuple(json.untaken(row)),
            )
            self._margin.of(one)
            found.append(one)
        return found

    # -- the lists

    def _rows(self, service: str) -> list[Object]:
        """The rows of a service's list. What has no such list is told, and the part is missing."""
        if service not in self._all:
            if service in MUST:
                self._lost.add(PARTS[service])
            return []
        answer, name = self._all[service], LISTS[service]
        if (
            not isinstance(answer, Mapping)
            or not isinstance(answer.get(name), list | None)
            or name not in answer
        ):
            self._lost.add(PARTS[service])
            return []
        return self._json.rows(answer, name)

    def _charges(self) -> tuple[list[CourtCharge], dict[str | None, CourtCharge]]:
        """The charges that the portal shows, and each by its id."""
        json, found, by_id = self._json, [], {}
        shown = []
        for row in self._rows("Charges"):
            if json.flag(row, "HideCharge"):
                json.ledger.take(row, *row)
            else:
                shown.append(row)
        names = self._names(shown)
        for row in shown:
            charge = self._charge(row, names.get(json.text(row, "PartyId")))
            if charge is not None:
                found.append(charge)
                by_id[json.text(row, "ChargeId")] = charge
        return found, by_id

    def _names(self, charges: list[Object]) -> dict[str | None, str]:
        """The name of every party that has charges, by its id (which stands for a name that is not
        told); empty for one party."""
        json = self._json
        ids = {key for row in charges if (key := json.text(row, "PartyId"))}
        if len(ids) < 2:
            return {}
        names = {
            json.text(row, "PartyId"): _plain(row, "FormattedName") for row in self._rows("Parties")
        }
        return {key: names.get(key) or key for key in ids}

    def _charge(self, row: Object, party: str | None) -> CourtCharge | None:
        json, margin = self._json, self._margin
        offense = json.inner(row, "ChargeOffense")
        before = json.inner(row, "OriginalChargeOffense")
        number = plain_number(json.text(row, "CurrChargeNum"))
        description = json.text(offense, "ChargeOffenseDescription")
        if not number and not description:
            return None  # left, and so told as unread
        degree = json.coded(offense, "DegreeDescription", "DegreeId", "Degree")
        json.text(offense, "Degree")
        charge = CourtCharge(
            number=number,
            party=party,
            description=description,
            statute=json.text(offense, "Statute"),
            degree=degree,
            offense_date=margin.day(json.text(row, "OffenseDate"), "offense_date"),
            filed_date=margin.day(json.text(row, "FiledDate"), "filed_date"),
            amended_date=margin.day(json.text(row, "AmendedDate"), "amended_date"),
            original_description=json.text(before, "ChargeOffenseDescription"),
            details=(*json.details(row, CHARGE), *json.details(offense, OFFENSE)),
        )
        margin.of(charge)
        return charge

    def _events(self, events: Events) -> tuple[list[DispositionEvent], Docket]:
        """Dispositions from their service, and from the docket what that one does not tell; the
        docket from one service, or from two where that one did not answer."""
        told = self._rows("DispositionEvents")
        hearings: list[Object] = []
        if "CombinedEvents" in self._all:
            mixed = self._rows("CombinedEvents")
        else:
            mixed, hearings = self._rows("CaseEvents"), self._rows("Hearings")
        again, more, rest = parted(mixed, told)
        for row, twin in again:
            self._json.twin(row, twin)
        dispositions = events.dispositions([*told, *more])
        return dispositions, events.docket(rest, hearings)

    def _party(self, row: Object) -> Party | None:
        json, margin = self._json, self._margin
        roles = [json.coded(row, "ConnectionType"), *self._roles(row)]
        named = [role for role in dict.fromkeys(roles) if role]
        name = json.text(row, "FormattedName") or self._name(row)
        if name is None:
            return None  # left, and so told as unread
        for key in ("NameLast", "NameFirst", "NameMid", "NameSuffix"):
            part = json.text(row, key)
            if part and part.casefold() not in name.casefold():
                self._details.append(Labeled(label=f"Parties.{key}", text=part))
        removed = json.coded(row, "RemovedReason", "RemovedReasonId")
        out = removed is not None or bool(row.get("RemovedDate"))
        addresses = [
            lines for entry in json.rows(row, "Addresses") if (lines := self._address(entry))
        ]
        details = [Labeled(label="Address", text=", ".join(lines)) for lines in addresses[1:]]
        party = Party(
            role=named[0] if named else None,
            name=name,
            date_of_birth=self._born(row),
            race=json.coded(row, "Race"),
            sex=json.coded(row, "Gender"),
            address=addresses[0] if addresses else (),
            attorneys=tuple(
                Attorney(
                    name=counsel, lead=json.flag(one, "IsLead"), kind=json.coded(one, "Appointment")
                )
                for one in json.rows(row, "CasePartyAttorneys")
                if (counsel := json.text(one, "FormattedName"))
            ),
            roles=tuple(named[1:]),
            removed=(removed or "") if out else None,
            details=(*details, *json.details(row, PARTY)),
        )
        margin.of(party)
        return party

    def _born(self, row: Object) -> Any:
        """The birth date, under either of its two spellings."""
        json, margin = self._json, self._margin
        said = [text for key in ("DateOfBirth", "DateofBirth") if (text := json.text(row, key))]
        if len(set(said)) > 1:
            margin.doubt("date_of_birth", said[0], said[1], "mismatch")
            margin.printed("date_of_birth", " ".join(said))
            return None
        return margin.day(said[0] if said else None, "date_of_birth", birth=True)

    def _roles(self, row: Object) -> list[str]:
        values = row.get("ConnectionTypes")
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            return []
        self._json.ledger.take(row, "ConnectionTypes")
        return [one.strip() for one in values if isinstance(one, str)]

    def _name(self, row: Object) -> str | None:
        last = self._json.text(row, "NameLast")
        given = [self._json.text(row, key) for key in ("NameFirst", "NameMid", "NameSuffix")]
        first = " ".join(part for part in given if part)
        return ", ".join(part for part in (last, first) if part) or None

    def _address(self, entry: Object) -> tuple[str, ...]:
        """Its lines as the pages print them: street lines (or the street in parts), then city,
        state and postal code. None of one that the portal keeps confidential."""
        json = self._json
        secret = [json.flag(entry, key) for key in entry if _CONFIDENTIAL.search(key)]
        if any(secret):
            json.ledger.take(entry, *entry)
            return ()
        street = [json.text(entry, key) for key in _LINES]
        parts = [json.text(entry, key) for key in ("Block", "Street", "UnitNumber")]
        street.insert(0, " ".join(part for part in parts if part) or None)
        place = [
            json.coded(entry, key) or json.text(entry, key)
            for key in ("City", "State", "PostalCode")
        ]
        return tuple(line for line in (*street, " ".join(part for part in place if part)) if line)

    def _bond(self, row: Object) -> BondSetting | None:
        json, margin = self._json, self._margin
        setting = BondSetting(
            date=margin.day(json.text(row, "SettingDate"), "date"),
            amount_cents=money(json, row, "Amount", margin, "amount_cents"),
            text=json.coded(row, "Description"),
            comment=json.text(row, "Comment"),
        )
        if setting == BondSetting():
            return None
        margin.of(setting)
        return setting


def _plain(row: Object, key: str) -> str | None:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else None
