"""Whether one case alone says pretrial (docs/rules.md, "Case record")."""

from __future__ import annotations

from collections.abc import Collection

from scrapers.odyssey.records import CaseDisposition, CasePretrial, CourtCharge, DispositionEvent

NOT_FINAL = ("bound over", "grand jury", "reduced", "transferred")
OPEN = ("open", "active")
CLOSED = ("closed", "disposed")


def is_final(result: str) -> bool:
    """Whether a disposition ends a charge or a case; a case that is bound over goes on
    elsewhere."""
    return not any(word in result.lower() for word in NOT_FINAL)


def is_open(charge: CourtCharge) -> bool:
    """Whether nothing final was decided of the charge: no disposition, or only pleas and non-final
    results."""
    return all(
        (said.event or "").lower() == "plea" or not is_final(said.result)
        for said in charge.dispositions
    )


def pretrial_of(
    *,
    public: bool,
    status: str | None,
    charges: tuple[CourtCharge, ...],
    disposition_events: tuple[DispositionEvent, ...],
    case_dispositions: tuple[CaseDisposition, ...] = (),
    unread: bool = False,
    open_words: Collection[str] = (),
    closed_words: Collection[str] = (),
) -> CasePretrial:
    """The first rule that fits; open charges are listed in every answer but ``restricted``.

    Of several defendants' charges only what holds for each of them is said; the events do not tell
    whose sentence it is. ``unread``: a part that may say how the case ended was not read, so that
    nothing is concluded from what it does not say. ``open_words`` and ``closed_words`` are the
    county's own status words, beside the product's."""
    if not public:
        return CasePretrial(answer="unknown", reasons=("restricted",))
    opened = tuple(
        charge.number or charge.description or "" for charge in charges if is_open(charge)
    )
    word = (status or "").lower()
    several = {charge.party for charge in charges}
    sentenced = any(
        event.sentence or (event.name or "").lower() == "sentence" for event in disposition_events
    )
    if sentenced and len(several) > 1:
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("several_defendants",))
    if sentenced:
        return CasePretrial(answer="not_pretrial", open_charges=opened, reasons=("sentence",))
    if any(said.type is not None and is_final(said.type) for said in case_dispositions):
        return CasePretrial(
            answer="not_pretrial", open_charges=opened, reasons=("case_disposition",)
        )
    if not charges:
        return CasePretrial(answer="unknown", reasons=("no_charges",))
    if word in CLOSED or word in {own.lower() for own in closed_words}:
        return CasePretrial(
            answer="not_pretrial", open_charges=opened, reasons=("status_not_open",)
        )
    if word not in OPEN and word not in {own.lower() for own in open_words}:
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("status_word",))
    if not opened:
        return CasePretrial(answer="not_pretrial", reasons=("no_open_charge",))
    joined = sum(len(charge.dispositions) for charge in charges)
    told = sum(line.result is not None for event in disposition_events for line in event.outcomes)
    if len(several) > 1 and (
        joined != told or several != {one.party for one in charges if is_open(one)}
    ):
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("several_defendants",))
    if unread or any(said.type is None for said in case_dispositions):
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("unread",))
    return CasePretrial(answer="pretrial", open_charges=opened, reasons=("open_charge",))
