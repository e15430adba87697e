"""Test fixtures: folders ``<half>/<site>/<page>/`` below a root, each with an exchange and its
golden record."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from replay.exchange import EXCHANGE, PAGE, BadExchangeError, Exchange
from resilience.fetch_modes import FetchMode
from scrapers.halves import HALVES
from scrapers.sites import Site, SiteError, site_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FETCH_MODES: tuple[FetchMode, ...] = get_args(FetchMode)
GOLDEN = "record.json"
SITES = "sites.toml"


@dataclass(frozen=True)
class Fixture:
    """A saved exchange with its golden record. ``root`` is the folder of all fixtures."""

    root: Path
    folder: Path

    @property
    def name(self) -> str:
        """``half/site/page``."""
        return self.folder.relative_to(self.root).as_posix()

    @cached_property
    def exchange(self) -> Exchange:
        """The saved exchange. Raises BadExchangeError."""
        return Exchange.load(self.folder)

    @cached_property
    def site(self) -> Site:
        """The site entry: from ``sites.toml`` in the fixtures' root, else a packaged one. Raises
        BadExchangeError."""
        own = self.root / SITES
        try:
            tables = tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
            key = self.exchange.site
            return site_of({**tables[key], "key": key} if key in tables else key)
        except (SiteError, tomllib.TOMLDecodeError) as error:
            raise BadExchangeError(f"{self.folder}: {error}") from error

    @property
    def golden_path(self) -> Path:
        """The path of the golden record."""
        return self.folder / GOLDEN

    def golden(self) -> Any:
        """The golden record: a record, or ``{"fault": name}``, or ``{"fetch_modes": {"browser":
        ..., "http": ...}}`` where the fetch modes differ (a browser waits for what an HTTP response
        shows at once). None if the file does not exist. Raises BadExchangeError."""
        try:
            return json.loads(self.golden_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise BadExchangeError(f"{self.golden_path} cannot be read as JSON: {error}") from error

    def expected(self, fetch_mode: FetchMode) -> Any:
        """The expected result in that fetch mode: the golden record, or that mode's part of it
        where the two differ."""
        golden = self.golden()
        return (
            golden["fetch_modes"][fetch_mode]
            if isinstance(golden, dict) and "fetch_modes" in golden
            else golden
        )

    def write_golden(self, record: Any) -> None:
        """Writes the golden record, for a person to review."""
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        self.golden_path.write_text(text, encoding="utf-8")


def fixture(root: Path, name: str) -> Fixture:
    """The fixture ``half/site/page``. Raises BadExchangeError, which lists the known names."""
    folder = root / name
    if not folder.is_dir():
        known = sorted(each.name for each in all_fixtures(root)) if root.is_dir() else []
        raise BadExchangeError(
            f"no fixture {name!r} below {root}; there are: {', '.join(known) or 'none'}"
        )
    fixture = Fixture(root, folder)
    fixture.exchange  # noqa: B018  (fail now, not at first use)
    return fixture


def all_fixtures(root: Path) -> list[Fixture]:
    """Every fixture below a root, by name. Raises BadExchangeError for a folder that is not one."""
    fixtures = []
    for half in HALVES:
        for folder in sorted((root / half).glob("*/*")):
            if not folder.is_dir():
                continue
            if not (folder / EXCHANGE).is_file() and not (folder / PAGE).is_file():
                raise BadExchangeError(
                    f"{folder} is not a fixture: it has neither {EXCHANGE} nor {PAGE}"
                )
            fixtures.append(Fixture(root, folder))
    return fixtures
