"""``cj reparse``: a crawl read again from its kept pages, and what that changes, before anything is
replaced."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cj.changes import show_reparse
from cj.commands.status import crawl_folder
from cj.signals import stopping
from cj.view import console, say
from scrapers.crawl import CrawlFolder
from scrapers.crawl.reparse import Differing, Reparse, Reparser
from scrapers.version import version


def run(arguments: argparse.Namespace) -> int:
    """Show the differences, and with ``--apply`` or a yes replace the files; gives 0, or 3 where
    somebody could not be read."""
    folder = CrawlFolder(crawl_folder(arguments))
    reparser, stop = Reparser(folder), threading.Event()
    with stopping(stop, say) as seen, folder.locked(stop):
        with _bar("reading", reparser.files, quiet=arguments.json) as done:
            found = reparser.compare(done, stop=stop)
        if stop.is_set():
            return seen.exit_code or 3
        if not arguments.json:
            show_reparse(found, folder, console)
        wanted = arguments.apply or (bool(found.differing) and not arguments.json and _asked(found))
        if wanted:
            with _bar("replacing", len(found.differing), quiet=arguments.json) as done:
                replaced = reparser.apply(found, done, stop=stop)
    if arguments.json:
        print(json.dumps(_told(found, folder, applied=wanted), indent=1, ensure_ascii=False))
    else:
        _conclude(found, folder, replaced if wanted else None)
    return seen.exit_code or found.exit_code


def _asked(found: Reparse) -> bool:
    """Whether somebody at a terminal says yes."""
    if not (sys.stdin.isatty() and console.is_terminal):
        return False
    answer = console.input(f"replace {_files(len(found.differing))}? [bold]\\[y/N][/] ")
    return answer.strip().lower() in ("y", "yes")


def _conclude(found: Reparse, folder: CrawlFolder, replaced: int | None) -> None:
    if not found.differing:
        return
    if replaced is None:
        say(f"nothing was replaced: cj reparse {folder} --apply does it")
    elif replaced < len(found.differing):
        say(f"stopped after {_files(replaced)}; the same command does the rest")
    else:
        say(f"replaced {_files(replaced)}; cj load {folder} brings them into the database")


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"


def _told(found: Reparse, folder: CrawlFolder, *, applied: bool) -> dict[str, object]:
    def one(differing: Differing) -> dict[str, object]:
        changes = [change.told() for change in differing.changes]
        return {"half": differing.half, "key": differing.key, "changes": changes}

    return {
        "folder": str(folder),
        "version": version(),
        "applied": applied,
        "same": found.same,
        "differing": [one(differing) for differing in found.differing],
        "left_alone": [
            {"half": left.half, "key": left.key, "why": left.why} for left in found.left
        ],
    }


@contextlib.contextmanager
def _bar(what: str, total: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, which goes when it is full; elsewhere nothing."""
    if quiet or not console.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn(what), BarColumn(28), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
