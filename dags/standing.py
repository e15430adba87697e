"""Whether an output still says how things stand: the ``valid=`` of ``upload_data`` and
``report_card``."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from dags.credentials import database
from dags.settings import data_folder

if TYPE_CHECKING:
    from scrapers.crawl import CrawlFolder

_AT_THE_ROOT = ("carried.json", "crawl.json")


def fingerprint(folder: CrawlFolder) -> str:
    """Which people's files and failures stand in the crawl folder: it changes with every one that
    comes or goes."""
    place = folder.place
    failures = [f"failed/{half}" for half in ("jail", "odyssey")]
    stamps = place.stamps(
        [
            "jail",
            "odyssey",
            *(f"{each}/{name}" for each in failures for name in sorted(place.folders(each))),
        ]
    )
    root = place.stamps([""])
    stamps |= {name: root[name] for name in _AT_THE_ROOT if name in root}
    lines = "\n".join(f"{name} {stamp}" for name, stamp in sorted(stamps.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def mark(folder: CrawlFolder) -> str:
    """The last line of the page: which crawl it is of, and how that stood."""
    return f"<!-- {folder.name} {fingerprint(folder)} -->"


def loaded_as_it_stands(path: str) -> bool:
    """The ``valid=`` of upload_data: nothing has come since, and the database is the same and still
    stands."""
    from reportcard.database import file_of, shown
    from scrapers.crawl.place import read_at

    try:
        told = json.loads(read_at(path))
        address = database()
        file = file_of(address)
        return (
            told["database"] == shown(address)
            and (file is None or file.exists())
            and told["fingerprint"] == fingerprint(_crawl(told["crawl_id"]))
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def drawn_as_it_stands(path: str) -> bool:
    """The ``valid=`` of report_card."""
    from scrapers.crawl.place import read_at

    try:
        last = read_at(path).rstrip().rpartition(b"\n")[2].decode()
        name = last.removeprefix("<!-- ").partition(" ")[0]
        return last == mark(_crawl(name))
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _crawl(name: str) -> CrawlFolder:
    from scrapers.crawl import CrawlFolder

    return CrawlFolder(f"{data_folder()}/{name}")
