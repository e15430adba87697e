"""What a booking's page calls things, the county's own words included (docs/portals/iml.md, 2.4).

Labels are compared without case and colon. What a county calls differently stands in its entry's
``labels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from scrapers.entry_words import DETAILS, GRAND_TOTAL, PLAIN, SECTIONS
from scrapers.jail.fields import ENTRIES, entry_fields
from scrapers.sites import JailSite

_TITLES: Final = {
    "inmate information": "inmate",
    "incarceration information": "incarceration",
    "alias information": "aliases",
    "detainer information": "detainers",
    "bond information": "bonds",
    "charge information": "charges",
    "hearing information": "hearings",
}
_PLAIN: Final = {
    "name": "name",
    "booking#": "booking_number",
    "booking number": "booking_number",
    "permanent id#": "permanent_id",
    "permanent id": "permanent_id",
    "so#": "permanent_id",
    "dob": "date_of_birth",
    "date of birth": "date_of_birth",
    "age": DETAILS,
    "sex": "physical.sex",
    "height": "physical.height",
    "weight": "physical.weight",
    "hair color": "physical.hair_color",
    "hair length": "physical.hair_length",
    "eye color": "physical.eye_color",
    "complexion": "physical.complexion",
    "race": "inmate.race",
    "ethnicity": "inmate.ethnicity",
    "state id": "inmate.state_id",
    "police/county id": "inmate.police_id",
    "fbi#": "inmate.fbi_number",
    "fbi": "inmate.fbi_number",
    "ice#": "inmate.ice_number",
    "ins": "inmate.ice_number",
    "marital status": "inmate.marital_status",
    "citizen": "inmate.citizen",
    "country of birth": "inmate.country_of_birth",
    "cob": "inmate.country_of_birth",
    "current housing section": "housing.section",
    "current housing block": "housing.block",
    "current housing cell": "housing.cell",
    "current housing bed": "housing.bed",
    "current location": "housing.location",
    "county": "housing.county",
    "commitment date": "commitment_date",
    "booking date": "commitment_date",
    "booked date": "commitment_date",
    "release date": "release_date",
    "projected release date": "projected_release_date",
}
"""The block beside the photo and the first two sections: counties move labels between them."""
_ENTRIES: Final[Mapping[str, Mapping[str, str]]] = {
    "aliases": {
        "last name": "last",
        "first name": "first",
        "middle name": "middle",
        "alias": "name",
        "aliases": "name",
        "alias name": "name",
        "aka": "name",
        "name": "name",
    },
    "detainers": {
        "comp date": "comp_date",
        "comp no": "comp_number",
        "issued by": "issued_by",
        "set by": "set_by",
    },
    "bonds": {
        "case#": "case_number",
        "amount": "amount_cents",
        "percent": "percent",
        "additional": "additional_cents",
        "total": "total_cents",
        "bond type": "type",
        "status": "status",
        "posted by": "posted_by",
        "post date": "post_date",
        "set by": "set_by",
        "set date": "set_date",
        "grand total": GRAND_TOTAL,
    },
    "charges": {
        "case#": "case_number",
        "offense date": "offense_date",
        "code": "code",
        "description": "description",
        "grade": "grade",
        "degree": "degree",
        "court": DETAILS,
    },
    "hearings": {
        "case#": "case_number",
        "next court date": "date",
        "court": DETAILS,
        "judge": DETAILS,
    },
}
EXPECTED: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {
        "booking_number": "Booking #",
        "permanent_id": "Permanent ID #",
        "date_of_birth": "DOB",
        "physical.sex": "Sex",
        "commitment_date": "Commitment Date",
    },
    "aliases": {"last": "Last Name", "first": "First Name"},
    "detainers": {"comp_number": "Comp No", "issued_by": "Issued By"},
    "bonds": {
        "case_number": "Case #",
        "amount_cents": "Amount",
        "type": "Bond Type",
        "status": "Status",
    },
    "charges": {
        "case_number": "Case #",
        "offense_date": "Offense Date",
        "code": "Code",
        "description": "Description",
        "grade": "Grade",
    },
    "hearings": {"case_number": "Case #", "date": "Next Court Date"},
}
"""Labels whose absence is a doubt, unless the county's entry says that it lacks the field."""
_NOTICES: Final[Mapping[str, str]] = {
    "there are no aliases for this inmate.": "aliases",
    "there is no alias information for this inmate.": "aliases",
    "there is no detainer information for this inmate.": "detainers",
    "there is no bond information for this inmate.": "bonds",
    "there is no charge information for this inmate.": "charges",
    "there is no hearing information for this inmate.": "hearings",
    "there is no incarceration information for this inmate.": "incarceration",
}
"""Sentences that say that a section is empty (docs/portals/iml.md, 2.4), compared whole."""

PHOTO: Final = "No Photo Available"
"""Words in the photo's cell (docs/portals/iml.md, 2.4); kept, as no field says it."""
PHYSICAL: Final = "Physical"
"""What the block beside the photo is called here; the page prints no title over it."""


@lru_cache(maxsize=2048)
def key(label: str) -> str:
    """A label for comparing: lower case, without colon, ``#`` joined to its word."""
    return label.lower().rstrip(": ").replace(" #", "#")


@lru_cache(maxsize=2048)
def printed(label: str) -> str:
    """A label as it is told: without its colon."""
    return label.rstrip(": ") or label


@dataclass(frozen=True)
class Vocabulary:
    """A county's words: titles to sections, labels to fields, sentences to the section that they
    say is empty."""

    titles: Mapping[str, str]
    plain: Mapping[str, str]
    entries: Mapping[str, Mapping[str, str]]
    notices: Mapping[str, str]
    lacks: frozenset[str]
    date_formats: tuple[str, ...]

    def lacking(self, section: str, field: str) -> bool:
        """Whether the county's entry says that its pages do not have the field."""
        return (field if section == "plain" else f"{section}.{field}") in self.lacks


def vocabulary(site: JailSite) -> Vocabulary:
    """The product's words and the county's."""
    return _vocabulary(tuple(site.labels.items()), site.lacks, site.date_formats)


@lru_cache(maxsize=64)
def _vocabulary(
    labels: tuple[tuple[str, str], ...], lacks: tuple[str, ...], date_formats: tuple[str, ...]
) -> Vocabulary:
    titles, plain = dict(_TITLES), dict(_PLAIN)
    entries = {section: dict(fields) for section, fields in _ENTRIES.items()}
    for label, means in labels:
        name = key(label)
        section, _, field = means.partition(".")
        if means in SECTIONS:
            titles[name] = means
        elif means in PLAIN:
            plain[name] = means
        elif section in ENTRIES and field:
            entries[section][name] = field
        elif means == GRAND_TOTAL:
            entries["bonds"][name] = means
        elif means == DETAILS:
            plain.setdefault(name, means)
            for fields in entries.values():
                fields.setdefault(name, means)
        else:  # the same field of every kind of entry that has it
            for part, model in ENTRIES.items():
                if means in entry_fields(model):
                    entries[part][name] = means
    return Vocabulary(titles, plain, entries, _NOTICES, frozenset(lacks), date_formats)
