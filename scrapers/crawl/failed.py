"""The entry of somebody whom we could not get: ``failed/<half>/<key>/`` with ``fault.json``, page
and picture."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from operators.output import produce
from resilience.evidence import Evidence
from resilience.faults import Fault
from resilience.scrub import scrub
from resilience.session import Session
from scrapers.crawl.folder import CrawlFolder
from scrapers.halves import Half
from scrapers.version import version

Secrets = Callable[[], Iterable[str]]


class Failure(BaseModel):
    """Why, in words that name what to do next; ``fault.json`` holds more. ``times`` counts how
    often the person failed.

    ``retries`` are the faults met on the way, by name.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    key: str
    half: Half
    fault: str
    cure: str
    message: str
    url: str | None = None
    at: dt.datetime
    version: str
    times: int = 1
    retries: dict[str, int] = {}


def read_failure(folder: CrawlFolder, half: Half, key: str) -> Failure | None:
    """The entry, None where there is none or it is not readable."""
    return dict(read_failures(folder, half, [key]))[key]


def read_failures(
    folder: CrawlFolder, half: Half, keys: Sequence[str]
) -> Iterator[tuple[str, Failure | None]]:
    """The entries of these people; in a store many are asked for at once."""
    names = {folder.failed_name(half, key): key for key in keys}
    for name, text in folder.place.read_in_sets(list(names), "fault.json"):
        failure = None
        with contextlib.suppress(ValidationError):
            failure = None if text is None else Failure.model_validate_json(text)
        yield names[name], failure


class Failures:
    """Writes the entries of one run; the same page is kept once, and not too many of them."""

    def __init__(
        self, folder: CrawlFolder, *, secrets: Secrets = tuple, now: Callable[[], dt.datetime]
    ) -> None:
        self._folder = folder
        self._secrets = secrets
        self._now = now
        self._kept = threading.local()
        self._evidence = Evidence(self._keep, secrets=secrets, now=now)

    def write(
        self,
        half: Half,
        key: str,
        fault: Fault,
        *,
        session: object = None,
        retries: dict[str, int] | None = None,
        traceback: str | None = None,
    ) -> None:
        """Put the entry in place, over the one of an earlier run."""
        self._kept.files = {}
        self._evidence.keep(
            f"{half}/{key}", fault, session if isinstance(session, Session) else None
        )
        files: dict[str, bytes] = {
            name.rpartition("/")[2]: text for name, text in self._kept.files.items()
        }
        before = read_failure(self._folder, half, key)
        told: dict[str, Any] = json.loads(files["fault.json"]) | {
            "key": key,
            "half": half,
            "version": version(),
            "times": before.times + 1 if before else 1,
            "retries": retries or {},
        }
        if traceback:
            told["traceback"] = scrub(traceback, list(self._secrets()))
        told.setdefault("at", self._now().isoformat())
        text = Failure.model_validate(told).model_dump_json(indent=1) + "\n"
        files["fault.json"] = text.encode("utf-8")
        produce(self._folder.failed_output(half, key), _write, replace=True, files=files)

    def _keep(self, name: str, content: bytes) -> None:
        self._kept.files[name] = content


def _write(output_path: str, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (Path(output_path) / name).write_bytes(content)
