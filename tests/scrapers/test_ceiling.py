"""Politeness has a ceiling: a file of one's own, a table or an option may ask for less than it,
never for more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scrapers.pace import pace_of
from scrapers.sites import PaceSite, Site, SiteError, all_sites, site_of

URL = "https://lookup.invalid/IML"


def table(url: str = URL, **pace: Any) -> dict[str, Any]:
    return {"key": "own", "name": "Own", "time_zone": "UTC", "jail": {"url": url}, "pace": pace}


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "sites.toml"
    monkeypatch.setenv("CJ_SITES", str(file))
    return file


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        ({"pages_at_once": 3}, "pages_at_once = 3 is above the ceiling of 2"),
        (
            {"seconds_between_starts": 0.1},
            "seconds_between_starts = 0.1 is below the least of 0.15",
        ),
        ({"free": True}, "loopback only"),
    ],
)
def test_a_pace_above_the_ceiling_is_refused(pace: dict[str, Any], said: str) -> None:
    with pytest.raises(SiteError, match=said):
        site_of(table(**pace))
    made = Site.model_validate(table()).model_copy(update={"pace": PaceSite(**pace)})
    with pytest.raises(SiteError, match=said):
        pace_of(made, URL)


def test_a_stricter_pace_is_taken() -> None:
    site = site_of(table(pages_at_once=1, seconds_between_starts=0.5))
    assert (site.pace.pages_at_once, site.pace.seconds_between_starts) == (1, 0.5)


def test_portals_on_this_machine_have_no_ceiling() -> None:
    assert site_of(table("http://127.0.0.1:8101/IML", pages_at_once=16)).pace.pages_at_once == 16
    assert site_of(table("http://localhost/IML", free=True)).pace.free


def test_a_county_with_one_page_at_once_stays_so_in_a_file_of_ones_own(own_file: Path) -> None:
    own_file.write_text("[dauphin-pa.pace]\npages_at_once = 2\n", encoding="utf-8")
    with pytest.raises(SiteError, match="above the ceiling of 1"):
        site_of("dauphin-pa")


def test_another_name_for_a_known_host_does_not_lift_its_ceiling() -> None:
    known = site_of("dauphin-pa")
    assert known.jail is not None
    with pytest.raises(SiteError, match=r"below the least of 2"):
        site_of(table(known.jail.url, pages_at_once=1))


def test_a_site_that_is_moved_away_from_this_machine_has_the_ceiling() -> None:
    moved = site_of("practice").with_addresses(jail=URL)
    with pytest.raises(SiteError, match="loopback only"):
        pace_of(moved, URL)


def test_no_packaged_site_is_above_its_ceiling() -> None:
    assert len(all_sites()) >= 10
