"""The generator's second pass: what real pages hold beside the plain facts.

It works on people who are already there and draws for each fact from a stream of its own (the
fact's name and the case's or person's id), so that nothing else moves when one is added, and a case
tells the same story on every day. The first forty people hold every difficulty at least once.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace

from practice.facts import (
    CALENDAR_START,
    BookingFacts,
    CaseFacts,
    CourtHearingFacts,
    CourtPartyFacts,
    DetaineeFacts,
    DispositionEventFacts,
    EventFacts,
    OtherEntryFacts,
    PartyFacts,
    TransactionFacts,
)
from practice.people import names
from practice.people.case_life import COURTS
from practice.people.court import Registry
from practice.people.parties import number_of, party_id, past
from practice.world import People

PLACEHOLDERS = (36, 37)
"""Positions of people whose birth date the jail does not know; the second has no case at all."""
NAMESAKES = (17, 24, 35)
"""Positions of people whom no birth date filter finds, among others of exactly their name."""
NO_INCARCERATION = (23, 33)
LIFERS = (15,)
NO_BOND = (3, 12, 35)
UNSET = (0, 31)
"""Positions of people whose next court date is to be set."""
UNDATED = (10, 12)
"""Positions of people one of whose cases prints no birth date."""
_TIMES = ("9:00 AM - 11:00 AM", "1:30 PM - 2:00 PM", "TBD")
_CANCELED = ("Vacated", "Continued by Court", None)
_DOCUMENTS = ("InitialFiling", "Notice 0412 Mailed", "Order of the Court 2201")


def _draw(what: str, of: str) -> random.Random:
    return random.Random(f"oddity|{what}|{of}")


def _chance(what: str, of: str, share: float) -> bool:
    return _draw(what, of).random() < share


def odd(people: People, today: dt.date) -> People:
    """The same people, with all that makes their pages hard to read, as of that day."""
    registry = Registry(above=90_000)
    done: dict[str, CaseFacts] = {}
    parties: list[CourtPartyFacts] = []
    for party in people.parties:
        cases = tuple(done.setdefault(case.case_id, _case(case, today)) for case in party.cases)
        parties.extend(_namesakes(_undated(replace(party, cases=cases)), registry, today))
    return People(tuple(_detainee(person) for person in people.detainees), tuple(parties))


def _position(number: int) -> int | None:
    """Where somebody with that number stood in jail on day 0; None for who came later."""
    return number if 0 <= number < 300_000 else None


def _position_of(party: CourtPartyFacts) -> int | None:
    """The same of a person's party: known also when the person is on no roster any more."""
    return None if party.belongs_to is None else _position(number_of(party.party_id))


def _detainee(person: DetaineeFacts) -> DetaineeFacts:
    position = _position(int(person.permanent_id or 0) - 400_001)
    bookings = tuple(_booking(one, position) for one in person.bookings)
    unknown = position in PLACEHOLDERS or (
        (position or 0) >= 40
        and person.jail_birth_date == "full"
        and _chance("placeholder", person.key, 0.02)
    )
    shown = "placeholder" if unknown else person.jail_birth_date
    return replace(person, bookings=bookings, jail_birth_date=shown)


def _booking(booking: BookingFacts, position: int | None) -> BookingFacts:
    of = booking.booking_number
    bonds = tuple(
        replace(
            bond,
            amount_words="NO BOND"
            if bond.amount_cents is None
            and (position in NO_BOND or _chance("no-bond", f"{of}{place}", 0.5))
            else None,
            set_by=_draw("set-by", f"{of}{place}").choice(("MAG", "JUDGE", None)),
            set_at=dt.datetime.combine(
                booking.commitment_date + dt.timedelta(1 + place), dt.time(17, 20)
            ),
        )
        for place, bond in enumerate(booking.bonds)
    )
    hearings = tuple(
        replace(one, words="TBD")
        if position in UNSET or _chance("tbd", f"{of}{place}", 0.06)
        else one
        for place, one in enumerate(booking.hearings)
    )
    life = position in LIFERS or _chance("life", of, 0.01)
    silent = position in NO_INCARCERATION or _chance("no-incarceration", of, 0.02)
    return replace(
        booking,
        bonds=bonds,
        hearings=hearings,
        projected_release_words="LIFE" if life and not booking.projected_release_date else None,
        incarceration_shown=not silent,
    )


def _case(case: CaseFacts, today: dt.date) -> CaseFacts:
    case = replace(case, hearings=tuple(_hearing(one) for one in case.hearings))
    case = replace(case, events=tuple(_event(one) for one in case.events))
    case = replace(case, transactions=tuple(_transaction(one) for one in case.transactions))
    more = _civil if case.case_type == COURTS["civil"][1] else _criminal
    case = more(case, today)
    parties = tuple(_party(one, f"{case.case_id}{n}") for n, one in enumerate(case.parties))
    return replace(
        case,
        parties=parties,
        notices=("This case has been consolidated.",)
        if _chance("notice", case.case_id, 0.06)
        else (),
    )


def _hearing(one: CourtHearingFacts) -> CourtHearingFacts:
    """Every hearing of a real page has a time, or words in its place."""
    if one.time is None or _chance("time", one.event_id, 0.05):
        words = "TBD" if one.time is None else _draw("words", one.event_id).choice(_TIMES)
        one = replace(one, time=None, time_words=words)
    if one.result == "Hearing Cancelled":
        reason = _draw("canceled", one.event_id).choice(_CANCELED)
        one = replace(one, result=None, canceled=True, cancel_reason=reason)
    return one


def _event(one: EventFacts) -> EventFacts:
    rng = _draw("event", one.event_id)
    return replace(
        one,
        judicial_officer=names.counsel(rng) if rng.random() < 0.25 else None,
        documents=(rng.choice(_DOCUMENTS),) if rng.random() < 0.4 else (),
    )


def _transaction(one: TransactionFacts) -> TransactionFacts:
    words = {"Charge": "Transaction Assessment", "Payment": "Counter Payment"}
    return replace(one, description=words.get(one.description, one.description))


def _party(party: PartyFacts, of: str) -> PartyFacts:
    """Phones of attorneys, who speaks for themselves, and streets in parts."""
    attorneys = tuple(
        replace(one, phone=f"901-555-01{_draw('phone', one.name).randrange(100):02d}")
        for one in party.attorneys
    )
    person = party.birth_date is not None
    alone = person and (not attorneys or _chance("pro-se-too", of, 0.05))
    party = replace(party, attorneys=attorneys, pro_se=alone and _chance("pro-se", of, 0.6))
    if person and party.birth_date_shown == "full" and _chance("court-placeholder", of, 0.02):
        party = replace(party, birth_date_shown="placeholder")
    if len(party.address) == 2 and _chance("street", of, 0.4):
        block, _, street = party.address[0].partition(" ")
        unit = _draw("unit", of).choice(("APT 4", "UNIT B"))
        whole = f"{block} {street} {unit}"
        party = replace(party, address=(whole, party.address[1]), street=(block, street, unit))
    return party


def _criminal(case: CaseFacts, today: dt.date) -> CaseFacts:
    of = case.case_id
    if case.restricted:
        return case
    person, *others = case.parties
    if _chance("suffix", of, 0.1):
        person = replace(person, role="Defendant (Participant)")
    if _chance("roles", of, 0.08):
        person = replace(person, more_roles=("Appellant",))
    if _chance("prosecutor", of, 0.3):
        others.append(PartyFacts("Prosecuting Attorney", "SAMPLE COUNTY ATTORNEY'S OFFICE"))
    left = case.file_date + dt.timedelta(12)
    if _chance("removed", of, 0.07) and left <= today:
        rng = _draw("co-defendant", of)
        other = names.printed(names.plain(rng))
        others.append(PartyFacts("Defendant", other, removed=(left, "Severed")))
    decided = case.file_date + dt.timedelta(40)
    charges = tuple(
        replace(charge, degree="FNC", degree_word=None)
        if _chance("degree", charge.charge_id, 0.06) and charge.amended_date is None
        else charge
        for charge in case.charges
    )
    no_status = case.status == "Open" and _chance("no-status", of, 0.08)
    return replace(
        case,
        parties=(person, *others),
        charges=charges,
        status="" if no_status else case.status,
        status_word="" if no_status else case.status_word,
        case_dispositions=((decided, "Judgment of Conviction"),)
        if _chance("case-disposition", of, 0.05) and decided <= today
        else (),
        warrants=(f"W-{of[-4:]}",) if _chance("warrant", of, 0.06) else (),
    )


def _civil(case: CaseFacts, today: dt.date) -> CaseFacts:
    """The plaintiff first, a second defendant, a mixed docket, judgments, everybody's money."""
    of, filed = case.case_id, case.file_date
    rng = _draw("civil", of)
    defendant, plaintiff = case.parties
    if rng.random() < 0.2:
        plaintiff = replace(plaintiff, role="Claimant (Participant)")
    parties = [plaintiff, defendant]
    if rng.random() < 0.6:
        parties.append(PartyFacts("Defendant", names.printed(names.plain(rng)), pro_se=True))
    sued = [party.name for party in parties[1:]]
    entries = [_cause(filed, "Account", "Original", plaintiff.name, sued[0])]
    if len(sued) > 1:
        entries.append(_cause(filed, "Rent Due", "Counterclaim", sued[1], plaintiff.name))
    for place, name in enumerate(sued):
        day = filed + dt.timedelta(3 + place)
        entries.append(
            OtherEntryFacts(day, "service", "Summons", None, (("Anticipated Server", "Sheriff"),))
        )
        served = rng.random() < 0.7
        labels = (("Anticipated Server", "Sheriff"), ("Anticipated Method", "Personal"))
        entries.append(
            OtherEntryFacts(day + dt.timedelta(7), "service", f"Service on {name}", served, labels)
        )
    judgments = list(_judgments(case, parties, rng))
    judged = [one for one in judgments if one.date <= today]
    return replace(
        case,
        parties=tuple(parties),
        place=1,
        status="Closed" if judged else case.status,
        status_word="CLOS" if judged else case.status_word,
        disposition_events=tuple(judged),
        other_entries=tuple(one for one in entries if one.date <= today),
        transactions=tuple(_money(case, judged, today)),
    )


def _cause(day: dt.date, action: str, kind: str, by: str, against: str) -> OtherEntryFacts:
    labels = (("Action", action), ("Type", kind), ("Filed By", by), ("Filed Against", against))
    return OtherEntryFacts(day, "cause", "Cause Of Action", labels=labels)


def _judgments(
    case: CaseFacts, parties: list[PartyFacts], rng: random.Random
) -> Iterator[DispositionEventFacts]:
    """Several of one name, each of another type."""
    kinds = ["Default Judgment", "Judgment - Court Finding"]
    if rng.random() < 0.5:
        kinds.append("Writ Issued")
    for place, kind in enumerate(kinds):
        won = place < 2
        yield DispositionEventFacts(
            event_id=f"{case.case_id}{90 + place}",
            date=case.file_date + dt.timedelta(45 + 15 * place),
            kind="judgment",
            name="Judgment",
            judicial_officer=names.counsel(rng) if rng.random() < 0.5 else None,
            judgment_type=kind,
            judgment_for="Plaintiff" if won else None,
            award_cents=rng.choice((95_000, 120_050, None)) if won else None,
            parties=tuple(party.name for party in parties) if won else (),
        )


def _money(
    case: CaseFacts, judged: list[DispositionEventFacts], today: dt.date
) -> Iterator[TransactionFacts]:
    """The plaintiff's filing fee, and the defendant's costs after a judgment."""
    of = case.case_id
    yield TransactionFacts(f"{of}70", case.file_date, "Transaction Assessment", None, 8_150)
    yield TransactionFacts(f"{of}71", case.file_date, "Counter Payment", f"R{of[-6:]}", -8_150)
    for one in judged[:1]:
        yield TransactionFacts(f"{of}72", one.date, "Transaction Assessment", None, 5_400, party=1)
        paid = one.date + dt.timedelta(20)
        if _chance("paid", of, 0.5) and paid <= today:
            yield TransactionFacts(f"{of}73", paid, "Credit", None, -1_000, party=1)


def _undated(party: CourtPartyFacts) -> CourtPartyFacts:
    """One case of some people prints no birth date, though the others do."""
    position = _position_of(party)
    chosen = position in UNDATED or (
        (position or 0) >= 40 and _chance("undated", party.party_id, 0.05)
    )
    early = [c for c in party.cases if _printed(c) and c.file_date < CALENDAR_START]
    if not chosen or len(early) < 2:
        return party
    first = min(early, key=lambda case: case.file_date)
    cases = tuple(_reprinted(c, "absent") if c is first else c for c in party.cases)
    return replace(party, cases=cases)


def _printed(case: CaseFacts) -> bool:
    return not case.restricted and case.person.birth_date_shown == "full"


def _reprinted(case: CaseFacts, shown: str) -> CaseFacts:
    """The case with another way to print its person's birth date."""
    person = replace(case.person, birth_date_shown=shown)  # type: ignore[arg-type]
    parties = tuple(person if n == case.place else one for n, one in enumerate(case.parties))
    return replace(case, parties=parties)


def _namesakes(
    party: CourtPartyFacts, registry: Registry, today: dt.date
) -> Iterator[CourtPartyFacts]:
    """Some people are found by name alone, among two others of exactly that name: one whose case
    pages print another birth date, one whose pages print none."""
    position, born = _position_of(party), party.birth_date
    if position not in NAMESAKES or position is None or born is None:
        yield party
        return
    cases = tuple(case if case.restricted else _reprinted(case, "full") for case in party.cases)
    yield replace(party, cases=cases, birth_date=None, birth_date_on_row="absent")
    for which, shown in ((0, "full"), (1, "absent")):
        rng = _draw("namesake", f"{party.party_id}{which}")
        other = PartyFacts(
            "Defendant",
            names.printed(party.name),
            born - dt.timedelta(rng.randrange(400, 4000)),
            shown,  # type: ignore[arg-type]
            "ALPHA",
        )
        theirs = past(2, other, registry, rng, today)
        yield CourtPartyFacts(
            party_id(position, 15 + which),
            party.name,
            None,
            "absent",
            tuple(_case(case, today) for case in theirs),
        )
