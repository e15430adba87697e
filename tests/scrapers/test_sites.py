"""A county's entry is checked when it is loaded: one line that names the key."""

from __future__ import annotations

from typing import Any

import pytest

from scrapers.entry_words import BARE, PLAIN, QUALIFIED
from scrapers.jail.fields import ENTRIES, PARTS, entry_fields
from scrapers.jail.records import Booking
from scrapers.sites import SiteError, all_sites, site_of

JAIL = {"url": "https://jail.example/IML"}


def entry(**changes: Any) -> dict[str, Any]:
    return {"key": "mine", "name": "Mine", "time_zone": "America/Chicago", "jail": JAIL, **changes}


def jail(**changes: Any) -> dict[str, Any]:
    return entry(jail={**JAIL, **changes})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (entry(jail=None), "no portal"),
        (jail(url="jail.example/IML"), "jail.url"),
        (jail(url="ftp://jail.example/"), "jail.url"),
        (jail(url="https://somebody:word@jail.example/"), "jail.url"),
        (jail(url="https://jail.example:no/"), "jail.url"),
        (jail(columns=["name", "booking_number", "mug_shot"]), "jail.columns: 'mug_shot'"),
        (jail(columns=["name"]), "jail.columns: 'booking_number'"),
        (jail(columns=["name", "name", "booking_number"]), "jail.columns: a column"),
        (jail(labels={"Booked": "comitment_date"}), "did you mean 'commitment_date'"),
        (jail(lacks=["bond.type"]), "jail.lacks: 'bond.type' is no field; did you mean"),
        (jail(date_formats=["day first"]), "jail.date_formats"),
        (jail(adress="x"), "jail.adress: no such key"),
        (jail(custody={"general_sessions": "["}), "jail.custody.general_sessions"),
        (entry(pace={"quiet_hours": "2 am"}), "pace.quiet_hours"),
        (entry(pace={"quiet_hours": "25:00-26:00"}), "pace.quiet_hours"),
        (entry(time_zone="Memphis"), "unknown time zone 'Memphis'"),
        (entry(name=None), "name"),
    ],
)
def test_a_wrong_entry_is_one_line_that_names_the_key(table: dict[str, Any], said: str) -> None:
    with pytest.raises(SiteError) as caught:
        site_of(table)
    assert said in str(caught.value)
    assert str(caught.value).startswith("site 'mine': ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "labels",
    [
        {"Booked": "commitment_date"},
        {"Docket": "case_number"},
        {"State": "bonds.status"},
        {"Build": "details"},
        {"Counts": "charges"},
        {"Also Known As": "aliases.name"},
        {"Sum": "bond_grand_total_cents"},
    ],
)
def test_a_label_may_mean_a_field_a_section_or_what_has_no_field(labels: dict[str, str]) -> None:
    assert site_of(jail(labels=labels)).jail is not None


def test_every_packaged_entry_is_sound_and_says_who_saw_it_work() -> None:
    sites = {site.key: site for site in all_sites()}
    assert {"shelby-tn", "shelby-tn-sentenced", "bergen-nj", "essex-nj", "riverside-va"} <= set(
        sites
    )
    assert all(site.last_seen_working for site in sites.values())
    assert sites["shelby-tn-sentenced"].county == "shelby-tn"
    listing_all = {
        key for key, one in sites.items() if one.jail is not None and one.jail.search == "all"
    }
    assert {key for key in listing_all if not sites[key].practice} == {"shelby-tn"}


def test_the_words_of_an_entry_are_the_fields_of_the_record() -> None:
    plain = {f"{part}.{name}" for part, model in PARTS.items() for name in model.model_fields}
    own = {name for name in PLAIN if "." not in name}
    assert own | plain == PLAIN
    assert own - {"name", "permanent_id", "date_of_birth"} <= set(Booking.model_fields)
    entries = {part: entry_fields(model) for part, model in ENTRIES.items()}
    assert {f"{part}.{name}" for part, names in entries.items() for name in names} == QUALIFIED
    assert {name for names in entries.values() for name in names} == BARE


def test_another_dialect_has_another_hash_and_another_address_has_the_same() -> None:
    one = site_of(jail()).jail
    assert one is not None
    moved = one.model_copy(update={"url": "https://other.example/IML"})
    renamed = one.model_copy(update={"labels": {"Booked": "commitment_date"}})
    assert moved.hash == one.hash != renamed.hash
