"""Proof that no change of a page makes a wrong record: every fixture, every element, one change at
a time.

    python proof/mutation_proof.py [--seed 20261122] [--only TEXT] [--out
    proof/results/mutations.json]

What is removed, renamed, doubled, put into another order or cut off gives the same record or a
named fault; what was taken away with its value is gone and nothing else. Noise and pages damaged
beyond reason (ten megabytes, 10,000 nested elements), each in a process of its own with a hard
limit, end in a record or a named fault, never in a crash."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from proof.harness import RESULTS, header, write_results
from proof.harness_damage import SECONDS, damages_of, one_of_each, read_apart
from proof.harness_judge import judge, known
from proof.harness_mutation import cuts, mutations, noise
from proof.harness_parsing import Page, pages

NOISES = 25
_CUTS = 120


def changed(page: Page, seed: int) -> dict[str, Any]:
    """Everything that was done to one page, counted by what came of it."""
    counts: Counter[str] = Counter()
    wrong, borne, crashes = [], Counter[str](), []
    chance = random.Random(f"{seed} {page}")
    changes = [*mutations(page), *cuts(page, max(20, len(page.text) // _CUTS))]
    for mutation in changes:
        try:
            verdict, word = judge(page, mutation, page.read(mutation.text))
        except Exception as crash:  # noqa: BLE001  (whatever a parser raises that is no Fault is what is looked for)
            crashes.append(
                f"{mutation.kind} {mutation.what}: {type(crash).__name__}: {crash}"[:200]
            )
            continue
        why = known(page, mutation, word) if verdict == "wrong" else None
        if why:
            borne[why] += 1
            verdict = "gone"
        elif verdict == "wrong":
            wrong.append(f"{mutation.kind} {mutation.what}: {word}"[:300])
        counts[f"{mutation.kind}: {'known' if why else verdict}"] += 1
    for _ in range(NOISES):
        try:
            page.read(noise(page, chance))
            counts["noise: borne"] += 1
        except Exception as crash:  # noqa: BLE001
            crashes.append(f"noise: {type(crash).__name__}: {crash}"[:200])
    return {"page": str(page), "counts": counts, "wrong": wrong, "known": borne, "crashes": crashes}


def _of(name: str, seed: int) -> dict[str, Any]:
    return changed(_pages()[name], seed)


@lru_cache(maxsize=1)
def _pages() -> dict[str, Page]:
    return {str(page): page for page in pages()}


def main() -> int:
    """Runs it; 1 if anything was wrong."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    given.add_argument("--seed", type=int, default=20261122)
    given.add_argument("--only", default="", help="pages whose name holds this")
    given.add_argument("--out", default=str(RESULTS / "mutations.json"))
    given.add_argument("--processes", type=int, default=2)
    asked = given.parse_args()
    begun = time.monotonic()
    names = [name for name in _pages() if asked.only in name]
    counts: Counter[str] = Counter()
    borne: Counter[str] = Counter()
    wrong: list[str] = []
    crashes: list[str] = []
    with ProcessPoolExecutor(asked.processes) as workers:
        for told in workers.map(_of, names, [asked.seed] * len(names)):
            counts += told["counts"]
            borne += told["known"]
            wrong += [f"{told['page']}: {line}" for line in told["wrong"]]
            crashes += [f"{told['page']}: {line}" for line in told["crashes"]]
    todo = [
        (page, damage)
        for page in one_of_each()
        if asked.only in str(page)
        for damage in damages_of(page)
    ]
    with ThreadPoolExecutor(asked.processes) as pool:  # each is read in a process of its own
        came_of = pool.map(lambda one: read_apart(*one), todo)
        damaged = {
            f"{page.kind}: {damage}": came
            for (page, damage), came in zip(todo, came_of, strict=True)
        }
    crashes += [
        f"{name}: {came}"
        for name, came in damaged.items()
        if came == "hangs" or came.startswith("crash")
    ]
    write_results(
        asked.out,
        {
            **header(
                "one change to a saved page at a time, and what the parsers make of it", asked.seed
            ),
            "pages": len(names),
            "changes": sum(counts.values()),
            "counts": dict(sorted(counts.items())),
            "known": dict(borne.most_common()),
            "wrong": wrong,
            "damaged_pages": damaged,
            "limit_seconds": SECONDS,
            "crashes": crashes,
            "seconds": round(time.monotonic() - begun),
        },
    )
    return 1 if wrong or crashes else 0


if __name__ == "__main__":
    sys.exit(main())
