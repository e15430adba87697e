"""The parts of a booking, by the names that a county's entry uses (`scrapers.entry_words`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scrapers.entry_words import DETAILS
from scrapers.jail.records import (
    Alias,
    Bond,
    Charge,
    Detainer,
    Hearing,
    Housing,
    Inmate,
    Physical,
)
from scrapers.record import RecordModel

PARTS: Final[Mapping[str, type[RecordModel]]] = {
    "physical": Physical,
    "inmate": Inmate,
    "housing": Housing,
}
"""Parts of a booking that are labels and values, each once."""
ENTRIES: Final[Mapping[str, type[RecordModel]]] = {
    "aliases": Alias,
    "detainers": Detainer,
    "bonds": Bond,
    "charges": Charge,
    "hearings": Hearing,
}
"""Parts of a booking that are lists of entries."""


def entry_fields(model: type[RecordModel]) -> frozenset[str]:
    """The fields of an entry that a label can mean."""
    derived = {DETAILS, "starts_at"}
    return frozenset(model.model_fields) - derived
