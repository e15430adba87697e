"""The pool ``odyssey``: how many chunks run at once, and what is refused because a site does not
bear it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowException

from dags.settings import SettingError

if TYPE_CHECKING:
    from scrapers.sites import Site

POOL = "odyssey"


class PoolTooLarge(AirflowException):
    """More chunks run at once than the site bears sessions; nothing was asked."""


def slots_allowed(site_name: str, slots: int) -> int:
    """The slots, for who makes the pool: each is a session, and each session one page at a time.
    Raises SettingError, SiteError."""
    from scrapers.sites import site_of

    pace = site_of(site_name).pace
    if slots < 1 or (not pace.free and slots > pace.pages_at_once):
        raise SettingError(
            f"pool {POOL}: {site_name} bears {pace.pages_at_once} sessions at once, asked for were {slots}"
        )
    return slots


def within_what_it_bears(site: Site, ti: Any) -> None:
    """Raises PoolTooLarge while more chunks run than the site bears: a task sees no pool, but how
    many run beside it."""
    if site.pace.free:
        return
    running = ti.get_ti_count(dag_id=ti.dag_id, task_ids=[ti.task_id], states=["running"])
    if running > site.pace.pages_at_once:
        raise PoolTooLarge(
            f"PoolTooLarge: {running} chunks run at once, and {site.key} bears {site.pace.pages_at_once} sessions. Nothing "
            f"was asked. Set the pool {POOL} to {site.pace.pages_at_once}; this chunk is tried again later"
        )
