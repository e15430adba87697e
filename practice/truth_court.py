"""The court half of the truth: which of the index's parties the documented searches reach, and the
records of their cases."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from practice.facts import (
    CaseFacts,
    CourtChargeFacts,
    CourtHearingFacts,
    CourtPartyFacts,
    DetaineeFacts,
    DispositionEventFacts,
    EventFacts,
    OtherEntryFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.truth_common import at, day
from practice.truth_told import USUAL, Told, told
from practice.world import People

Json = dict[str, Any]
Outcome = Literal["found", "unverified", "not_found"]
Verdict = Literal["accepted", "rejected", "candidate"]
_SUFFIX_WORDS = ("JR", "SR", "II", "III", "IV", "V")
DEFAULT = told(USUAL)
_NOT_FINAL = ("bound over", "grand jury", "reduced", "transferred")


class Court:
    """The court's index, asked as a patient person would ask it: a limit on results hides nothing
    from the narrowing."""

    def __init__(self, people: People, says: Told = DEFAULT) -> None:
        self._says = says
        self._by_last: dict[str, list[CourtPartyFacts]] = defaultdict(list)
        for party in people.parties:
            self._by_last[_folded(party.name.last)].append(party)

    def history(self, person: DetaineeFacts) -> tuple[Outcome, Json | None]:
        """What the searches end in, and the record where that is ``found``."""
        said = self._says.jail.birth_date and person.jail_birth_date == "full"
        born = person.birth_date if said else None
        accepted: dict[str, CaseFacts] = {}
        candidates: dict[str, CaseFacts] = {}
        names: set[str] = set()
        for searches in _rounds(person, born):
            for last, first, filtered in searches:
                for party in self._search(last, first, born if filtered else None):
                    for case, verdict in _verdicts(party, born, self._says):
                        if verdict == "accepted":
                            accepted[case.case_number] = case
                            names.add(_printed(party))
                        elif verdict == "candidate":
                            candidates[case.case_number] = case
            if accepted:
                left = {n: case for n, case in candidates.items() if n not in accepted}
                return "found", _record(person.key, names, accepted, left, self._says)
        return ("unverified" if candidates else "not_found"), None

    def _search(
        self, last: str, first: str | None, born: dt.date | None
    ) -> Iterator[CourtPartyFacts]:
        for party in self._by_last.get(_folded(last), ()):
            if not _folded(party.name.first or "").startswith(_folded(first or "")):
                continue
            if born is None or party.birth_date == born:
                yield party


def _folded(text: str) -> str:
    return text.casefold()


def _rounds(
    person: DetaineeFacts, born: dt.date | None
) -> Iterator[list[tuple[str, str | None, bool]]]:
    """Searches (last name, first name, with the birth date) in rounds: a later one is made while
    nothing was accepted."""
    words = person.name.last.split(" ")
    last = (
        " ".join(words[:-1])
        if len(words) > 1 and words[-1].rstrip(".") in _SUFFIX_WORDS
        else person.name.last
    )
    first = person.name.first.split()[0] if person.name.first else None
    dated = born is not None
    own = [(last, first, dated)]
    known = [
        (alias.last, alias.first.split()[0] if alias.first else None, dated)
        for booking in person.bookings
        for alias in booking.aliases
        if alias.last
    ]
    yield own + known
    if not dated:
        return
    yield [(variant, first, True) for variant in _spellings(last)]
    yield [(last, first, False)]


def _spellings(last: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFD", last) if not unicodedata.combining(c))
    found = [bare, last.replace("'", ""), last.replace("-", " ")]
    if "-" in last:
        found.extend(filter(None, last.split("-")))
    return [variant for variant in dict.fromkeys(found) if variant != last]


def _verdicts(
    party: CourtPartyFacts, born: dt.date | None, says: Told
) -> Iterator[tuple[CaseFacts, Verdict]]:
    """Whose each case is: by the row's birth date where that is whole, else by the case's own
    page."""
    on_row = says.court.rows and party.birth_date_on_row == "full" and party.birth_date is not None
    for case in party.cases:
        printed = party.birth_date if on_row else _on_page(case)
        if born is None or printed is None:
            yield case, "candidate"
        else:
            yield case, "accepted" if born == printed else "rejected"


def _on_page(case: CaseFacts) -> dt.date | None:
    """The person's birth date as far as the case's page prints a whole one."""
    if case.restricted or case.person.birth_date_shown != "full":
        return None
    return case.person.birth_date


def _record(
    key: str,
    names: set[str],
    accepted: dict[str, CaseFacts],
    candidates: dict[str, CaseFacts],
    says: Told,
) -> Json:
    def told(cases: dict[str, CaseFacts]) -> list[Json]:
        in_order = sorted(cases.values(), key=lambda case: (case.file_date, case.case_number))
        return [case_record(case, says) for case in in_order]

    return {
        "key": key,
        "names": sorted(names),
        "cases": told(accepted),
        "cases_unverified": told(candidates),
    }


def _printed(party: CourtPartyFacts) -> str:
    name = party.name
    given = " ".join(part for part in (name.first, name.middle, name.suffix) if part)
    return f"{name.last}, {given}" if given else name.last


def case_record(case: CaseFacts, says: Told = DEFAULT) -> Json:
    """A case as its page tells it; of a restricted one only what the result list shows."""
    record: Json = {
        "case_number": case.case_number,
        "style": case.style,
        "court": case.court,
        "case_type": case.case_type,
        "status": case.status or None,
        "file_date": day(case.file_date),
        "judicial_officer": None,
        "public": not case.restricted,
        "cross_references": [],
        "parties": [],
        "charges": [],
        "disposition_events": [],
        "bond_settings": [],
        "events": [],
        "hearings": [],
        "financial": None,
        "missing": [],
        "pretrial": {"answer": "unknown", "open_charges": [], "reasons": ["restricted"]},
        "case_dispositions": [],
        "warrants": [],
        "other_entries": [],
        "other_financials": [],
        "notices": [],
        "details": [],
        "as_printed": [],
    }
    if case.restricted:
        if says.court.short_rows:
            record.update(court=None, case_type=None)
        return record
    services = says.court.services
    charges = _charges(case, says)
    hearings = sorted(case.hearings, key=lambda hearing: hearing.date)
    money = _money(case, says)
    own = case.person.name
    record.update(
        judicial_officer=case.judicial_officer if says.court.judge else None,
        cross_references=sorted(case.cross_references),
        parties=[_party(party, says) for party in case.parties if services or not party.removed],
        charges=charges,
        disposition_events=[_disposition_event(event, case, says) for event in _dated(case, says)],
        bond_settings=[
            {
                "date": day(setting.date),
                "amount_cents": setting.amount_cents,
                "text": setting.text,
                "comment": setting.comment,
                "details": [],
            }
            for setting in sorted(
                case.bond_settings, key=lambda setting: setting.date or dt.date.min
            )
        ],
        events=[_event(event, says) for event in sorted(case.events, key=lambda event: event.date)],
        hearings=[_hearing(hearing, says) for hearing in hearings],
        financial=next((one for one in money if one["party"] == own), money[0] if money else None),
        pretrial=_pretrial(case, charges, says),
    )
    record.update(
        case_dispositions=[
            {"date": day(date), "type": text, "details": []}
            for date, text in (case.case_dispositions if services else ())
        ],
        warrants=[
            {"number": number, "type": None, "status": None, "date": None, "details": []}
            for number in (case.warrants if services else ())
        ],
        other_entries=[
            _other_entry(entry, says)
            for entry in sorted(case.other_entries, key=lambda entry: entry.date)
            if not services
        ],
        other_financials=[one for one in money if one is not record["financial"]],
        notices=[] if services else list(case.notices),
        details=_statuses(case) if services else [],
        as_printed=[{"field": field, "text": text} for field, text in _words(case, says)],
    )
    return record


def _words(case: CaseFacts, says: Told) -> Iterator[tuple[str, str]]:
    """Words that stand where a date or a time should, by the field that cannot be read."""
    shown = [one for one in case.parties if says.court.services or not one.removed]
    for n, party in enumerate(shown):
        if party.birth_date and party.birth_date_shown == "masked":
            yield f"parties.{n}.date_of_birth", f"XX/XX/{party.birth_date.year}"
        elif party.birth_date and party.birth_date_shown == "placeholder":
            yield f"parties.{n}.date_of_birth", "01/01/1900"
    for n, hearing in enumerate(sorted(case.hearings, key=lambda hearing: hearing.date)):
        if hearing.time_words:
            yield f"hearings.{n}.starts_at", hearing.time_words


def _statuses(case: CaseFacts) -> list[Json]:
    """All statuses with their days, as services list them: the newest first."""
    last = max((event.date for event in case.disposition_events), default=case.file_date)
    if not case.status:
        return []
    listed = [(case.file_date, case.status)]
    if case.status.casefold() in ("closed", "disposed") and last > case.file_date:
        listed = [(last, case.status), (case.file_date, "Open")]
    return [{"label": "CaseStatuses", "text": f"{date:%m/%d/%Y} {text}"} for date, text in listed]


def _agencies(charge: CourtChargeFacts) -> list[Json]:
    """Who filed a charge, and who arrested."""
    labels = ("FilingAgencyDescription", "Arrests.AgencyDescription")
    agency = charge.arresting_agency
    return [{"label": label, "text": agency} for label in labels] if agency else []


def _fee(rows: list[TransactionFacts]) -> list[Json]:
    """What services say of an account: what it is for, and when it is due."""
    due = max(one.date for one in rows)
    return [
        {"label": "FinancialCategory", "text": "Costs"},
        {"label": "DueDate", "text": f"{due:%m/%d/%Y}"},
    ]


def _event(event: EventFacts, says: Told) -> Json:
    details = [
        {"label": "View Document", "text": text}
        for text in (event.documents if says.court.documents else ())
    ]
    if says.court.event_judge and event.judicial_officer:
        details.append({"label": "Judicial Officer", "text": event.judicial_officer})
    return {
        "date": day(event.date),
        "name": event.name,
        "comment": event.comment,
        "details": details,
    }


def _hearing(hearing: CourtHearingFacts, says: Told) -> Json:
    """A classic page tells of a canceled hearing by its reason alone."""
    canceled = hearing.canceled and (says.court.services or hearing.cancel_reason is not None)
    result = (hearing.cancel_reason or "Canceled") if canceled else hearing.result
    return {
        "date": day(hearing.date),
        "type": hearing.type,
        "starts_at": at(hearing.date, hearing.time),
        "judicial_officer": hearing.judicial_officer,
        "result": result,
        "comment": hearing.comment,
        "canceled": canceled,
        "details": [],
    }


def _other_entry(entry: OtherEntryFacts, says: Told) -> Json:
    """In the docket a cause of action shows what it is and when it was filed; a section of its own
    names it and shows everything."""
    labels, name = list(entry.labels), entry.name
    if entry.kind == "cause":
        action = dict(labels)["Action"]
        if says.court.cause_section:
            labels, name = [one for one in labels if one[0] != "Action"], action
        else:
            labels = [("Action", action), ("File Date", f"{entry.date:%m/%d/%Y}")]
    if entry.served is not None:
        labels.insert(0, ("", "Served" if entry.served else "Unserved"))
    return {
        "date": day(entry.date),
        "name": name,
        "details": [{"label": label, "text": text} for label, text in labels],
    }


def _dated(case: CaseFacts, says: Told) -> list[DispositionEventFacts]:
    """The events that are told, by date: services tell no judgments."""
    events = [e for e in case.disposition_events if not (says.court.services and e.judgment_type)]
    return sorted(events, key=lambda event: event.date)


def _party(party: PartyFacts, says: Told) -> Json:
    services = says.court.services
    phones = [one.phone for one in party.attorneys if one.phone and says.court.phones]
    details = [("Work Phone", phone) for phone in phones]
    if party.removed:
        details.append(("RemovedDate", f"{party.removed[0]:%m/%d/%Y}"))
    return {
        "role": party.role,
        "name": party.name,
        "date_of_birth": day(party.birth_date) if party.birth_date_shown == "full" else None,
        "race": party.race,
        "sex": party.sex,
        "address": list(party.address),
        "attorneys": [
            {"name": one.name, "lead": one.lead, "kind": one.kind} for one in party.attorneys
        ],
        "roles": list(party.more_roles) if services else [],
        "represented": "Pro Se" if party.pro_se and not services else None,
        "removed": party.removed[1] if party.removed else None,
        "details": [{"label": label, "text": text} for label, text in details],
    }


def _charges(case: CaseFacts, says: Told) -> list[Json]:
    """Of a charge, only services tell when it was filed and amended, and what it was before."""
    whole = says.court.services
    rows = []
    for charge in sorted(case.charges, key=lambda charge: int(charge.number)):
        rows.append(
            {
                "number": charge.number.lstrip("0") or "0",
                "party": None,  # every case here has one defendant
                "description": charge.description,
                "statute": charge.statute,
                "degree": charge.degree_word or charge.degree,
                "offense_date": day(charge.offense_date),
                "filed_date": day(charge.filed_date) if whole else None,
                "amended_date": day(charge.amended_date) if whole else None,
                "original_description": charge.original_description if whole else None,
                "dispositions": [
                    {"date": day(event.date), "event": event.name, "result": outcome.result}
                    for event in _dated(case, says)
                    for outcome in event.outcomes
                    if outcome.charge_id == charge.charge_id
                ],
                "details": _agencies(charge) if whole else [],
            }
        )
    return rows


def _disposition_event(event: DispositionEventFacts, case: CaseFacts, says: Told) -> Json:
    charges = {charge.charge_id: charge for charge in case.charges}
    named = event.parties if says.court.judgment == "names" else ()
    return {
        "date": day(event.date),
        "name": event.name,
        "judicial_officer": event.judicial_officer,
        "outcomes": [
            {
                "charge_number": charges[outcome.charge_id].number,
                "description": charges[outcome.charge_id].description,
                "result": outcome.result,
                "details": [],
            }
            for outcome in event.outcomes
        ],
        "sentence": [{"kind": kind, "text": text} for kind, text in event.sentence],
        "judgment_type": event.judgment_type,
        "parties": list(named),
        "awards": _awards(event) if says.court.judgment == "award" else [],
        "details": [],
    }


def _awards(event: DispositionEventFacts) -> list[Json]:
    if event.judgment_for is None:
        return []
    rows = [("Judgment For", event.judgment_for), ("Verdict to Plaintiff", "")]
    if event.award_cents is not None:
        rows.append(("Compensatory", f"${event.award_cents / 100:,.2f}"))
    rows.append(("Verdict on Cross/Counter Claim", ""))
    return [{"label": label, "text": text} for label, text in rows]


def _money(case: CaseFacts, says: Told) -> list[Json]:
    """Everybody's account, in the order of the parties. Classic pages name the payer."""
    accounts = []
    for place, party in enumerate(case.parties):
        rows = [one for one in case.transactions if one.party == place]
        if not rows:
            continue
        amounts = [one.amount_cents for one in rows]
        accounts.append(
            {
                "party": party.name,
                "assessed_cents": sum(amount for amount in amounts if amount > 0),
                "payments_and_credits_cents": -sum(amount for amount in amounts if amount < 0),
                "transactions": [
                    {
                        "date": day(one.date),
                        "description": one.description,
                        "receipt": one.receipt,
                        "amount_cents": one.amount_cents,
                        "payer": party.name
                        if not says.court.services
                        and one.amount_cents < 0
                        and one.description != "Credit"
                        else None,
                        "details": [],
                    }
                    for one in rows
                ],
                "details": _fee(rows) if says.court.services else [],
            }
        )
    return accounts


def _is_open(charge: Json) -> bool:
    return all(
        one["event"] == "Plea" or any(text in one["result"].lower() for text in _NOT_FINAL)
        for one in charge["dispositions"]
    )


def _pretrial(case: CaseFacts, charges: list[Json], says: Told) -> Json:
    still_open = [charge["number"] for charge in charges if _is_open(charge)]
    status = case.status.lower()

    def answer(word: str, reason: str) -> Json:
        return {"answer": word, "open_charges": still_open, "reasons": [reason]}

    if any(event.kind == "sentence" or event.sentence for event in case.disposition_events):
        return answer("not_pretrial", "sentence")
    if case.case_dispositions and says.court.services:
        return answer("not_pretrial", "case_disposition")
    if not charges:
        return answer("unknown", "no_charges")
    if status in ("closed", "disposed"):
        return answer("not_pretrial", "status_not_open")
    if status not in ("open", "active"):
        return answer("unknown", "status_word")
    if not still_open:
        return answer("not_pretrial", "no_open_charge")
    return answer("pretrial", "open_charge")
