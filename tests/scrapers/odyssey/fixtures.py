"""The pages written by hand from the portal's documents, found automatically: a folder with ``about.json`` is one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from resilience.faults import Fault
from scrapers.odyssey.classic import read_classic
from scrapers.odyssey.hits import CaseLink
from scrapers.odyssey.results import read_results
from scrapers.odyssey.roa import read_roa
from scrapers.odyssey.signin_form import read_sign_in

ROOT = Path(__file__).parents[2] / "fixtures" / "odyssey"
ZONE = ZoneInfo("America/Chicago")


@dataclass(frozen=True)
class Fixture:
    """A saved page with what is asked of it."""

    folder: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def golden(self) -> Path:
        return self.folder / "record.json"

    def text(self, name: str = "page.html") -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def read(self, text: str | None = None) -> dict[str, Any]:
        """What the parser makes of the page (or of a changed ``text`` of it): a record, or a fault by name."""
        try:
            return self._parsed(text).model_dump(mode="json")
        except Fault as fault:
            return {"fault": fault.name, "says": str(fault)}

    def _parsed(self, text: str | None) -> Any:
        kind, url = self.about["kind"], self.about["url"]
        if kind == "results":
            return read_results(text or self.text(), url)
        if kind == "sign-in":
            return read_sign_in(text or self.text(), url)
        link = CaseLink.model_validate(self.about["link"])
        missing = tuple(self.about.get("missing", ()))
        if kind == "roa":
            return read_roa(json.loads(text or self.text("answers.json")), url, link, ZONE, missing=missing)
        late = self.about.get("financial")
        financial = self.text(late) if late else None
        return read_classic(text or self.text(), url, link, ZONE, financial=financial, missing=missing)


def all_fixtures() -> list[Fixture]:
    """Every fixture, by name."""
    found = sorted(ROOT.glob("*/*/about.json"))
    return [Fixture(path.parent, json.loads(path.read_text(encoding="utf-8"))) for path in found]


def fixture(name: str) -> Fixture:
    """The fixture ``site/page``."""
    return next(one for one in all_fixtures() if one.name == name)
