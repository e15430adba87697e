"""``cj serve``: published numbers in Datasette, on this machine."""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import tempfile
from pathlib import Path

from cj.view import say
from cj.wrong import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C; gives Datasette's exit code."""
    if importlib.util.find_spec("datasette") is None:
        raise UsageError("browsing needs the extra 'browse': pip install 'cj-report-card[browse]'")
    try:
        from reportcard.publish.browse import command, make_tables, metadata
        from reportcard.publish.store import Published, PublishError
    except ImportError as error:
        raise UsageError(f"browsing needs the extra 'report': {error}") from error
    if arguments.private is not None:
        return _private(arguments.private, arguments.port)
    with tempfile.TemporaryDirectory(prefix="cj-serve-") as scratch:
        database, settings = Path(scratch, "published.db"), Path(scratch, "metadata.json")
        try:
            rows = make_tables(str(arguments.folder), database)
            marks = Published(str(arguments.folder)).marks()
        except PublishError as error:
            raise UsageError(str(error)) from error
        release = next((m.name for m in reversed(marks) if not m.withdrawn), "")
        settings.write_text(json.dumps(metadata(release)), encoding="utf-8")
        say(f"{rows} published numbers of release {release} at http://127.0.0.1:{arguments.port}")
        say("no SQL, no downloads; Ctrl-C ends it")
        return _serve(command(database, settings, arguments.port))


def _private(database: Path, port: int) -> int:
    from reportcard.publish.browse import command, metadata

    if not database.is_file():
        raise UsageError(f"{database} is not a SQLite database of cj load")
    with tempfile.TemporaryDirectory(prefix="cj-serve-") as scratch:
        settings = Path(scratch, "metadata.json")
        told = metadata("", banner="PRIVATE: real people's records, this machine only")
        told.pop("databases")
        settings.write_text(json.dumps(told), encoding="utf-8")
        say(f"PRIVATE: records of real people at http://127.0.0.1:{port}, this machine only")
        return _serve(command(database, settings, port))


def _serve(datasette: list[str]) -> int:
    try:
        return subprocess.run(datasette, check=False).returncode
    except KeyboardInterrupt:
        return 0
