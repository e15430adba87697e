"""Smart Search: what was asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from practice.facts import CaseFacts

NO_VALUE = "Please enter a value for search criteria."
BAD_DATE = "Please select a valid date. (MM/DD/YYYY)"
NO_WILDCARD = "Wildcards can not be used with Sounds Like selected"


class BadCriteriaError(ValueError):
    """The form was filled in wrongly; ``messages`` are what its validation summary says."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Criteria:
    """One search. Empty filters are None; both ends of a range count."""

    text: str
    search_by: str = "SmartSearch"
    cases: bool = True
    parties: bool = True
    born_from: dt.date | None = None
    born_to: dt.date | None = None
    filed_from: dt.date | None = None
    filed_to: dt.date | None = None
    court: str | None = None
    case_type: str | None = None
    case_status: str | None = None
    sex: str | None = None
    race: str | None = None
    numbers: tuple[str, ...] = ()
    soundex: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Criteria:
        """From the posted fields (first value of a repeated one). Raises BadCriteriaError."""
        wrong: list[str] = []

        def text(name: str) -> str:
            return form.get(f"caseCriteria.{name}", "").strip()

        def when(name: str) -> dt.date | None:
            if not text(name):
                return None
            try:
                return dt.datetime.strptime(text(name), "%m/%d/%Y").date()
            except ValueError:
                wrong.append(BAD_DATE)
                return None

        search_by = text("SearchBy") or "SmartSearch"
        wanted = text("SearchCriteria")
        if search_by == "PartyName":
            given = " ".join(
                filter(None, (text("NameFirst"), text("NameMiddle"), text("NameSuffix")))
            )
            wanted = f"{text('NameLast')}, {given}" if given else text("NameLast")
        if not wanted:
            wrong.append(NO_VALUE)
        if text("UseSoundex") == "true" and "*" in wanted:
            wrong.append(NO_WILDCARD)
        born_from, born_to = when("DOBFrom"), when("DOBTo")
        filed_from, filed_to = when("FileDateStart"), when("FileDateEnd")
        if wrong:
            raise BadCriteriaError(list(dict.fromkeys(wrong)))
        court, kind, status = text("CourtLocation"), text("CaseType"), text("CaseStatus")
        return cls(
            text=wanted[:100],
            search_by=search_by,
            cases=search_by == "CaseNumber"
            or (search_by == "SmartSearch" and text("SearchCases") == "true"),
            parties=search_by == "PartyName"
            or (search_by == "SmartSearch" and text("SearchByPartyName") == "true"),
            born_from=born_from,
            born_to=born_to,
            filed_from=filed_from,
            filed_to=filed_to,
            court=None if court in ("", "All Locations") else court,
            case_type=kind or None,
            case_status=status or None,
            sex=text("Gender") or None,
            race=text("Race") or None,
            numbers=tuple(filter(None, map(text, ("FBINumber", "SONumber", "BookingNumber")))),
            soundex=text("UseSoundex") == "true",
        )

    def __str__(self) -> str:
        parts = [self.text]
        if self.born_from or self.born_to:
            parts.append(f"born {self.born_from or ''}..{self.born_to or ''}")
        if self.filed_from or self.filed_to:
            parts.append(f"filed {self.filed_from or ''}..{self.filed_to or ''}")
        return " | ".join(parts)

    def born(self, value: dt.date | None) -> bool:
        """Whether a birth date lies in the filter; an unknown one never does."""
        return _within(value, self.born_from, self.born_to)

    def takes(self, case: CaseFacts) -> bool:
        """Whether a case passes the filters beside name and birth date. No party here has an FBI,
        SO or booking number."""
        defendant = case.person if case.parties else None
        return (
            not self.numbers
            and (self.sex is None or (defendant is not None and defendant.sex == self.sex))
            and (self.race is None or (defendant is not None and defendant.race == self.race))
            and _within(case.file_date, self.filed_from, self.filed_to)
            and self.court in (None, case.court)
            and self.case_type in (None, case.case_type)
            and self.case_status in (None, case.status)
        )


def _within(value: dt.date | None, first: dt.date | None, last: dt.date | None) -> bool:
    if first is None and last is None:
        return True
    return value is not None and (first or dt.date.min) <= value <= (last or dt.date.max)
