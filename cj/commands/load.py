"""``cj load``: crawls into the database, and tables for a spreadsheet out of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.table import Table

from cj.commands.status import crawl_folder
from cj.freshness import database_errors, said
from cj.settings import database_of
from cj.view import console, say
from cj.wrong import UsageError
from scrapers.crawl import Where, crawls_below

if TYPE_CHECKING:
    from reportcard.load import LoadReceipt


def run(arguments: argparse.Namespace) -> int:
    """Load and say what stands in the database; gives 0."""
    try:
        from reportcard.database import empty
        from reportcard.load import OtherCrawlError, load
        from reportcard.load_csv import write_csv
        from reportcard.load_files import BadFolderError, InvalidFilesError
    except ImportError as error:
        raise UsageError(f"the database needs the extra 'report': {error}") from error
    if arguments.anew and not arguments.all:
        raise UsageError("--anew empties the database and fills it from all crawls: add --all")
    folders = _folders(arguments)
    url = database_of(arguments.database, arguments.data)
    try:
        if arguments.anew:
            empty(url)
        for folder in folders:
            _tell(load(folder, url), brief=arguments.all)
        written = {}
        if arguments.csv is not None:
            written = write_csv(url, arguments.csv, arguments.also)
    except (BadFolderError, InvalidFilesError, OtherCrawlError) as error:
        raise UsageError(str(error)) from error
    except database_errors() as error:
        raise UsageError(said(error)) from error
    for name, count in written.items():
        say(f"{arguments.csv / name}: {count:,} rows")
    return 0


def _folders(arguments: argparse.Namespace) -> list[Where]:
    """The one crawl that is meant, or with ``--all`` every one below ``--data``, oldest first."""
    if not arguments.all:
        return [crawl_folder(arguments)]
    if arguments.folder is not None or arguments.out is not None:
        raise UsageError("--all loads every crawl below --data: name no folder beside it")
    found = [
        (info.created_at, folder.where)
        for info, folder in crawls_below(arguments.data)
        if arguments.site in (None, info.identity.site)
    ]
    if not found:
        raise UsageError(f"no crawl below {arguments.data}")
    return [where for _, where in sorted(found, key=lambda one: (one[0], str(one[1])))]


def _tell(receipt: LoadReceipt, *, brief: bool) -> None:
    files = sum(receipt.files.values())
    if not brief:
        _rows(receipt.rows.items())
    say(
        f"loaded {receipt.crawl_id} into {receipt.database}: {files:,} files, "
        f"{receipt.seconds:.1f} s"
    )
    for sentence in receipt.incomplete:
        say(f"not complete, and marked so in table crawls: {sentence}")
    if receipt.older:
        say(
            f"something newer stands of {receipt.older:,} people, and stayed: this crawl was read "
            "earlier, or by a clock that was ahead"
        )
    for file, what in receipt.replaced.items():
        say(f"{file}: {what}")
    if receipt.cases_gone:
        say(f"taken out because no newest history has them any more: {receipt.cases_gone:,} cases")
    if receipt.conflicts and not brief:
        say(f"identities to look at: {receipt.conflicts:,} (table conflicts)")


def _rows(rows: Iterable[tuple[str, int]]) -> None:
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("rows of this crawl")
    table.add_column("", justify="right")
    for name, count in rows:
        if count:
            table.add_row(name, f"{count:,}")
    console.print(table)
