"""Fixtures: folders ``<product>/<site>/<page>/`` below a root, each with an exchange and its golden record."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from scrapers.replay.exchange import EXCHANGE, PAGE, BadExchange, Exchange, Product
from scrapers.sites import BadSite, Site, site_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Lane = Literal["browser", "plain"]
LANES: tuple[Lane, ...] = get_args(Lane)
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
        """The saved exchange. Raises BadExchange."""
        return Exchange.load(self.folder)

    @cached_property
    def site(self) -> Site:
        """The site: an entry of the fixtures' own ``sites.toml``, else a known one. Raises BadExchange."""
        own = self.root / SITES
        try:
            tables = tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
            key = self.exchange.site
            return site_of({**tables[key], "key": key} if key in tables else key)
        except (BadSite, tomllib.TOMLDecodeError) as wrong:
            raise BadExchange(f"{self.folder}: {wrong}") from wrong

    @property
    def golden_path(self) -> Path:
        """Where the golden record is."""
        return self.folder / GOLDEN

    def golden(self) -> Any:
        """The golden record: a record, or ``{"fault": name}``; ``{"lanes": {"browser": ..., "plain": ...}}`` where a
        browser waits for what a plain request knows at once. None where there is none. Raises BadExchange.
        """
        try:
            return json.loads(self.golden_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as wrong:
            raise BadExchange(f"{self.golden_path} cannot be read as JSON: {wrong}") from wrong

    def expected(self, lane: Lane) -> Any:
        """What that lane has to give: the golden record, or this lane's part of it where the two differ."""
        golden = self.golden()
        return golden["lanes"][lane] if isinstance(golden, dict) and "lanes" in golden else golden

    def write_golden(self, found: Any) -> None:
        """Writes it, for a person to read."""
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        self.golden_path.write_text(text, encoding="utf-8")


def fixture(root: Path, name: str) -> Fixture:
    """The fixture ``product/site/page``. Raises BadExchange with what is there instead."""
    folder = root / name
    if not folder.is_dir():
        near = sorted(one.name for one in all_fixtures(root)) if root.is_dir() else []
        raise BadExchange(f"no fixture {name!r} below {root}; there are: {', '.join(near) or 'none'}")
    found = Fixture(root, folder)
    found.exchange  # noqa: B018  (says at once what is wrong)
    return found


def all_fixtures(root: Path) -> list[Fixture]:
    """Every fixture below a root, by name. Raises BadExchange for a folder among them that is none."""
    found = []
    for product in get_args(Product):
        for folder in sorted((root / product).glob("*/*")):
            if not folder.is_dir():
                continue
            if not (folder / EXCHANGE).is_file() and not (folder / PAGE).is_file():
                raise BadExchange(f"{folder} is no fixture: it holds neither {EXCHANGE} nor {PAGE}")
            found.append(Fixture(root, folder))
    return found
