"""How parts, groups and ends are called on the page. A word that is not here is shown as it is."""

from __future__ import annotations

GROUPS = {
    "unknown": "not recorded",
    "felony": "felony",
    "misdemeanor": "misdemeanor",
    "violation": "only a violation of probation or parole",
    "other": "other grades",
    "under_18": "under 18",
    "recognizance": "own recognizance",
    "none": "no bond to pay",
    "to_1000": "up to $1,000",
    "to_5000": "$1,001 to $5,000",
    "to_10000": "$5,001 to $10,000",
    "to_50000": "$10,001 to $50,000",
    "over_50000": "more than $50,000",
    "person": "against a person",
    "property": "property",
    "drug": "drugs",
    "public_order": "public order",
    "F": "women",
    "M": "men",
}
BY = {
    "sex": "sex",
    "race": "race, as the jail records it",
    "age": "age",
    "grade": "most serious charge",
    "offense": "kind of offense",
    "bond": "bond",
}
UNKNOWN_REASONS = {
    "unknown_birth_date_unverified": "birth date not confirmed in court",
    "unknown_bound_over_not_linked": "sent on to another court, not linked to a case there",
    "unknown_case_not_in_court": "a listed case is not in the court's records",
    "unknown_case_unclear": "the court's record of a case is unclear",
    "unknown_court_not_found": "nobody of that name in court",
    "unknown_entry_without_case": "an entry on the jail's page has no case number",
    "unknown_no_case_listed": "the jail's page lists no case",
}
ENDS = (
    ("bond", "k1", "on a paid bond"),
    ("recognizance", "k2", "on recognizance"),
    ("sentence", "k3", "with a sentence"),
    ("transfer", "k4", "to another authority"),
    ("unknown", "k5", "in a way the page does not tell"),
)


def group(name: str) -> str:
    """A group's name for the page."""
    return GROUPS.get(name, name.replace("_", " "))
