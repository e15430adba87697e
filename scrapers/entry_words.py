"""The words that a county's entry may use of its inmate lookup (docs/new-county.md).

``columns`` are some of `COLUMNS`, ``labels`` maps a printed label to one of `LABEL_FIELDS`,
``lacks`` names some of `LACKABLE`. They are the fields of the jail's record; a test compares
them."""

from __future__ import annotations

from typing import Final

COLUMNS: Final = ("name", "booking_number", "permanent_id", "date_of_birth", "release_date")
"""What a column of the roster can be."""
DETAILS: Final = "details"
"""What a label means that is known and has no field: its words are kept with its label."""
WHOLE_ALIAS: Final = "aliases.name"
"""An alias whose whole name stands in one column (``LAST, FIRST MIDDLE``)."""
GRAND_TOTAL: Final = "bond_grand_total_cents"
SECTIONS: Final = (
    "inmate", "incarceration", "aliases", "detainers", "bonds", "charges", "hearings",
)  # fmt: skip
"""The titled sections of a booking's page."""

PLAIN: Final = frozenset(
    [
        "booking_number",
        "commitment_date",
        "date_of_birth",
        "housing.bed",
        "housing.block",
        "housing.cell",
        "housing.county",
        "housing.location",
        "housing.section",
        "inmate.citizen",
        "inmate.country_of_birth",
        "inmate.ethnicity",
        "inmate.fbi_number",
        "inmate.ice_number",
        "inmate.marital_status",
        "inmate.police_id",
        "inmate.race",
        "inmate.state_id",
        "name",
        "permanent_id",
        "physical.complexion",
        "physical.eye_color",
        "physical.hair_color",
        "physical.hair_length",
        "physical.height",
        "physical.sex",
        "physical.weight",
        "projected_release_date",
        "release_date",
    ]
)
"""Fields that stand once on a page."""
BARE: Final = frozenset(
    [
        "additional_cents",
        "amount_cents",
        "case_number",
        "code",
        "comp_date",
        "comp_number",
        "date",
        "degree",
        "description",
        "first",
        "grade",
        "issued_by",
        "last",
        "middle",
        "offense_date",
        "percent",
        "post_date",
        "posted_by",
        "set_by",
        "set_date",
        "status",
        "total_cents",
        "type",
    ]
)
"""Fields of entries, in every section that has them."""
QUALIFIED: Final = frozenset(
    [
        "aliases.first",
        "aliases.last",
        "aliases.middle",
        "bonds.additional_cents",
        "bonds.amount_cents",
        "bonds.case_number",
        "bonds.percent",
        "bonds.post_date",
        "bonds.posted_by",
        "bonds.set_by",
        "bonds.set_date",
        "bonds.status",
        "bonds.total_cents",
        "bonds.type",
        "charges.case_number",
        "charges.code",
        "charges.degree",
        "charges.description",
        "charges.grade",
        "charges.offense_date",
        "detainers.comp_date",
        "detainers.comp_number",
        "detainers.issued_by",
        "detainers.set_by",
        "hearings.case_number",
        "hearings.date",
    ]
)
"""Fields of entries, in one section."""

LABEL_FIELDS: Final = PLAIN | BARE | QUALIFIED | {*SECTIONS, DETAILS, WHOLE_ALIAS, GRAND_TOTAL}
LACKABLE: Final = PLAIN | QUALIFIED | {*SECTIONS}
