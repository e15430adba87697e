"""``cj practice``: the practice portals for hand use, the truth about their people, or many nights
of a simulated county."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys

from cj.freshness import database_errors, said
from cj.options import SERVED
from cj.practice import USER, Behaviour, arguments_of
from cj.view import say
from cj.wrong import UsageError
from scrapers.crawl import PracticeWorld


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; or print the truth, one JSON line a person; or print the nights, or
    load them into a database."""
    if arguments.what == "history":
        return _history(arguments)
    world = PracticeWorld(people=arguments.people, seed=arguments.seed, day=arguments.day)
    if arguments.what == "truth":
        given = [f"--{name}={value}" for name, value in world.model_dump().items()]
        given.append(f"--dialect={arguments.dialect or SERVED[arguments.site]}")
        return subprocess.call([sys.executable, "-m", "practice", "truth", *given])
    behaviour = Behaviour(
        arguments.latency_ms, arguments.faults, arguments.access_log, arguments.dialect
    )
    password = secrets.token_urlsafe(9)
    command = [
        *(
            sys.executable,
            "-m",
            "practice",
            "serve",
            f"--user={USER}",
            "--password-from-env=CJ_PRACTICE_PASSWORD",
        ),
        *arguments_of(arguments.site, world, behaviour),
    ]
    child = subprocess.Popen(
        [*command, "--die-with-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "CJ_PRACTICE_PASSWORD": password},
        start_new_session=True,
    )
    assert child.stdout is not None
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        line = child.stdout.readline()
        if not line:
            return child.wait()
        _tell(arguments.site, json.loads(line), password)
        return child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        return 130


def _history(arguments: argparse.Namespace) -> int:
    given = [
        f"--{name}={getattr(arguments, name)}" for name in ("people", "seed", "days", "search")
    ]
    command = [sys.executable, "-m", "practice", "history", *given]
    if arguments.database is None:
        return subprocess.call(command)
    try:
        from reportcard.history import load_nights, nights_of
    except ImportError as error:
        raise UsageError(f"the database needs the extra 'report': {error}") from error
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        assert child.stdout is not None
        try:
            count = load_nights(
                nights_of(child.stdout),
                arguments.database,
                site=arguments.site,
                told=lambda receipt: say(f"{receipt.crawl_id}: {receipt.seconds:.1f} s"),
            )
        except database_errors() as error:
            child.terminate()
            raise UsageError(said(error)) from error
    say(f"{count} nights of an invented county, in {arguments.database}")
    return child.wait()


def _tell(site: str, told: dict[str, str], password: str) -> None:
    print(
        f"Practice county '{site}': "
        f"{told['people']} people in jail on {told['today']}, all invented.\n"
    )
    print(f"  jail     {told['jail']}")
    print(f"  court    {told['portal']}")
    print(f"  user     {told['user']}")
    print(f"  password {password}\n")
    print("Ctrl-C ends it.", flush=True)
