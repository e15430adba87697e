"""``cj load``: a crawl into the database, and tables for a spreadsheet out of it."""

from __future__ import annotations

import argparse

from rich.box import SIMPLE
from rich.table import Table

from cj.commands.status import crawl_folder
from cj.freshness import database_errors, said
from cj.settings import database_of
from cj.view import console, say
from cj.wrong import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Load it and say what stands in the database; gives 0."""
    try:
        from reportcard.load import LoadReceipt, OtherCrawlError, load
        from reportcard.load_csv import write_csv
        from reportcard.load_files import BadFolderError, InvalidFilesError
    except ImportError as error:
        raise UsageError(f"the database needs the extra 'report': {error}") from error
    folder = crawl_folder(arguments)
    url = database_of(arguments.database, arguments.data)
    try:
        receipt: LoadReceipt = load(folder, url)
        written = write_csv(url, arguments.csv) if arguments.csv is not None else {}
    except (BadFolderError, InvalidFilesError, OtherCrawlError) as error:
        raise UsageError(str(error)) from error
    except database_errors() as error:
        raise UsageError(said(error)) from error
    table = Table(box=SIMPLE, pad_edge=False, header_style="bold")
    table.add_column("rows of this crawl")
    table.add_column("", justify="right")
    for name, count in receipt.rows.items():
        if count:
            table.add_row(name, f"{count:,}")
    console.print(table)
    say(
        f"loaded {receipt.crawl_id} into {receipt.database}: {sum(receipt.files.values()):,} files, {receipt.seconds:.1f} s"
    )
    if receipt.cases_gone:
        say(f"taken out because no newest history has them any more: {receipt.cases_gone:,} cases")
    if receipt.conflicts:
        say(f"identities to look at: {receipt.conflicts:,} (table conflicts)")
    for name, count in written.items():
        say(f"{arguments.csv / name}: {count:,} rows")
    return 0
