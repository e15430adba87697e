"""``cj show``: one person of a crawl, readably: who, on what bond, and with what history in
court."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from cj.commands.status import crawl_folder
from cj.view import console
from cj.wrong import UsageError
from scrapers.crawl import COURT, JAIL, CrawlFolder, is_stored
from scrapers.custody import ConfirmedCustody, confirm
from scrapers.halves import HALVES, PersonFile
from scrapers.jail.records import Booking, CustodyStatus, JailRecord
from scrapers.odyssey.records import Case, CourtRecord

_CASES_SHOWN = 12


def run(arguments: argparse.Namespace) -> int:
    """Print it; gives 0."""
    folder = CrawlFolder(crawl_folder(arguments))
    key = arguments.key or _telling(folder)
    jail, court = folder.read(JAIL, key), folder.read(COURT, key)
    if jail is None and court is None:
        raise UsageError(
            "nobody with "
            f"the key {key} has a file in {folder} (the files in {folder}/jail are named by key)"
        )
    parts: list[RenderableType] = []
    title = key
    if jail is not None and isinstance(jail.record, JailRecord):
        title = f"{jail.record.name.full}  [dim]{escape(key)}[/]"
        parts += _jail(jail.record, court)
    if court is not None:
        parts += _court(court)
    console.print(
        Panel(Group(*parts), title=title, title_align="left", border_style="blue", padding=(0, 1))
    )
    for half, file in zip(HALVES, (jail, court), strict=True):
        if file is not None:
            path = folder.place.path(folder.person_name(half, key))
            console.print(
                f"[dim]{escape(path if is_stored(path) else str(_near(Path(path))))}[/]",
                soft_wrap=True,
            )
    return 0


def _near(path: Path) -> Path:
    """The path as seen from here, where that is shorter."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _telling(folder: CrawlFolder) -> str:
    """Without a key: somebody held, with bonds, who has a few cases; else anybody."""
    best, who = -1, None
    keys = sorted(folder.keys(JAIL))
    jails, courts = folder.read_many(JAIL, keys), folder.read_many(COURT, keys)
    for (key, jail), (_, court) in zip(jails, courts, strict=True):
        if jail is None or not isinstance(jail.record, JailRecord):
            continue
        history = court.record if court is not None else None
        cases = len(history.cases) if isinstance(history, CourtRecord) else 0
        held = any(not booking.released and booking.bonds for booking in jail.record.bookings)
        score = (10 if held else 0) + (cases if cases <= 4 else 1)
        if score > best:
            best, who = score, key
    if who is None:
        raise UsageError(f"no person is finished in {folder} yet")
    return who


def _jail(record: JailRecord, court: PersonFile | None) -> Iterable[RenderableType]:
    status, asked = _custody(record, court), ""
    if isinstance(status, ConfirmedCustody):
        asked = f", court asked {status.court_as_of}"
    yield (
        f"born {record.date_of_birth or 'unknown'}   custody: [bold]{status.answer}[/] "
        f"[dim](rule {status.rule}, as of {status.as_of}{asked})[/]"
    )
    for booking in record.bookings:
        yield ""
        yield _booking(booking)


def _custody(record: JailRecord, court: PersonFile | None) -> CustodyStatus:
    """The jail's label, confirmed by the court where its whole answer does so. It is worked out
    here, where both files are known, and stands in neither."""
    if court is None or not isinstance(court.record, CourtRecord) or court.unread_parts:
        return record.custody_status
    return confirm(record, court.record, court_as_of=court.provenance.fetched_at.date())


def _booking(booking: Booking) -> RenderableType:
    held = f"released {booking.listed_release_date}" if booking.released else "held"
    place = " ".join(
        filter(None, (booking.housing.location, booking.housing.section, booking.housing.cell))
    )
    head = (
        f"[bold]Booking {escape(booking.booking_number)}[/], "
        f"committed {booking.commitment_date or 'unknown'}, {held}"
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, justify in (
        ("case", "left"),
        ("charge", "left"),
        ("grade", "left"),
        ("bond", "right"),
        ("type", "left"),
        ("status", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    bonds = {bond.case_number: bond for bond in booking.bonds}
    told: set[str | None] = set()
    for charge in booking.charges:
        bond = None if charge.case_number in told else bonds.get(charge.case_number)
        told.add(charge.case_number)
        table.add_row(
            charge.case_number or "",
            escape(charge.description or ""),
            charge.grade or "",
            money(bond.total_cents) if bond else "",
            escape((bond.type if bond else None) or ""),
            escape((bond.status if bond else None) or ""),
        )
    for case_number, bond in bonds.items():
        if case_number not in told:
            table.add_row(
                case_number or "",
                "",
                "",
                money(bond.total_cents),
                escape(bond.type or ""),
                escape(bond.status or ""),
            )
    lines: list[RenderableType] = [head + (f", {escape(place)}" if place else "")]
    if table.row_count:
        lines.append(table)
    if booking.bond_grand_total_cents is not None:
        lines.append(f"bond in all {money(booking.bond_grand_total_cents)}")
    return Group(*lines)


def _court(file: PersonFile) -> Iterable[RenderableType]:
    yield ""
    if not isinstance(file.record, CourtRecord):
        searches = "; ".join(tried.search for tried in file.tried)
        yield f"[bold]Court[/]: {file.outcome.replace('_', ' ')}. Searched: {escape(searches)}"
        return
    cases = file.record.cases
    yield (
        f"[bold]Court[/]: {len(cases)} "
        f"case{'s' if len(cases) != 1 else ''} as {escape('; '.join(file.record.names))}"
    )
    for case in cases[-_CASES_SHOWN:]:
        yield (
            f"{case.file_date!s:<10}  [bold]{escape(case.case_number):<12}[/]  "
            f"{case.status or '':<8}  {_pretrial(case)}  [dim]{escape(case.court or '')}[/]"
        )
        if charges := _charges(case):
            yield charges
    if len(cases) > _CASES_SHOWN:
        yield f"[dim]and {len(cases) - _CASES_SHOWN} older ones[/]"


def _charges(case: Case) -> str:
    lines = []
    for charge in case.charges[:3]:
        last = charge.dispositions[-1].result if charge.dispositions else "no disposition"
        lines.append(
            f"            {escape((charge.description or 'charge').capitalize())}: {escape(last)}"
        )
    if len(case.charges) > 3:
        lines.append(f"            and {len(case.charges) - 3} more")
    return "\n".join(lines)


def _pretrial(case: Case) -> str:
    colour = {"pretrial": "yellow", "not_pretrial": "green"}.get(case.pretrial.answer, "dim")
    return f"[{colour}]{case.pretrial.answer.replace('_', ' '):<12}[/]"


def money(cents: int | None) -> str:
    """``$5,000.00``; nothing for None."""
    return "" if cents is None else f"${cents / 100:,.2f}"
