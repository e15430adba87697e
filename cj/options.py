"""What the command line understands. Light: nothing of the house is imported, so that ``--help``
comes at once."""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

MOST_WORKERS = 32
SERVED = {
    "practice": "shelby,chatham",
    "practice-roa": "shelby,roa",
    "practice-4col": "bergen,napa",
    "practice-salt-lake": "salt-lake,snohomish,in-custody",
    "practice-virginia-beach": "virginia-beach,dekalb",
}
"""The practice sites: whose pages their portals imitate (docs/practice.md)."""


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one line."""

    def error(self, message: str) -> NoReturn:
        """Exit 2 with the message and where help is to be had."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


class _Version(argparse.Action):
    def __init__(self, option_strings: list[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version")

    def __call__(self, given: argparse.ArgumentParser, *_: Any) -> None:
        print(f"cj {metadata.version('cj-report-card')}")
        given.exit(0)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number between the two, for argparse."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                f"a whole number from {low} to {high} is needed, not {text!r}"
            )
        return value

    return number


def folder_of(text: str) -> Path | str:
    """A folder of this machine, or an address in an object store as it is, for argparse."""
    return text if "://" in text else Path(text)


def day(text: str) -> dt.date:
    """A day as YYYY-MM-DD, for argparse."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day as YYYY-MM-DD is needed, not {text!r}") from None


def page_name(text: str) -> str:
    """A folder's name, for argparse."""
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", text):
        raise argparse.ArgumentTypeError(f"letters, digits and - make a name, not {text!r}")
    return text


def parser() -> Parser:
    """The parser of ``cj`` with all its commands; each sets ``module``, the module of `cj.commands`
    that runs it."""
    top = Parser(
        prog="cj",
        description="Collects public jail rosters and court histories: "
        "one complete file a person, whatever fails on the way.",
        epilog="cj COMMAND --help says more. "
        "Exit: 0 complete, 3 complete with failures, 2 wrong use, 130/143 interrupted.",
    )
    top.add_argument("--version", action=_Version)
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=Parser
    )
    for name, halves, text in (
        (
            "crawl",
            ("jail", "odyssey"),
            "roster, jail pages and court histories of a county; goes on where it was stopped",
        ),
        ("jail", ("jail",), "the jail half alone"),
        (
            "odyssey",
            ("odyssey",),
            "the court half alone, for a crawl's roster or for your own list of people",
        ),
    ):
        _crawl(commands.add_parser(name, help=text, description=text), halves)
    _load(commands)
    _measures(commands)
    _status(commands)
    _show(commands)
    _reparse(commands)
    _record(commands)
    _practice(commands)
    _report(commands)
    _publish(commands)
    _serve(commands)
    _doctor(commands)
    _read(commands)
    _check(commands)
    sites = commands.add_parser("sites", help="the counties known, and what is known of each")
    sites.add_argument("--json", action="store_true", help="as JSON")
    sites.set_defaults(module="sites")
    return top


def _numbers(one: argparse.ArgumentParser) -> None:
    """What every command that makes numbers takes."""
    one.add_argument("--site", help="one county (default: every county of the database)")
    one.add_argument("--database", metavar="ADDRESS", help="as for cj load (data/cj.sqlite)")
    one.add_argument(
        "--data", type=folder_of, default=Path("data"), metavar="FOLDER", help="crawls (data)"
    )
    one.add_argument(
        "--population", type=Path, metavar="FILE", help="residents by group, for rates (CSV)"
    )
    one.add_argument(
        "--offenses", type=Path, metavar="FILE", help="your own offense table, used first (TOML)"
    )
    one.add_argument(
        "--threshold",
        type=whole(0, 10_000),
        default=11,
        metavar="N",
        help="groups of fewer people are hidden (11; only upwards)",
    )


def _report(commands: Any) -> None:
    text = "the report card of a county: one HTML file, small groups hidden"
    one = commands.add_parser("report", help=text, description=text)
    _numbers(one)
    one.add_argument("--out", type=Path, metavar="FILE", help="(data/report/SITE.html)")
    one.add_argument(
        "--internal", action="store_true", help="show small groups too; not to be forwarded"
    )
    one.add_argument("--open", action="store_true", help="open it, where there is a display")
    one.set_defaults(module="report")


def _publish(commands: Any) -> None:
    for name, text in (
        ("publish", "a site of plain files, small groups hidden: docs/publishing.md"),
        ("verify", "compute a published release again and compare it byte by byte"),
    ):
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("folder", type=folder_of, metavar="FOLDER", help="or s3://bucket/folder")
        _numbers(one)
        one.add_argument("--publisher", metavar="NAME", help="who publishes (or CJ_PUBLISHER)")
        one.add_argument("--contact", metavar="ADDRESS", help="for corrections (or CJ_CONTACT)")
        one.set_defaults(module="publish", withdraw=None, correct=None, embargo_until=None)
        if name == "verify":
            one.add_argument("--release", metavar="NAME", help="(the current one)")
            continue
        how = one.add_mutually_exclusive_group()
        how.add_argument("--correct", metavar="WHY", help="publish changed numbers, saying why")
        how.add_argument("--withdraw", metavar="RELEASE", help="replace a release by a notice")
        how.add_argument("--embargo-until", metavar="DAY", help="stamp it; needs its own folder")
        one.add_argument("--reason", help="with --withdraw: the class of reason")


def _serve(commands: Any) -> None:
    text = "browse published numbers with Datasette, on this machine only"
    one = commands.add_parser("serve", help=text, description=text)
    one.add_argument("folder", nargs="?", default="published", type=folder_of, metavar="FOLDER")
    one.add_argument("--port", type=whole(1, 65_535), default=8001)
    one.add_argument(
        "--private", type=Path, metavar="DATABASE", help="the full database instead: real people"
    )
    one.set_defaults(module="serve")


def _doctor(commands: Any) -> None:
    text = "what this machine lacks for a crawl, and what to do about it"
    doctor = commands.add_parser("doctor", help=text, description=text)
    doctor.add_argument("--data", default="data", metavar="FOLDER", help="where crawls go (data)")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(module="doctor")


def _crawl(one: argparse.ArgumentParser, halves: tuple[str, ...]) -> None:
    one.set_defaults(module="crawl", halves=halves)
    one.add_argument("--site", help="the county, see cj sites (default: that of --out, or CJ_SITE)")
    one.add_argument(
        "--workers",
        type=whole(1, MOST_WORKERS),
        metavar="N",
        help="sessions side by side at each portal (default: the site's pages at once; 4 on a site "
        "without a rate limit)",
    )
    one.add_argument(
        "--limit",
        type=whole(1, 10_000_000),
        help="only so many people of the roster, the first ones",
    )
    one.add_argument(
        "--only", metavar="FILE", help="only these: a key a line, or CSV key,name,date_of_birth"
    )
    where = one.add_argument_group("where")
    where.add_argument(
        "--out",
        type=folder_of,
        metavar="FOLDER",
        help="the crawl folder itself, or s3://bucket/folder",
    )
    where.add_argument(
        "--data",
        type=folder_of,
        default=Path("data"),
        metavar="FOLDER",
        help="its parent (data), or s3://bucket/folder",
    )
    again = where.add_mutually_exclusive_group()
    again.add_argument("--new", action="store_true", help="a new crawl, even if one is unfinished")
    again.add_argument(
        "--resume", action="store_true", help="go on with the newest unfinished, however old"
    )
    one.add_argument(
        "--keep-pages",
        action="store_true",
        help="keep the pages that the files are read from, so that cj reparse can read them again",
    )
    one.add_argument(
        "--fetch",
        dest="fetch_mode",
        choices=("auto", "browser", "http"),
        help="how pages are fetched: over HTTP with the browser's cookies, falling back to the "
        "browser where a page needs it (auto); only with the browser; or over HTTP except for "
        "signing in (default: auto, with --headed browser)",
    )
    one.add_argument(
        "--headed",
        action="store_true",
        help="show the browsers; every page is then read with them, unless --fetch says otherwise",
    )
    if "odyssey" in halves:
        database = one.add_argument_group("what the database knows already (see cj load)")
        database.add_argument(
            "--refresh-after-days",
            type=whole(0, 36_500),
            metavar="DAYS",
            help="carry histories younger than that over instead of asking again",
        )
        _database(database)
    play = one.add_argument_group("practice sites (portals on this machine, invented people)")
    _world(play, "practice-")


def _world(group: Any, prefix: str, *, defaults: bool = False) -> None:
    """The options of the practice portals. Without ``defaults`` those of a world are None: a folder
    may know better."""
    world = (40, 7, 0) if defaults else (None, None, None)
    group.add_argument(
        f"--{prefix}people", type=whole(1, 1_000_000), default=world[0], help="how many (40)"
    )
    group.add_argument(
        f"--{prefix}seed", type=whole(0, 2**63), default=world[1], help="who they are (7)"
    )
    group.add_argument(
        f"--{prefix}day", type=whole(0, 100_000), default=world[2], help="days after the first (0)"
    )
    group.add_argument(
        f"--{prefix}latency-ms", type=float, default=0.0, help="added to every page (0)"
    )
    group.add_argument(
        f"--{prefix}faults",
        default="",
        metavar="NAME=P,NAME@N",
        help="misbehaviour, e.g. slow=0.05",
    )
    group.add_argument(
        f"--{prefix}dialect",
        default="",
        metavar="JAIL,COURT",
        help="whose pages the portals imitate, e.g. bergen,napa (docs/practice.md)",
    )
    group.add_argument(
        f"--{prefix}access-log", type=Path, metavar="FILE", help="one JSON line a request"
    )


def _which(one: argparse.ArgumentParser) -> None:
    """Which crawl: its folder, or where the newest is looked for."""
    one.add_argument(
        "folder",
        nargs="?",
        type=folder_of,
        help="the crawl folder (default: the newest below --data)",
    )
    _newest(one, "the same")


def _newest(one: argparse.ArgumentParser, out: str) -> None:
    one.add_argument("--out", type=folder_of, metavar="FOLDER", help=out)
    one.add_argument("--data", type=folder_of, default=Path("data"), metavar="FOLDER")
    one.add_argument("--site", help="the newest of this county")


def _load(commands: Any) -> None:
    text = "put a crawl into the database, SQLite or PostgreSQL; safe to repeat"
    one = commands.add_parser("load", help=text, description=text)
    one.set_defaults(module="load")
    _which(one)
    _database(one)
    one.add_argument(
        "--csv", type=Path, metavar="DIR", help="then write tables for a spreadsheet there"
    )
    one.add_argument(
        "--also",
        action="append",
        default=[],
        choices=("fbi_number", "ice_number", "citizen", "country_of_birth"),
        help="a column that the tables leave out unless it is named",
    )
    one.add_argument(
        "--all", action="store_true", help="every crawl below --data (of --site, if given)"
    )
    one.add_argument(
        "--anew",
        action="store_true",
        help="with --all: empty the database first, which fills it anew by today's tables",
    )


def _measures(commands: Any) -> None:
    text = "the numbers of a county from the database, with their limits and definitions"
    one = commands.add_parser("measures", help=text, description=text)
    one.set_defaults(module="measures")
    one.add_argument("--site", help="the county (default: all that were loaded)")
    one.add_argument(
        "--data", type=folder_of, default=Path("data"), metavar="FOLDER", help="data folder (data)"
    )
    _database(one)
    shown = one.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="all numbers and definitions as JSON")
    shown.add_argument("--csv", type=Path, metavar="DIR", help="all numbers as DIR/measures.csv")
    one.add_argument(
        "--population",
        type=Path,
        metavar="FILE",
        help="residents as CSV by,group,residents: rates by sex, race and age",
    )
    one.add_argument(
        "--offenses", type=Path, metavar="FILE", help="your own offense rules, before ours"
    )
    one.add_argument("--night-cost", metavar="DOLLARS", help="what a night in jail costs")
    one.add_argument("--night-source", metavar="TEXT", help="who says so")


def _database(group: Any) -> None:
    group.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql://... (CJ_DATABASE, else cj.sqlite in --data)",
    )


def _status(commands: Any) -> None:
    one = commands.add_parser(
        "status", help="how a crawl stands, running or not, from its files alone"
    )
    one.set_defaults(module="status")
    _which(one)
    one.add_argument("--json", action="store_true", help="as JSON")


def _show(commands: Any) -> None:
    text = "one person of a crawl, readably: bookings, bonds, custody status, court cases"
    one = commands.add_parser("show", help=text, description=text)
    one.set_defaults(module="show", folder=None)
    one.add_argument(
        "key", nargs="?", help="the person's key, as the file is named (default: a telling example)"
    )
    _newest(one, "the crawl folder (default: the newest below --data)")


def _reparse(commands: Any) -> None:
    text = "read a crawl again from its kept pages by today's parsers, and show what would differ"
    one = commands.add_parser("reparse", help=text, description=text)
    one.set_defaults(module="reparse")
    _which(one)
    one.add_argument("--apply", action="store_true", help="then replace the files that differ")
    one.add_argument("--json", action="store_true", help="the differences as JSON")


def _read(commands: Any) -> None:
    text = "read a saved page, or a file of services' answers, without asking a portal"
    one = commands.add_parser("read", help=text, description=text)
    one.set_defaults(module="read")
    one.add_argument("file", type=Path, metavar="FILE", help="a page saved from a browser, or JSON")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--site", help="the county whose page it is, see cj sites")
    which.add_argument(
        "--product", choices=("iml", "odyssey"), help="whose page it is (default: recognized)"
    )
    one.add_argument(
        "--zone",
        metavar="ZONE",
        help="the county's time zone, such as America/New_York (without it, times stay words)",
    )
    one.add_argument("--json", action="store_true", help="one JSON object, on errors too")


def _check(commands: Any) -> None:
    text = "visit a county's jail once, politely, and say what its entry in sites.toml lacks"
    one = commands.add_parser("check", help=text, description=text)
    one.set_defaults(module="check")
    one.add_argument("--site", required=True, help="the county, see cj sites")
    one.add_argument(
        "--limit", type=whole(1, 30), default=5, metavar="N", help="so many bookings (5)"
    )
    one.add_argument("--headed", action="store_true", help="show the browser, where one is needed")
    one.add_argument("--json", action="store_true", help="as JSON")
    one.add_argument(
        "--practice-dialect", metavar="WORDS", help="of a practice site: whose pages to imitate"
    )


def _record(commands: Any) -> None:
    text = (
        "save a visit of a county's portals as a test fixture, "
        "every person in it replaced by an invented one"
    )
    one = commands.add_parser("record", help=text, description=text)
    one.set_defaults(module="record")
    one.add_argument(
        "halves",
        nargs="*",
        metavar="jail|odyssey",
        choices=("jail", "odyssey", []),
        help="one half alone (both)",
    )
    one.add_argument("--site", required=True, help="the county, see cj sites")
    one.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="where fixtures are kept: "
        "FOLDER/jail/SITE/visit and FOLDER/odyssey/SITE/visit are made",
    )
    one.add_argument(
        "--page", type=page_name, default="visit", metavar="NAME", help="another name than visit"
    )
    one.add_argument("--replace", action="store_true", help="in place of a fixture that is there")
    one.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="the secret that the invented values depend on, "
        "made if it is not there; with the same one, "
        "two recordings agree (your own: cj-report-card/recording.key in the folder for settings)",
    )
    one.add_argument("--headed", action="store_true", help="show the browser, where one is needed")
    jail = one.add_argument_group(
        "jail: the search, page 1 of the list, one further page, some bookings"
    )
    jail.add_argument(
        "--person", metavar="NUMBER", help="permanent id or booking number (the first on the list)"
    )
    jail.add_argument(
        "--details", type=whole(1, 30), default=1, help="so many bookings from the first on (1)"
    )
    court = one.add_argument_group("odyssey: one search, its results, the first cases")
    court.add_argument(
        "--name", metavar='"LAST, FIRST"', help="who is searched (the person of the jail half)"
    )
    court.add_argument("--born", type=day, metavar="YYYY-MM-DD", help="and their birth date")
    court.add_argument("--cases", type=whole(1, 100), default=3, help="so many cases (3)")
    _world(
        one.add_argument_group("practice sites (portals on this machine, invented people)"),
        "practice-",
    )


def _practice(commands: Any) -> None:
    text = (
        "serve the practice portals for hand use; or 'truth': what a perfect scrape of them "
        "writes; or 'history': many nights of a simulated county"
    )
    one = commands.add_parser("practice", help=text, description=text)
    one.set_defaults(module="practice")
    one.add_argument("what", nargs="?", choices=("serve", "truth", "history"), default="serve")
    one.add_argument("--site", choices=tuple(SERVED), default="practice")
    _world(one, "", defaults=True)
    nights = one.add_argument_group("history")
    nights.add_argument("--days", type=whole(1, 3650), default=60, help="how many nights (60)")
    nights.add_argument(
        "--search",
        choices=("all", "in-custody"),
        default="all",
        help="whether the county's list shows who was released (all)",
    )
    nights.add_argument(
        "--database", metavar="URL", help="load the nights there, instead of printing them"
    )
