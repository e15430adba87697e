"""``python -m practice serve|truth|history``: the practice county on loopback, what a perfect
scrape of it writes, and many nights of a simulated county."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from practice.dialects import USUAL, BadDialectError, parse
from practice.facts import CALENDAR_START
from practice.faults import BadFaultError
from practice.people import LAST_DAY, MOST_PEOPLE, generate
from practice.truth import truth


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.lstrip("-").isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(
                f"a whole number from {low} to {high} is needed, not {text!r}"
            )
        return int(text)

    return number


def _milliseconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 600_000:
        raise argparse.ArgumentTypeError(f"milliseconds from 0 to 600000 are needed, not {text!r}")
    return value


def _dialect(text: str) -> str:
    try:
        parse(text)
    except BadDialectError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir() or path.is_dir():
        raise argparse.ArgumentTypeError(
            f"{text!r} cannot be written: no such folder, or it is one"
        )
    return path


def _parser() -> _Parser:
    parser = _Parser(prog="practice", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    county = _Parser(add_help=False)
    county.add_argument(
        "--people", type=_between(1, MOST_PEOPLE), default=40, help="how many are in jail on day 0"
    )
    county.add_argument("--seed", type=int, default=7)
    county.add_argument(
        "--day", type=_between(0, LAST_DAY), default=0, help="days after 2026-01-05"
    )
    county.add_argument(
        "--dialect",
        type=_dialect,
        default=USUAL,
        metavar="JAIL,COURT",
        help="which counties' pages the portals imitate, as docs/practice.md names them",
    )
    serve = commands.add_parser("serve", parents=[county], help="serve the portals until stopped")
    serve.add_argument("--latency-ms", type=_milliseconds, default=0.0)
    serve.add_argument("--faults", default="", metavar="NAME=P,NAME@N")
    serve.add_argument("--fault-seed", type=int, default=0)
    serve.add_argument(
        "--fault-memory", type=_file, metavar="FILE", help="remembers which faults have struck"
    )
    serve.add_argument(
        "--access-log", type=_file, metavar="FILE", help="one JSON line a request, appended"
    )
    serve.add_argument("--user")
    serve.add_argument(
        "--password-from-env", metavar="NAME", help="without it a password is invented and printed"
    )
    serve.add_argument(
        "--port-base",
        type=_between(1, 65_533),
        help="jail, portal and sign-in on this and the next ports",
    )
    serve.add_argument(
        "--die-with-stdin", action="store_true", help="end when standard input closes"
    )
    facts = commands.add_parser(
        "truth", parents=[county], help="print what a perfect scrape writes, a line a person"
    )
    facts.add_argument(
        "--outcomes", action="store_true", help="add whether the court search finds the person"
    )
    nights = commands.add_parser(
        "history", help="print many nights of a simulated county, as practice.history.lines says"
    )
    nights.add_argument(
        "--people", type=_between(1, MOST_PEOPLE), default=300, help="about so many are held"
    )
    nights.add_argument("--days", type=_between(1, 3650), default=60)
    nights.add_argument("--seed", type=int, default=1)
    nights.add_argument("--search", choices=("all", "in-custody"), default="all")
    return parser


def _history(arguments: argparse.Namespace) -> int:
    from practice.history import World
    from practice.history.lines import lines

    world = World(
        people=arguments.people,
        days=arguments.days,
        seed=arguments.seed,
        search=arguments.search,
    )
    return _print(lines(world.nights()))


def _print(told: Iterable[str]) -> int:
    try:
        for line in told:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; the interpreter must not complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _truth(arguments: argparse.Namespace) -> int:
    people = generate(arguments.people, arguments.seed, arguments.day)
    today = CALENDAR_START + dt.timedelta(arguments.day)
    told = truth(people, today, outcomes=arguments.outcomes, dialect=arguments.dialect)
    return _print(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in told)


def _serve(arguments: argparse.Namespace) -> int:
    try:
        from practice import server
    except ImportError as error:
        raise SystemExit(
            f"practice: the portals need the extra 'practice' ({error.name} is missing)"
        ) from error

    password: str | None = None
    if arguments.password_from_env:
        password = os.environ.get(arguments.password_from_env)
        if not password:
            return _refuse(f"the environment has no password in {arguments.password_from_env}")
    options = server.Options(
        people=arguments.people,
        seed=arguments.seed,
        day=arguments.day,
        dialect=arguments.dialect,
        latency_ms=arguments.latency_ms,
        faults=arguments.faults,
        fault_seed=arguments.fault_seed,
        fault_memory=arguments.fault_memory,
        access_log=arguments.access_log,
        user=arguments.user or server.USER,
        password=password,
        port_base=arguments.port_base,
    )

    def ready(running: server.Running) -> None:
        if password is None:
            print(
                f"invented credentials: {running.user} {running.password}",
                file=sys.stderr,
                flush=True,
            )
        print(json.dumps(running.announcement()), flush=True)

    try:
        server.serve(options, ready, die_with_stdin=arguments.die_with_stdin)
    except (BadFaultError, server.CannotServeError, OSError) as error:
        return _refuse(str(error))
    return 0


def _refuse(message: str) -> int:
    print(f"practice: {message}", file=sys.stderr)
    return 2


def main(argv: list[str] | None = None) -> int:
    """The command; gives its exit code (2 for wrong use)."""
    arguments = _parser().parse_args(argv)
    run = {"truth": _truth, "history": _history, "serve": _serve}
    return run[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
