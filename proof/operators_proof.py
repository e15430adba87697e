"""Proof that outputs are wholly there or not there: SIGKILLs at random moments, and races of many
processes.

    python proof/operators_proof.py [--kills 2000] [--rounds 500] [--seed 20261122] [--out
    proof/results/operators.json]

Kills: a child works on one folder without pause (creates and replaces files and folders, sweeps)
until it is killed
at a random moment; then everything that stands must be whole, nothing that once stood may be gone,
and one sweep must leave no temporary. Races: eight processes meet inside the callable and commit at
once; exactly one must win. Each is run on the system as it is and on poorer ones: without rename
flags (hard links), and without hard links. What the child was doing when it died is counted, so
that one sees that every moment was met."""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime
import errno
import hashlib
import json
import mmap
import os
import platform
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from operators import disk, local, output, temporary
from operators.output import Output, produce, sweep

PHASES = ("between", "open", "write", "flush", "commit", "clean", "sweep")
SYSTEMS = ("native", "links", "bare")
KEYS = 6


class BrokenError(Exception):
    """An output is not whole, is gone, or a temporary stays."""


# --- outputs that tell whether they are whole


def content(generator: random.Random) -> bytes:
    """Some kilobytes that begin with the digest of the rest."""
    body = generator.randbytes(generator.choice((0, 100, 5_000, 60_000)))
    return hashlib.sha256(body).hexdigest().encode() + body


def check_file(path: str) -> None:
    with open(path, "rb") as file:
        data = file.read()
    if hashlib.sha256(data[64:]).hexdigest().encode() != data[:64]:
        raise BrokenError(f"not whole: {path} ({len(data)} bytes)")


def write_file(output_path: str, generator: random.Random) -> None:
    data = content(generator)
    with open(output_path, "wb") as file:
        for start in range(0, len(data), 4096):
            file.write(data[start : start + 4096])
            file.flush()


def write_folder(output_path: str, generator: random.Random) -> None:
    """Some files, and a list of their names: a folder is whole when it has them all."""
    names = [f"part-{number}" for number in range(generator.randrange(4))]
    with open(output_path + "names", "w", encoding="ascii") as file:
        file.write(json.dumps(names))
    for name in names:
        write_file(output_path + name, generator)


def check_folder(path: str) -> None:
    with open(f"{path}/names", encoding="ascii") as file:
        names = json.load(file)
    if sorted(os.listdir(path)) != sorted([*names, "names"]):
        raise BrokenError(f"not whole: {path}")
    for name in names:
        check_file(f"{path}/{name}")


# --- poorer systems, and where the child is


@contextlib.contextmanager
def system(name: str) -> Iterator[None]:
    """The machine as it is, or with what another lacks taken away."""
    call, link = disk._call, os.link

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no hard links")

    if name != "native":
        disk._call = None
    if name == "bare":
        os.link = refuse  # type: ignore[assignment]
    try:
        yield
    finally:
        disk._call, os.link = call, link


def mark_phases(shared: mmap.mmap) -> None:
    """Let the child write into shared memory what it is doing."""

    def wrap(place: object, name: str, phase: str) -> None:
        real = getattr(place, name)
        number = PHASES.index(phase)

        def marked(*args: object, **kwargs: object) -> object:
            before, shared[0] = shared[0], number
            try:
                return real(*args, **kwargs)
            finally:
                shared[0] = before

        setattr(place, name, marked)

    wrap(temporary, "_claim", "open")
    wrap(local.LocalWrite, "_sync", "flush")
    wrap(local.LocalWrite, "create", "commit")
    wrap(local.LocalWrite, "replace", "commit")
    wrap(temporary.Temporary, "remove", "clean")
    wrap(output, "sweep_folder", "sweep")
    wrap(sys.modules[__name__], "write_file", "write")
    wrap(sys.modules[__name__], "write_folder", "write")


# --- kills


def work(folder: str, seed: int, shared: mmap.mmap) -> None:
    """What the child does until it is killed."""
    mark_phases(shared)
    me = sys.modules[__name__]
    generator = random.Random(seed)
    while True:
        key, what = generator.randrange(KEYS), generator.random()
        if what < 0.15:
            leave_dead(folder, generator)
            output.sweep(folder)
        elif what < 0.6:
            produce(
                Output(f"{folder}/f{key}.bin"),
                me.write_file,
                replace=what < 0.4,
                generator=generator,
            )
        else:
            produce(
                Output(f"{folder}/d{key}/"),
                me.write_folder,
                replace=what < 0.85,
                generator=generator,
            )


def leave_dead(folder: str, generator: random.Random) -> None:
    """What a writer leaves that died before its lock was made, so that the sweep has something to
    do."""
    name = f"{temporary.PREFIX}{temporary.boot()}-{generator.randrange(1 << 48):012x}"
    inner = f"{folder}/{name}/output/x"
    os.makedirs(inner)
    for number in range(20):
        with open(f"{inner}/{number}", "w", encoding="ascii"):
            pass


def inspect(folder: str, stood: set[str], *, is_swept: bool, may_be_aside: bool) -> None:
    names = set(os.listdir(folder))
    for name in names:
        if name.startswith("f"):
            check_file(f"{folder}/{name}")
        elif name.startswith("d"):
            check_folder(f"{folder}/{name}")
    missing = stood - names
    if (
        may_be_aside
    ):  # the documented window of a folder replacement without exchange, until the next sweep
        missing = {
            name for name in missing if os.path.basename(temporary.aside(folder, name)) not in names
        }
    if missing:
        raise BrokenError(f"stood, and is gone: {sorted(missing)}")
    rest = {name for name in names if name.startswith(".")} - {".writing.lock"}
    if is_swept and rest:
        raise BrokenError(f"left after the sweep: {sorted(rest)}")
    stood |= {name for name in names if not name.startswith(".")}


def kill_round(
    folder: str, name: str, number: int, seed: int
) -> tuple[collections.Counter[str], int]:
    """``number`` children, one after the other on one folder, killed at random moments."""
    generator = random.Random(f"{seed} {name}")
    shared = mmap.mmap(-1, 1)
    phases: collections.Counter[str] = collections.Counter()
    stood: set[str] = set()
    swept = 0
    for _ in range(number):
        shared[0] = 0
        alive, held = os.pipe()
        child_seed, moment = generator.randrange(1 << 30), generator.uniform(0.001, 0.03)
        child = os.fork()
        if child == 0:
            try:
                work(folder, child_seed, shared)
            except BaseException as error:  # noqa: BLE001 - a child has nobody else to tell
                print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os.close(held)
        select.select(
            [alive], [], [], moment
        )  # the moment passes, or the child fails and its end of the pipe closes
        os.close(alive)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            raise BrokenError("the child failed before it was killed")
        phases[PHASES[shared[0]]] += 1
        inspect(folder, stood, is_swept=False, may_be_aside=name != "native")
        swept += len(sweep(folder))
        inspect(folder, stood, is_swept=True, may_be_aside=False)
        if (
            generator.random() < 0.3
        ):  # start over now and then, so that there is something to create
            for target in sorted(stood):
                disk.remove_tree(f"{folder}/{target}")
            stood.clear()
    return phases, swept


def kills(number: int, seed: int) -> dict[str, object]:
    phases: collections.Counter[str] = collections.Counter()
    by_system, swept = {}, 0
    for name, share in zip(SYSTEMS, shares(number, (0.5, 0.25, 0.25)), strict=True):
        folder = tempfile.mkdtemp(prefix="operators-proof-")
        try:
            with system(name):
                met, taken = kill_round(folder, name, share, seed)
        finally:
            shutil.rmtree(folder)
        phases += met
        swept += taken
        by_system[name] = share
    return {
        "kills": number,
        "by_system": by_system,
        "died_while": dict(sorted(phases.items())),
        "temporaries_swept": swept,
        "outputs_not_whole": 0,
        "outputs_lost": 0,
        "temporaries_left": 0,
    }


# --- races


def race(folder: str, number: int, processes: int) -> int:
    """One target, many processes that meet in the callable; the winner's number. Even rounds:
    files, odd: folders."""
    target = Output(f"{folder}/{number}" + ("/" if number % 2 else ".txt"))
    shared = mmap.mmap(-1, processes)
    ready_r, ready_w = os.pipe()
    go_r, go_w = os.pipe()
    children = []
    for me in range(processes):
        child = os.fork()
        if child == 0:
            os.close(go_w)
            try:
                shared[me] = 2 if compete(target, me, ready_w, go_r) else 1
                os._exit(0)
            except BaseException as error:  # noqa: BLE001 - a child has nobody else to tell
                print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        children.append(child)
    os.close(go_r)
    os.close(ready_w)
    waiting = processes
    while waiting:
        readable, _, _ = select.select([ready_r], [], [], 60)
        arrived = len(os.read(ready_r, processes)) if readable else 0
        if not arrived:
            break
        waiting -= arrived
    os.close(go_w)  # the start: all of them read the end of the pipe
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(ready_r)
    outcomes = [shared[me] for me in range(processes)]
    if waiting or codes != [0] * processes or sorted(outcomes) != [1] * (processes - 1) + [2]:
        raise BrokenError(f"round {number}: exit codes {codes}, outcomes {outcomes}")
    winner = outcomes.index(2)
    with open(target.path + "name" if target.is_folder else target.path, encoding="ascii") as file:
        if file.read() != f"by {winner}" * 1000:
            raise BrokenError(f"round {number}: {winner} won, and another's output stands")
    if set(os.listdir(folder)) - {f"{number}", f"{number}.txt", ".writing.lock"}:
        raise BrokenError(f"round {number}: left {os.listdir(folder)}")
    disk.remove_tree(target.path.rstrip("/"))
    return winner


def compete(target: Output, me: int, ready: int, go: int) -> bool:
    def call(output_path: str) -> None:
        with open(
            output_path + "name" if target.is_folder else output_path, "w", encoding="ascii"
        ) as file:
            file.write(f"by {me}" * 1000)
        os.write(ready, b"r")
        os.read(go, 1)

    return not produce(target, call).previously_completed


def races(rounds: int, processes: int = 8) -> dict[str, object]:
    winners: collections.Counter[int] = collections.Counter()
    by_system = {}
    for name, share in zip(SYSTEMS, shares(rounds, (0.5, 0.25, 0.25)), strict=True):
        folder = tempfile.mkdtemp(prefix="operators-proof-")
        try:
            with system(name):
                winners.update(race(folder, number, processes) for number in range(share))
        finally:
            shutil.rmtree(folder)
        by_system[name] = share
    return {
        "rounds": rounds,
        "processes": processes,
        "by_system": by_system,
        "rounds_with_exactly_one_winner": sum(winners.values()),
        "wins_by_process": [winners[me] for me in range(processes)],
    }


def shares(whole: int, parts: tuple[float, ...]) -> list[int]:
    made = [int(whole * part) for part in parts]
    made[0] += whole - sum(made)
    return made


# --- the whole


def commit() -> str:
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument(
        "--out",
        default=os.path.join(
            os.path.dirname(os.path.abspath(__file__)), "results", "operators.json"
        ),
    )
    given = parser.parse_args()
    start = time.monotonic()
    found = {
        "what": "operators: SIGKILLs at random moments, and races on one target",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "seed": given.seed,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {os.cpu_count()} cores",
        "kill": kills(given.kills, given.seed),
        "race": races(given.rounds),
    }
    found["seconds"] = round(time.monotonic() - start, 1)
    produce(Output(given.out), lambda output_path: _write(output_path, found), replace=True)
    print(json.dumps(found, indent=1))


def _write(output_path: str, found: dict[str, object]) -> None:
    with open(output_path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
