"""What `cj report`, `cj publish` and `cj verify` are asked to make numbers with."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from cj.wrong import UsageError

if TYPE_CHECKING:
    from reportcard.publish.release import Maker
    from reportcard.report.county import Asked


def asked_of(arguments: argparse.Namespace) -> Asked:
    """The options of measures, the user's own tables, the threshold. Raises UsageError, or
    ValueError for a table that cannot be read."""
    from reportcard.guard.cells import THRESHOLD
    from reportcard.measures.options import options_of
    from reportcard.offenses import with_own
    from reportcard.report.county import Asked

    if arguments.threshold < THRESHOLD:
        raise UsageError(f"--threshold can be raised above {THRESHOLD}, never lowered")
    inputs = {
        name: hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for name, file in (("population", arguments.population), ("offenses", arguments.offenses))
        if file is not None
    }
    return Asked(
        options=options_of(arguments.population, None, ""),
        offenses=with_own(arguments.offenses),
        threshold=arguments.threshold,
        data=None if "://" in str(arguments.data) else Path(arguments.data),
        inputs=inputs,
    )


def maker_of(arguments: argparse.Namespace) -> Maker:
    """Who publishes, and with which program and commit."""
    from reportcard.publish.release import Maker
    from scrapers.settings import read_settings
    from scrapers.version import commit, version

    settings = read_settings()
    contact = arguments.contact or settings.contact or ""
    return Maker(version(), commit(), contact, arguments.publisher or settings.publisher or "")
