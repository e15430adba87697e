"""Our operator against the plain PythonOperator: per task and per skip, with and without fsync, as
ratios in one run.

    python benchmarks/operator_cost.py [--rounds 300]

Every round does each case once, in a random order, so that a busy machine is busy for all of them;
the medians of the rounds are compared. A task writes one file of 4 KB, by direct ``execute()``: no
scheduler, no database. The safe way to write that file by hand is a temporary, a flush, a rename
and a flush of the folder; `produce` is compared with that.

The file is not called operator.py: that name, first on a script's path, hides a standard module.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable

DATA = b"x" * 4096


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AIRFLOW_HOME"] = f"{folder}/airflow"
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "CRITICAL"
        medians = measure(cases(f"{folder}/data"), rounds)
    report(medians, rounds)


def cases(root: str) -> dict[str, Callable[[int], None]]:
    """What is measured: each takes the number of the round."""
    import logging

    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk.bases.operator import ExecutorSafeguard

    from operators import Output, PythonIdempatomicFileOperator, disk, produce

    ExecutorSafeguard.test_mode = True
    logging.disable(logging.CRITICAL)
    for name in ("plain", "synced", "ours", "lazy", "produce", "raw"):
        os.makedirs(f"{root}/{name}")
    context = {"params": {}, "outlet_events": {}}

    def write(output_path: str) -> None:
        with open(output_path, "wb") as file:
            file.write(DATA)

    def write_synced(output_path: str) -> None:
        write(output_path)
        disk.sync_file(output_path)
        disk.sync_folder(os.path.dirname(output_path))

    def by_hand(number: int) -> None:
        write(f"{root}/raw/{number}.tmp")
        disk.sync_file(f"{root}/raw/{number}.tmp")
        os.rename(f"{root}/raw/{number}.tmp", f"{root}/raw/{number}")
        disk.sync_folder(f"{root}/raw")

    def plain(call: Callable[[str], None], name: str) -> Callable[[int], None]:
        def run(number: int) -> None:
            PythonOperator(
                task_id="t",
                python_callable=call,
                op_kwargs={"output_path": f"{root}/{name}/{number}"},
            ).execute(dict(context))

        return run

    def ours(name: str) -> Callable[[int], None]:
        def run(number: int) -> None:
            PythonIdempatomicFileOperator(
                task_id="t", python_callable=write, output_pattern=f"{root}/{name}/{number}"
            ).execute(dict(context))

        return run

    def without_fsync(run: Callable[[int], None]) -> Callable[[int], None]:
        def lazy(number: int) -> None:
            real, os.fsync = os.fsync, _ignore
            try:
                run(number)
            finally:
                os.fsync = real

        return lazy

    def skip(_number: int) -> None:
        PythonIdempatomicFileOperator(
            task_id="t", python_callable=write, output_pattern=f"{root}/done"
        ).execute(dict(context))

    def plain_skip(_number: int) -> None:
        PythonOperator(task_id="t", python_callable=lambda: os.path.exists(f"{root}/done")).execute(
            dict(context)
        )

    write(f"{root}/done")
    return {
        "plain task": plain(write, "plain"),
        "plain task that calls fsync twice": plain(write_synced, "synced"),
        "our task": ours("ours"),
        "our task without fsync": without_fsync(ours("lazy")),
        "plain task that only looks": plain_skip,
        "our skip": skip,
        "temporary, fsync, rename, fsync by hand": by_hand,
        "produce()": lambda number: _ignore(produce(Output(f"{root}/produce/{number}"), write)),
        "produce() that finds it done": lambda number: _ignore(
            produce(Output(f"{root}/done"), write)
        ),
    }


def measure(runs: dict[str, Callable[[int], None]], rounds: int) -> dict[str, float]:
    """The median of each case, in seconds; two rounds go unmeasured."""
    order, seconds = list(runs), {name: [] for name in runs}  # type: dict[str, list[float]]
    generator = random.Random(5)
    for number in range(rounds + 2):
        generator.shuffle(order)
        for name in order:
            start = time.perf_counter()
            runs[name](number)
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(found[2:]) for name, found in seconds.items()}


def report(medians: dict[str, float], rounds: int) -> None:
    for name, seconds in medians.items():
        print(f"{seconds * 1e6:8.0f} us  {name}")
    print(f"medians of {rounds} rounds; ratios:")
    for one, other in (
        ("our task", "plain task"),
        ("our task", "plain task that calls fsync twice"),
        ("our task without fsync", "plain task"),
        ("our skip", "plain task that only looks"),
        ("produce()", "temporary, fsync, rename, fsync by hand"),
    ):
        print(f"{medians[one] / medians[other]:8.2f}    {one} / {other}")


def _ignore(_: object) -> None:
    """A case gives nothing back."""


if __name__ == "__main__":
    main()
