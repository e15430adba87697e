"""The pools: how many chunks run at once, and what is refused because a portal does not bear it.

``odyssey`` is the pool of `jail_scraper_dag`, ``odyssey_<site>`` that of a county's own DAG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.sdk.exceptions import AirflowException

from dags.scheduled import counties
from dags.settings import SettingError, running_site

if TYPE_CHECKING:
    from scrapers.sites import Site

POOL = "odyssey"
FORM_DAG = "jail_scraper_dag"


class PoolTooLarge(AirflowException):
    """More chunks run at once than the site bears sessions; nothing was asked."""


def slots_allowed(site_name: str, slots: int) -> int:
    """The slots, for who makes the pool: each is a session, and each session one page at a time.
    Raises SettingError, SiteError."""
    from scrapers.sites import site_of

    pace = site_of(site_name).pace
    if slots < 1 or (not pace.free and slots > pace.pages_at_once):
        raise SettingError(
            f"pool {POOL}: {site_name} bears {pace.pages_at_once} sessions at once, asked for "
            f"were {slots}"
        )
    return slots


def slots_of_counties() -> dict[str, int]:
    """The pool of every county that has a DAG of its own, and its slots: as many as its portal
    bears pages at once. Raises SitesError, SiteError."""
    from scrapers.sites import site_of

    return {county.pool: site_of(county.site).pace.pages_at_once for county in counties()}


def within_what_it_bears(site: Site, ti: Any) -> None:
    """Raises PoolTooLarge while more chunks run against the court's host than it bears: a task sees
    no pool, but how many run beside it, in its own DAG and in those of the same host."""
    if site.pace.free:
        return
    running = sum(
        ti.get_ti_count(dag_id=dag_id, task_ids=[ti.task_id], states=["running"])
        for dag_id in _dags_of_the_host(site, ti.dag_id)
    )
    if running > site.pace.pages_at_once:
        raise PoolTooLarge(
            f"PoolTooLarge: {running} chunks run at once, and {site.key} bears "
            f"{site.pace.pages_at_once} sessions. Nothing "
            f"was asked. Set the pool to {site.pace.pages_at_once}; this chunk is tried again later"
        )


def _dags_of_the_host(site: Site, dag_id: str) -> list[str]:
    """The DAGs that ask the court's host now: this one, those of counties at the same address, and
    the one that takes its county from the form, if that is such a county."""
    others = {county.dag_id: county.site for county in counties()}
    form = running_site(FORM_DAG)
    if form is not None:
        others[FORM_DAG] = form
    same = [other for other, name in others.items() if _host(name) == _host_of(site)]
    return sorted({dag_id, *same})


def _host(name: str) -> str:
    from scrapers.sites import SiteError, site_of

    try:
        return _host_of(site_of(name))
    except SiteError:
        return ""


def _host_of(site: Site) -> str:
    return "" if site.court is None else urlsplit(site.court.url).netloc
