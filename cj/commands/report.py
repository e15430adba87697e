"""``cj report``: the report card of a county, one HTML file."""

from __future__ import annotations

import argparse
import os
import webbrowser
from pathlib import Path

from cj.freshness import database_errors, said
from cj.settings import database_of
from cj.view import say
from cj.wrong import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Draw the card of each county asked for, and print where it is; gives 0."""
    try:
        from reportcard.panel.check import PanelError
        from reportcard.panel.read import sites_in
        from reportcard.report.county import card_of
    except ImportError as error:
        raise UsageError(f"the report needs the extra 'report': {error}") from error
    from cj.asked import asked_of

    url = database_of(arguments.database, arguments.data)
    made = []
    try:
        asked = asked_of(arguments)
        sites = [arguments.site] if arguments.site else sites_in(url)
        if arguments.out is not None and len(sites) > 1:
            raise UsageError(f"--out is one file, but there are {len(sites)} counties: give --site")
        for site in sites:
            html = card_of(url, site, asked, internal=arguments.internal)
            made.append(_write(html, site, arguments))
    except (PanelError, ValueError) as error:
        raise UsageError(str(error)) from error
    except database_errors() as error:
        raise UsageError(said(error)) from error
    for path in made:
        say(f"report card: {path}")
    if arguments.open and made and (os.environ.get("DISPLAY") or os.name != "posix"):
        webbrowser.open(made[0].resolve().as_uri())
    return 0


def _write(html: str, site: str, arguments: argparse.Namespace) -> Path:
    from operators import Output
    from operators.output import produce_text

    name = f"internal-{site}.html" if arguments.internal else f"{site}.html"
    path = arguments.out or Path(str(arguments.data)) / "report" / name
    if arguments.internal and not path.name.startswith("internal-"):
        path = path.with_name(f"internal-{path.name}")
    produce_text(Output(str(path), mode=0o600 if arguments.internal else 0o644), html, replace=True)
    return path
