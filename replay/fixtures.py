"""Fixtures: folders ``<product>/<site>/<page>/`` below a root, each with an exchange and its golden
record."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from replay.exchange import EXCHANGE, PAGE, BadExchangeError, Exchange, Product
from scrapers.sites import Site, SiteError, site_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FetchMode = Literal["browser", "http"]
LANES: tuple[FetchMode, ...] = get_args(FetchMode)
GOLDEN = "record.json"
SITES = "sites.toml"


@dataclass(frozen=True)
class Fixture:
    """A saved exchange with its golden record. ``root`` is the folder of all fixtures."""

    root: Path
    folder: Path

    @property
    def name(self) -> str:
        """``product/site/page``."""
        return self.folder.relative_to(self.root).as_posix()

    @cached_property
    def exchange(self) -> Exchange:
        """The saved exchange. Raises BadExchangeError."""
        return Exchange.load(self.folder)

    @cached_property
    def site(self) -> Site:
        """The site: an entry of the fixtures' own ``sites.toml``, else a known one. Raises
        BadExchangeError."""
        own = self.root / SITES
        try:
            tables = tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
            key = self.exchange.site
            return site_of({**tables[key], "key": key} if key in tables else key)
        except (SiteError, tomllib.TOMLDecodeError) as wrong:
            raise BadExchangeError(f"{self.folder}: {wrong}") from wrong

    @property
    def golden_path(self) -> Path:
        """Where the golden record is."""
        return self.folder / GOLDEN

    def golden(self) -> Any:
        """The golden record: a record, or ``{"fault": name}``; ``{"fetch_modes": {"browser": ...,
        "http": ...}}`` where a browser waits for what a plain request knows at once. None where
        there is none. Raises BadExchangeError."""
        try:
            return json.loads(self.golden_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as wrong:
            raise BadExchangeError(f"{self.golden_path} cannot be read as JSON: {wrong}") from wrong

    def expected(self, fetch_mode: FetchMode) -> Any:
        """What that fetch mode has to give: the golden record, or this fetch mode's part of it
        where the two differ."""
        golden = self.golden()
        return (
            golden["fetch_modes"][fetch_mode]
            if isinstance(golden, dict) and "fetch_modes" in golden
            else golden
        )

    def write_golden(self, found: Any) -> None:
        """Writes it, for a person to read."""
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        self.golden_path.write_text(text, encoding="utf-8")


def fixture(root: Path, name: str) -> Fixture:
    """The fixture ``product/site/page``. Raises BadExchangeError with what is there instead."""
    folder = root / name
    if not folder.is_dir():
        near = sorted(one.name for one in all_fixtures(root)) if root.is_dir() else []
        raise BadExchangeError(
            f"no fixture {name!r} below {root}; there are: {', '.join(near) or 'none'}"
        )
    found = Fixture(root, folder)
    found.exchange  # noqa: B018  (says at once what is wrong)
    return found


def all_fixtures(root: Path) -> list[Fixture]:
    """Every fixture below a root, by name. Raises BadExchangeError for a folder among them that is
    none."""
    found = []
    for product in get_args(Product):
        for folder in sorted((root / product).glob("*/*")):
            if not folder.is_dir():
                continue
            if not (folder / EXCHANGE).is_file() and not (folder / PAGE).is_file():
                raise BadExchangeError(
                    f"{folder} is no fixture: it holds neither {EXCHANGE} nor {PAGE}"
                )
            found.append(Fixture(root, folder))
    return found
