"""``cj status``: how a crawl stands, from its files alone."""

from __future__ import annotations

import argparse
import json
import shlex

from cj.wrong import UsageError
from scrapers.crawl import CrawlFolder, Where, crawls_below, is_stored, summarise


def run(arguments: argparse.Namespace) -> int:
    """Print it; gives 0, whatever the crawl's own end was."""
    folder = CrawlFolder(crawl_folder(arguments))
    running = folder.running()
    summary = summarise(folder)
    go_on = f"cj crawl --out {shlex.quote(folder.where)}"
    if arguments.json:
        told = {
            "folder": folder.where if is_stored(folder.where) else str(folder.path.resolve()),
            "running": running,
            "exit_code": None if running else summary.exit_code,
            "to_go_on": None if summary.state == "complete" or running else go_on,
            **summary.model_dump(mode="json"),
        }
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return 0
    from cj.report import show_summary
    from cj.view import console

    console.print(
        f"[bold]{summary.site}[/], "
        f"crawl {summary.crawl} [dim]{summary.hash}, as of {summary.as_of}[/]"
    )
    show_summary(summary, folder, console, running=running)
    if summary.state != "complete" and not running:
        console.print(f"to go on: [bold]{go_on}[/]", soft_wrap=True)
    return 0


def crawl_folder(arguments: argparse.Namespace) -> Where:
    """The folder that is named, else the newest crawl below ``--data`` (of ``--site``, if given).
    Raises Wrong."""
    given: Where | None = arguments.folder or arguments.out
    if given is not None:
        return given
    for info, folder in crawls_below(arguments.data):
        if arguments.site in (None, info.identity.site):
            return folder.where
    raise UsageError(
        f"no crawl below {arguments.data}" + (f" of {arguments.site}" if arguments.site else "")
    )
