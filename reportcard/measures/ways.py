"""How a stay ended, by the last page that was read of it.

The jail's pages have no field for it. Five kinds: another authority's hold on the page
(``transfer``); every entry paid (``bond``) or released on recognizance (``recognizance``), or some
of each; every entry marked sentenced, in a case that did not merely go on in another court
(``sentence``); anything else is ``unknown``, which is a kind. So the share of a kind lies between
its own and its own with the unknown."""

from __future__ import annotations

from reportcard.panel.custody import went_elsewhere
from reportcard.panel.model import Panel, Stay

WAYS = ("bond", "recognizance", "sentence", "transfer", "unknown")


def way_out(panel: Panel, stay: Stay) -> str:
    """One of `WAYS`."""
    page = stay.last_booking.page
    if page is None or stay.release is None:
        return "unknown"
    if page.detainers:
        return "transfer"
    if not page.bonds:
        return "unknown"
    words = panel.words
    paid = [bond.status in words.paid for bond in page.bonds]
    free = [words.kind(bond) == "recognizance" for bond in page.bonds]
    if all(free):
        return "recognizance"
    if all(one or other for one, other in zip(paid, free, strict=True)):
        return "bond"
    ended = all(bond.status in words.sentenced for bond in page.bonds)
    return "sentence" if ended and not _went_on(panel, stay) else "unknown"


def _went_on(panel: Panel, stay: Stay) -> bool:
    """Whether a case marked sentenced went on elsewhere, or may have: the court must say."""
    page = stay.last_booking.page
    numbers = {
        number
        for who in stay.person.who
        if (file := panel.court.get(who)) is not None
        for number in file.cases
    }
    for bond in page.bonds if page is not None else ():
        number = bond.case_number
        case = panel.cases.get(number) if number in numbers and number is not None else None
        if case is None or went_elsewhere(case.newest):
            return True
    return False
