"""Whether one case alone says pretrial (odyssey.md 6.2, as docs/rules.md decides it)."""

from __future__ import annotations

from scrapers.odyssey.records import CasePretrial, CourtCharge, DispositionEvent

NOT_FINAL = ("bound over", "grand jury", "reduced", "transferred")


def is_open(charge: CourtCharge) -> bool:
    """Whether nothing final was decided of the charge: no disposition, or only pleas and non-final
    results."""
    return all(
        said.event.lower() == "plea" or any(word in said.result.lower() for word in NOT_FINAL)
        for said in charge.dispositions
    )


def pretrial_of(
    *,
    public: bool,
    status: str | None,
    charges: tuple[CourtCharge, ...],
    disposition_events: tuple[DispositionEvent, ...],
) -> CasePretrial:
    """The first rule that fits; open charges are listed in every answer but ``restricted``.

    Of several defendants' charges only what holds for each of them is said; the events do not tell
    whose sentence it is."""
    if not public:
        return CasePretrial(answer="unknown", reasons=("restricted",))
    opened = tuple(charge.number for charge in charges if is_open(charge))
    word = (status or "").lower()
    several = {charge.party for charge in charges}
    sentenced = any(
        event.sentence or event.name.lower() == "sentence" for event in disposition_events
    )
    if sentenced and len(several) > 1:
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("several_defendants",))
    if sentenced:
        return CasePretrial(answer="not_pretrial", open_charges=opened, reasons=("sentence",))
    if not charges:
        return CasePretrial(answer="unknown", reasons=("no_charges",))
    if word in ("closed", "disposed"):
        return CasePretrial(
            answer="not_pretrial", open_charges=opened, reasons=("status_not_open",)
        )
    if word not in ("open", "active"):
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("status_word",))
    if not opened:
        return CasePretrial(answer="not_pretrial", reasons=("no_open_charge",))
    joined = sum(len(charge.dispositions) for charge in charges)
    told = sum(line.result is not None for event in disposition_events for line in event.outcomes)
    if len(several) > 1 and (
        joined != told or several != {one.party for one in charges if is_open(one)}
    ):
        return CasePretrial(answer="unknown", open_charges=opened, reasons=("several_defendants",))
    return CasePretrial(answer="pretrial", open_charges=opened, reasons=("open_charge",))
