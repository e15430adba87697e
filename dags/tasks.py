"""What the tasks of `jail_scraper_dag` do. Every one works on the crawl folder; its output is a
small receipt beside it.

Nothing of the house below ``operators`` is loaded before a task runs, so that parsing the DAG stays
cheap."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from dags.credentials import credentials, database
from dags.pool import within_what_it_bears
from dags.settings import (
    TOO_LATE,
    RunSettings,
    SettingError,
    data_folder,
    is_stored,
    mode,
    outside,
    settled,
)
from dags.standing import fingerprint, mark
from dags.telling import Teller, closing
from operators import Output, produce_json, requires
from operators.errors import RequiresError

if TYPE_CHECKING:
    import threading

    from resilience.settings import BrowserSettings
    from scrapers.crawl import Chunk, CrawlFolder, Half, Receipt
    from scrapers.record import Keep
    from scrapers.sites import Site

_log = logging.getLogger(__name__)
_NAMED = 20


def scrape_jail(
    output_path: str, stop: threading.Event, params: dict[str, Any], dag_run: Any, **_: Any
) -> None:
    """Freeze the roster and read everybody's jail pages; the receipt names every person's file."""
    from scrapers.clock import utc_now
    from scrapers.crawl import (
        JAIL,
        CrawlFolder,
        Identity,
        Plan,
        asked_keys,
        receipt_of,
        run_crawl,
        scrapers_of,
    )
    from scrapers.products import ScraperOptions
    from scrapers.robots import robots_of

    run = settled(params, dag_run)
    with failing():
        _claim(run, dag_run)
        _in_time(run)
        site = _site(run, CrawlFolder(run.folder))
        plan = Plan(
            run.folder,
            site,
            Identity(site=site.key),
            run.day,
            halves=(JAIL,),
            limit=run.limit,
        )
        result = run_crawl(
            plan,
            scrapers=scrapers_of(
                plan, lambda half: ScraperOptions(browser=_browser(site), keep=_keep(run, half))
            ),
            progress=Teller(),
            stop=stop,
            robots=robots_of(site, _browser(site), stop=stop),
        )
        if result.fault is not None:
            raise result.fault
        if result.error is not None:
            raise result.error
        folder = CrawlFolder(run.folder)
        frozen = folder.roster()
        assert frozen is not None
        receipt = receipt_of(
            folder, JAIL, asked_keys(frozen, plan.asked), now=utc_now, stopped=result.stopped
        )
    _log.info("%s", closing(receipt, "Jail pages"))
    _all_known(receipt, "their jail pages could not be read")
    _write(output_path, receipt.model_dump_json(indent=1))


def check_profiles(output_path: str, params: dict[str, Any], dag_run: Any, **_: Any) -> None:
    """Write down whom to ask the court about, likely pretrial first; who is fresh in the database
    is carried over."""
    from reportcard.carry import carried_of, detainees_of
    from reportcard.freshness import likely_pretrial_first
    from scrapers.crawl import COURT, CrawlFolder, Scope, carry_fresh, survey

    run = settled(params, dag_run)
    folder = CrawlFolder(run.folder)
    with failing():
        _claim(run, dag_run)
    with failing(), folder.locked():
        info, frozen = folder.info(), folder.roster()
        if info is None or frozen is None:
            raise SettingError(f"{folder} has no roster: the task scrape_jail must be done first")
        asked, url, days = Scope(limit=run.limit), database(), run.refresh_after_days
        folder.write_info(info.model_copy(update={"asked": {**info.asked, COURT: asked}}))
        carried = carry_fresh(
            folder,
            COURT,
            frozen,
            asked,
            lambda people: carried_of(folder, run.site, people, url, days, info.as_of),
        )
        outcomes = survey(folder, COURT, frozen, asked).outcomes
        people = [p for p in frozen.people if outcomes[p.key].value in ("pending", "failed")]
        due = [who.key for who in likely_pretrial_first(detainees_of(folder, run.site, people))]
    _log.info(
        "%s people to ask the court about, %s carried from earlier crawls, %s on the roster.",
        len(due),
        len(carried),
        len(outcomes),
    )
    _write(output_path, json.dumps({"due": due, "carried": sorted(carried)}, indent=1))


def chunks(
    ti: Any = None, params: dict[str, Any] | None = None, dag_run: Any = None
) -> list[dict[str, Any]]:
    """The op_kwargs of the mapped tasks: no more of them than Airflow maps."""
    with failing():
        made = _chunks(_due(ti=ti), settled(params or {}, dag_run))
    return [{"chunk": chunk.name, "first": chunk.first, "last": chunk.last} for chunk in made]


def odyssey_scraper(
    output_path: str,
    chunk: str,
    first: int,
    last: int,
    stop: threading.Event,
    params: dict[str, Any],
    dag_run: Any,
    **context: Any,
) -> None:
    """Search the histories of a chunk's people with one signed-in session; who has a valid file is
    not asked for again.

    Fails, naming them, while somebody is missing: the retry does only those. A refused password
    fails at once, and every other chunk that meets it or looks for it stops."""
    from resilience.faults import SignInRefused
    from resilience.scrub import WholeWord
    from scrapers.crawl import COURT, CrawlFolder, chunk_name, scrape_people
    from scrapers.odyssey.signin import Credentials, SignInGate
    from scrapers.products import ScraperOptions, product_of
    from scrapers.robots import robots_of

    run = settled(params, dag_run)
    keys = _due(**context)[first:last]
    if chunk_name(keys) != chunk:
        raise AirflowFailException(
            "the list of check_profiles is another than the one the chunks were made from"
        )
    folder = CrawlFolder(run.folder)
    failed = f"chunks/{chunk}.failed.json"
    refused: list[SignInRefused] = []
    parent, tell = os.getppid(), Teller()
    with failing():
        site = _site(run, folder)
        within_what_it_bears(site, context["ti"])
        user, password = credentials(site)
        memory = _memory(site)
        gate = SignInGate(memory)

        def watch(event: object) -> None:
            tell(event)
            if os.getppid() != parent:
                # Airflow's supervisor was killed: the chunk is the next try's, which must not find
                # it locked.
                stop.set()
            if site.court is not None and user and password and not refused:
                try:
                    gate.check(site.court.url, Credentials(user, password))
                except SignInRefused as fault:
                    refused.append(fault)
                    stop.set()

        known = (password or "", WholeWord(user or ""))
        secrets = tuple(secret for secret in known if secret)
        receipt = scrape_people(
            keys,
            run.folder,
            site=site,
            half=COURT,
            scraper=product_of(site, COURT).factory(
                site,
                ScraperOptions(
                    user,
                    password,
                    browser=_browser(site),
                    memory=memory,
                    keep=_keep(run, COURT, secrets),
                ),
            ),
            stop=stop,
            progress=watch,
            secrets=lambda: secrets,
            robots=robots_of(site, _browser(site), stop=stop),
        )
        if refused:
            raise refused[0]
    _log.info("%s", closing(receipt, "Court histories"))
    if receipt.failed:
        folder.write_text(failed, receipt.model_dump_json(indent=1) + "\n", replace=True)
    _all_known(receipt, "their court histories could not be had")
    folder.place.remove(failed)
    _write(output_path, receipt.model_dump_json(indent=1))


def upload_data(output_path: str, params: dict[str, Any], dag_run: Any, **_: Any) -> None:
    """Load what exists of the crawl into the database, whatever the outcome of the tasks before."""
    from reportcard.load import load
    from scrapers.crawl import CrawlFolder

    run = settled(params, dag_run)
    with failing():
        receipt = load(run.folder, database())
        told = {
            "fingerprint": fingerprint(CrawlFolder(run.folder)),
            **receipt.model_dump(mode="json"),
        }
    _log.info("Loaded %s into %s.", _rows(receipt.rows), receipt.database)
    _write(output_path, json.dumps(told, indent=1))


def report_card(output_path: str, params: dict[str, Any], dag_run: Any, **context: Any) -> None:
    """The coverage page. Fails, with the page beside its place, when coverage is short, a chunk
    failed, or the load did."""
    from reportcard.load import LoadReceipt
    from reportcard.page import coverage_page
    from scrapers.crawl import CrawlFolder, summarise, write_summary
    from scrapers.crawl.place import read_at

    run = settled(params, dag_run)
    incomplete = f"{run.receipts}/report_card-incomplete.html"
    with failing():
        folder = CrawlFolder(run.folder)
        summary = summarise(folder)
        write_summary(folder, summary)
        try:
            told = json.loads(read_at(requires("upload_data", **context)["upload_data"]))
            loaded = LoadReceipt.model_validate(
                {k: v for k, v in told.items() if k != "fingerprint"}
            )
        except RequiresError:
            loaded = None
        page = coverage_page(run.folder, loaded)
        wrong = [] if loaded is not None else ["the database was not loaded (task upload_data)"]
        for half, counted in summary.halves.items():
            if counted.asked and (counted.coverage or 0.0) < run.minimum_coverage:
                wrong.append(
                    f"coverage of the {half} half is {counted.coverage:.1%}, asked for is "
                    f"{run.minimum_coverage:.1%}"
                )
            if counted.parts_coverage is not None and counted.parts_coverage < run.minimum_coverage:
                wrong.append(
                    f"coverage of the {half} half's parts (bookings, cases) is "
                    f"{counted.parts_coverage:.1%}, asked for is {run.minimum_coverage:.1%}"
                )
        wrong += _missing_chunks(run, context)
        if wrong:
            folder.write_text(incomplete, page, replace=True)
    if wrong:
        raise AirflowFailException(
            "; ".join(wrong) + f". {_who(run)}The page is {folder.place.path(incomplete)}"
        )
    folder.place.remove(incomplete)
    _write(output_path, f"{page.rstrip()}\n{mark(folder)}")


# --- parts ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def failing() -> Iterator[None]:
    """Errors as Airflow should take them: what no retry cures fails at once."""
    from pydantic import ValidationError

    from operators.errors import StoreError
    from reportcard.database import DatabaseError
    from reportcard.load import OtherCrawlError
    from reportcard.load_files import BadFolderError, InvalidFilesError
    from resilience.faults import Cure, Fault
    from scrapers.crawl import CrawlUsageError, FolderInUseError
    from scrapers.settings import SettingsError
    from scrapers.sites import SiteError

    try:
        yield
    except (FolderInUseError, StoreError) as error:
        raise AirflowException(str(error)) from None
    except Fault as fault:
        # Without its query, which may hold somebody's name.
        said = f"{fault.name}: {fault}" + (f" ({fault.url.partition('?')[0]})" if fault.url else "")
        if fault.cure is Cure.STOP:
            raise AirflowFailException(said) from None
        raise AirflowException(said) from fault
    except (
        CrawlUsageError,
        SiteError,
        SettingError,
        SettingsError,
        DatabaseError,
        BadFolderError,
        InvalidFilesError,
        OtherCrawlError,
        ValidationError,
    ) as error:
        raise AirflowFailException(_as_seen_here(str(error))) from None


def _as_seen_here(said: str) -> str:
    """The words of an error; what it advises for the command line is said for the form, too."""
    return f"{said}. In Airflow: trigger a new run with again" if " --" in said else said


def _site(run: RunSettings, folder: CrawlFolder) -> Site:
    """The county with its day: the crawl's, where it has begun."""
    from scrapers.sites import site_of

    site, info = site_of(run.site), folder.info()
    return site.with_addresses(as_of=info.as_of) if info is not None else site


def _browser(site: Site) -> BrowserSettings:
    from resilience.settings import BrowserSettings
    from scrapers.visitor import contact_of

    return BrowserSettings(contact=contact_of(site, outside().contact))


def _keep(run: RunSettings, half: Half, secrets: tuple[str, ...] = ()) -> Keep | None:
    """What keeps the pages that the files are read from, where the run asks for that."""
    from scrapers.crawl import CrawlFolder, keeper

    return keeper(CrawlFolder(run.folder), half, lambda: secrets) if run.keep_pages else None


def _memory(site: Site) -> str | Path:
    """Where refused passwords are remembered for all chunks: of all machines, where they share a
    store; else of this one, where cj remembers them too (for practice portals in the data
    folder)."""
    from scrapers.settings import memory_folder

    return f"{data_folder()}/sign-in" if is_stored() or site.practice else memory_folder()


def _due(**context: Any) -> list[str]:
    from scrapers.crawl.place import read_at

    told = json.loads(read_at(requires("check_profiles", **context)["profiles"]))
    due: list[str] = told["due"]
    return due


def _chunks(due: list[str], run: RunSettings) -> list[Chunk]:
    from airflow.configuration import conf

    from scrapers.crawl import chunks_of

    return chunks_of(due, run.scrapes_per_worker, conf.getint("core", "max_map_length"))


def _missing_chunks(run: RunSettings, context: dict[str, Any]) -> list[str]:
    from scrapers.crawl.stores import place_of

    try:
        made = _chunks(_due(**context), run)
    except RequiresError:
        return ["nobody was asked for at the court (task check_profiles)"]
    place = place_of(f"{run.folder}/{run.receipts}")
    missing = [chunk.name for chunk in made if not place.exists(f"chunks/{chunk.name}.json")]
    return (
        [f"{len(missing)} of {len(made)} chunks failed ({', '.join(missing[:_NAMED])})"]
        if missing
        else []
    )


def _who(run: RunSettings) -> str:
    """Who is missing, in words."""
    from scrapers.crawl import HALVES, CrawlFolder, survey

    folder = CrawlFolder(run.folder)
    info, frozen = folder.info(), folder.roster()
    if info is None or frozen is None:
        return "There is no roster. "
    missing = [
        f"{half} {key} ({outcome.value})"
        for half in HALVES
        for key, outcome in survey(folder, half, frozen, info.asked.get(half)).outcomes.items()
        if outcome.value in ("failed", "pending")
    ]
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return f"Missing: {', '.join(missing[:_NAMED])}{more}. " if missing else ""


def _all_known(receipt: Receipt, what: str) -> None:
    rows = [row for row in receipt.people if not row.outcome.known]
    if rows or receipt.stopped is not None:
        named = ", ".join(f"{row.key} ({row.fault or row.outcome.value})" for row in rows[:_NAMED])
        more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
        stopped = (
            f" Stopped: {receipt.stopped or 'as asked'}." if receipt.stopped is not None else ""
        )
        raise AirflowException(
            f"{len(rows)} of {len(receipt.people)} people, {what}: {named}{more}.{stopped}"
        )


def _rows(rows: Mapping[str, int]) -> str:
    told = [f"{number} {table.replace('_', ' ')}" for table, number in rows.items() if number]
    return ", ".join(told) or "nothing new"


def _claim(run: RunSettings, dag_run: Any) -> None:
    """The folder is this DAG's from now on. Raises SettingError where it is another one's."""
    from scrapers.crawl.place import read_at

    kept = Output(f"{run.folder}/tasks/dag.json", mode=mode())
    produce_json(kept, {"dag": dag_run.dag_id, "run": dag_run.run_id})
    told = json.loads(read_at(kept.path))
    if told["dag"] != dag_run.dag_id:
        raise SettingError(
            f"{run.folder} is the crawl of the DAG {told['dag']} (run {told['run']}): let that one"
            " finish it, or trigger this one with again for a crawl of its own"
        )


def _in_time(run: RunSettings) -> None:
    """Raises SettingError for a roster that would be read on another day than the run began."""
    from scrapers.clock import utc_now

    if run.began and utc_now() - dt.datetime.fromisoformat(run.began) > TOO_LATE:
        raise SettingError(
            f"this run began at {run.began}, more than 36 hours ago, and its jail pages are not"
            " complete: what is read now is of today. Trigger a new run"
        )


def _write(output_path: str, text: str) -> None:
    Path(output_path).write_text(text + "\n", encoding="utf-8")
