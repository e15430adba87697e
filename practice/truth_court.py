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
    CourtPartyFacts,
    DetaineeFacts,
    DispositionEventFacts,
    PartyFacts,
)
from practice.truth_common import at, day
from practice.world import People

Json = dict[str, Any]
Outcome = Literal["found", "unverified", "not_found"]
Verdict = Literal["accepted", "rejected", "candidate"]
_SUFFIX_WORDS = ("JR", "SR", "II", "III", "IV", "V")
_NOT_FINAL = ("bound over", "grand jury", "reduced", "transferred")


class Court:
    """The court's index, asked as a patient person would ask it: a limit on results hides nothing
    from the narrowing."""

    def __init__(self, people: People) -> None:
        self._by_last: dict[str, list[CourtPartyFacts]] = defaultdict(list)
        for party in people.parties:
            self._by_last[_folded(party.name.last)].append(party)

    def history(self, person: DetaineeFacts) -> tuple[Outcome, Json | None]:
        """What the searches end in, and the record where that is ``found``."""
        born = person.birth_date if person.jail_birth_date == "full" else None
        accepted: dict[str, CourtPartyFacts] = {}
        candidates = 0
        for searches in _rounds(person, born):
            for last, first, filtered in searches:
                for party in self._search(last, first, born if filtered else None):
                    verdict = _verdict(party, born)
                    if verdict == "accepted":
                        accepted[party.party_id] = party
                    candidates += verdict == "candidate"
            if accepted:
                return "found", _record(person.key, list(accepted.values()))
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


def _verdict(party: CourtPartyFacts, born: dt.date | None) -> Verdict:
    """By the row's birth date, else by that of the case pages, as far as they print a whole one."""
    if party.birth_date is not None and party.birth_date_on_row == "full":
        printed = {party.birth_date}
    else:
        printed = {
            defendant.birth_date
            for case in party.cases
            if not case.restricted
            for defendant in case.parties[case.place : case.place + 1]
            if defendant.birth_date is not None and defendant.birth_date_shown == "full"
        }
    if born is None or not printed:
        return "candidate"
    return "accepted" if born in printed else "rejected"


def _record(key: str, parties: list[CourtPartyFacts]) -> Json:
    cases = {case.case_number: case for party in parties for case in party.cases}
    return {
        "key": key,
        "names": sorted({_printed(party) for party in parties}),
        "cases": [
            case_record(case)
            for case in sorted(cases.values(), key=lambda case: (case.file_date, case.case_number))
        ],
    }


def _printed(party: CourtPartyFacts) -> str:
    name = party.name
    given = " ".join(part for part in (name.first, name.middle, name.suffix) if part)
    return f"{name.last}, {given}" if given else name.last


def case_record(case: CaseFacts) -> Json:
    """A case as its page tells it; of a restricted one only what the result list shows."""
    record: Json = {
        "case_number": case.case_number,
        "style": case.style,
        "court": case.court,
        "case_type": case.case_type,
        "status": case.status,
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
    }
    if case.restricted:
        return record
    charges = _charges(case)
    record.update(
        judicial_officer=case.judicial_officer,
        cross_references=sorted(case.cross_references),
        parties=[_party(party) for party in case.parties],
        charges=charges,
        disposition_events=[_disposition_event(event, case) for event in _dated(case)],
        bond_settings=[
            {
                "date": day(setting.date),
                "amount_cents": setting.amount_cents,
                "text": setting.text,
                "comment": setting.comment,
            }
            for setting in sorted(
                case.bond_settings, key=lambda setting: setting.date or dt.date.min
            )
        ],
        events=[
            {"date": day(event.date), "name": event.name, "comment": event.comment}
            for event in sorted(case.events, key=lambda event: event.date)
        ],
        hearings=[
            {
                "date": day(hearing.date),
                "type": hearing.type,
                "starts_at": at(hearing.date, hearing.time),
                "judicial_officer": hearing.judicial_officer,
                "result": hearing.result,
                "comment": hearing.comment,
            }
            for hearing in sorted(case.hearings, key=lambda hearing: hearing.date)
        ],
        financial=_financial(case),
        pretrial=_pretrial(case, charges),
    )
    return record


def _dated(case: CaseFacts) -> list[DispositionEventFacts]:
    return sorted(case.disposition_events, key=lambda event: event.date)


def _party(party: PartyFacts) -> Json:
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
    }


def _charges(case: CaseFacts) -> list[Json]:
    rows = []
    for charge in sorted(case.charges, key=lambda charge: int(charge.number)):
        rows.append(
            {
                "number": charge.number.lstrip("0") or "0",
                "party": None,  # every case here has one defendant
                "description": charge.description,
                "statute": charge.statute,
                "degree": charge.degree_word,
                "offense_date": day(charge.offense_date),
                "filed_date": day(charge.filed_date),
                "amended_date": day(charge.amended_date),
                "original_description": charge.original_description,
                "dispositions": [
                    {"date": day(event.date), "event": event.name, "result": outcome.result}
                    for event in _dated(case)
                    for outcome in event.outcomes
                    if outcome.charge_id == charge.charge_id
                ],
            }
        )
    return rows


def _disposition_event(event: DispositionEventFacts, case: CaseFacts) -> Json:
    charges = {charge.charge_id: charge for charge in case.charges}
    return {
        "date": day(event.date),
        "name": event.name,
        "judicial_officer": event.judicial_officer,
        "outcomes": [
            {
                "charge_number": charges[outcome.charge_id].number,
                "description": charges[outcome.charge_id].description,
                "result": outcome.result,
            }
            for outcome in event.outcomes
        ],
        "sentence": [{"kind": kind, "text": text} for kind, text in event.sentence],
    }


def _financial(case: CaseFacts) -> Json | None:
    if not case.transactions:
        return None
    amounts = [transaction.amount_cents for transaction in case.transactions]
    return {
        "party": case.person.name,
        "assessed_cents": sum(amount for amount in amounts if amount > 0),
        "payments_and_credits_cents": -sum(amount for amount in amounts if amount < 0),
        "transactions": [
            {
                "date": day(transaction.date),
                "description": transaction.description,
                "receipt": transaction.receipt,
                "amount_cents": transaction.amount_cents,
            }
            for transaction in case.transactions
        ],
    }


def _is_open(charge: Json) -> bool:
    return all(
        one["event"] == "Plea" or any(text in one["result"].lower() for text in _NOT_FINAL)
        for one in charge["dispositions"]
    )


def _pretrial(case: CaseFacts, charges: list[Json]) -> Json:
    still_open = [charge["number"] for charge in charges if _is_open(charge)]
    status = case.status.lower()

    def answer(word: str, reason: str) -> Json:
        return {"answer": word, "open_charges": still_open, "reasons": [reason]}

    if any(event.kind == "sentence" or event.sentence for event in case.disposition_events):
        return answer("not_pretrial", "sentence")
    if not charges:
        return answer("unknown", "no_charges")
    if status in ("closed", "disposed"):
        return answer("not_pretrial", "status_not_open")
    if status not in ("open", "active"):
        return answer("unknown", "status_word")
    if not still_open:
        return answer("not_pretrial", "no_open_charge")
    return answer("pretrial", "open_charge")
