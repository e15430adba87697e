"""The names that a county's entry may use: roster columns, and the fields and sections of a booking.

``labels`` maps a printed label to one of `LABEL_FIELDS`, ``lacks`` names some of `LACKABLE`,
``columns`` are some of `COLUMNS` (docs/new-county.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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

COLUMNS: Final = ("name", "booking_number", "permanent_id", "date_of_birth", "release_date")
"""What a column of the roster can be."""
DETAILS: Final = "details"
"""What a label means that is known and has no field: its words are kept with its label."""

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
SECTIONS: Final = ("inmate", "incarceration", *ENTRIES)
"""The titled sections of a booking's page."""

PLAIN: Final = frozenset(
    {
        "booking_number",
        "permanent_id",
        "name",
        "date_of_birth",
        "commitment_date",
        "release_date",
        "projected_release_date",
        *(f"{part}.{field}" for part, model in PARTS.items() for field in model.model_fields),
    }
)
"""Fields that stand once on a page."""


def entry_fields(model: type[RecordModel]) -> frozenset[str]:
    """The fields of an entry that a label can mean."""
    derived = {DETAILS, "starts_at"}
    return frozenset(model.model_fields) - derived


_BARE: Final = frozenset(field for model in ENTRIES.values() for field in entry_fields(model))
_QUALIFIED: Final = frozenset(
    f"{section}.{field}" for section, model in ENTRIES.items() for field in entry_fields(model)
)
WHOLE_ALIAS: Final = "aliases.name"
"""An alias whose whole name stands in one column (``LAST, FIRST MIDDLE``)."""
GRAND_TOTAL: Final = "bond_grand_total_cents"

LABEL_FIELDS: Final = (
    PLAIN | _BARE | _QUALIFIED | frozenset(SECTIONS) | {DETAILS, WHOLE_ALIAS, GRAND_TOTAL}
)
LACKABLE: Final = PLAIN | _QUALIFIED | frozenset(SECTIONS)
