"""Offense groups: person, property, drug, public order, other, unknown (the groups of Justice
Counts), by rules that stand in ``offenses.toml``; the name of the rule that decided is kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Group = Literal["person", "property", "drug", "public_order", "other", "unknown"]
GROUPS: tuple[Group, ...] = ("person", "property", "drug", "public_order", "other", "unknown")


class OffenseTableError(ValueError):
    """A table of offense rules is not readable; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatuteRule(_Part):
    """Fits a statute that begins so."""

    name: str
    begins: tuple[str, ...]
    group: Group
    source: str = ""


class WordRule(_Part):
    """Fits a description that holds one of ``any`` and none of ``none``, at the beginning of a
    word, whatever the case."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    group: Group


class Grouped(_Part):
    """The group of a charge, and the rule that decided (empty: none did)."""

    group: Group
    rule: str


class OffenseTable(_Part):
    """Rules in their order: all statutes before all words."""

    statute: tuple[StatuteRule, ...] = ()
    words: tuple[WordRule, ...] = ()

    def group(self, description: str | None, statute: str | None = None) -> Grouped:
        """The group of a charge by its statute (or the jail's code), else by its description."""
        code = (statute or "").strip()
        for rule in self.statute:
            if code.startswith(rule.begins):
                return Grouped(group=rule.group, rule=rule.name)
        text = f" {' '.join((description or '').casefold().split())}"
        for words in self.words:
            if _holds(text, words.any) and not _holds(text, words.none):
                return Grouped(group=words.group, rule=words.name)
        return Grouped(group="unknown", rule="")

    def before(self, other: OffenseTable) -> OffenseTable:
        """This table's rules, then the other's."""
        return OffenseTable(statute=self.statute + other.statute, words=self.words + other.words)


def read_table(text: str, name: str) -> OffenseTable:
    """A table in the form of ``offenses.toml``. Raises OffenseTableError."""
    try:
        return OffenseTable.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise OffenseTableError(f"{name} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise OffenseTableError(f"{name}: {where}: {first['msg']}") from error


@lru_cache(maxsize=1)
def packaged() -> OffenseTable:
    """The table that comes with the program."""
    text = resources.files("reportcard").joinpath("offenses.toml").read_text(encoding="utf-8")
    return read_table(text, "offenses.toml")


def with_own(path: Path | None) -> OffenseTable:
    """The packaged table, with the rules of a user's file before it. Raises OffenseTableError,
    OSError."""
    if path is None:
        return packaged()
    return read_table(path.read_text(encoding="utf-8"), str(path)).before(packaged())


def _holds(text: str, words: Sequence[str]) -> bool:
    return any(f" {word}" in text for word in words)
