from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight

from reportcard.measures.incidence import incidence
from reportcard.measures.survival import Spell
from tests.reportcard.measures.spells import KINDS, random_spells

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_entry_the_shares_agree_with_statsmodels(seed: int) -> None:
    spells = random_spells(seed, entry=False)
    ours = incidence(spells)
    number = {kind: place + 1 for place, kind in enumerate(KINDS)}
    theirs = CumIncidenceRight(
        np.array([float(spell.exit) for spell in spells]),
        np.array([number.get(spell.event or "", 0) for spell in spells]),
    )
    for kind, place in number.items():
        for time, share in zip(theirs.times, theirs.cinc[place - 1], strict=True):
            assert ours.share(kind, int(time)) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_entry_the_shares_are_the_product_of_transition_matrices(seed: int) -> None:
    spells, night = random_spells(seed), 15
    states = len(KINDS) + 1
    product = np.eye(states)
    for time in range(night + 1):
        n = sum(spell.entry <= time <= spell.exit for spell in spells)
        step = np.eye(states)
        for place, kind in enumerate(KINDS):
            left = sum(spell.event == kind and spell.exit == time for spell in spells)
            step[0, place + 1] = left / n
            step[0, 0] -= left / n
        product = product @ step
    ours = incidence(spells)
    for place, kind in enumerate(KINDS):
        assert ours.share(kind, night) == pytest.approx(product[0, place + 1], abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_kinds_and_those_still_held_are_everybody(seed: int) -> None:
    ours = incidence(random_spells(seed, twice=0.5))
    for night in range(30):
        shares = [ours.share(kind, night) for kind in KINDS]
        assert sum(shares) + ours.all.share(night) == pytest.approx(1, abs=1e-12)
        assert ours.share(KINDS, night) == pytest.approx(sum(shares), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_of_all_kinds_together_is_that_of_the_curve(seed: int) -> None:
    ours = incidence(random_spells(seed, twice=0.5))
    for night in (0, 4, 12):
        assert ours.variance(KINDS, night) == pytest.approx(ours.all.variance(night), abs=1e-12)


@pytest.mark.parametrize("kinds", [("bond",), ("bond", "unknown")])
@pytest.mark.parametrize("seed", range(6))
def test_the_variance_is_the_sum_of_squared_influences_by_person(
    seed: int, kinds: tuple[str, ...]
) -> None:
    spells = random_spells(seed, count=60, twice=0.6)
    total, step = 0.0, 1e-5
    for person in {spell.person for spell in spells}:
        values = [
            _share([(s, 1 + (d if s.person == person else 0)) for s in spells], kinds, 8)
            for d in (step, -step)
        ]
        total += ((values[0] - values[1]) / (2 * step)) ** 2
    assert incidence(spells).variance(kinds, 8) == pytest.approx(total, rel=1e-5)


def _share(weighted: list[tuple[Spell, float]], kinds: tuple[str, ...], night: int) -> float:
    held, share = 1.0, 0.0
    for time in range(night + 1):
        n = sum(weight for spell, weight in weighted if spell.entry <= time <= spell.exit)
        if not n:
            continue
        ended = [(spell, weight) for spell, weight in weighted if spell.exit == time]
        share += held * sum(weight for spell, weight in ended if spell.event in kinds) / n
        held *= 1 - sum(weight for spell, weight in ended if spell.event) / n
    return share


def test_limits_hold_the_share_and_rise_with_time() -> None:
    ours = incidence(random_spells(1, count=500))
    points = [(ours.limits("bond", night), ours.share("bond", night)) for night in range(20)]
    assert all(low <= share <= high for (low, high), share in points)
    assert all(one[1] <= other[1] for one, other in pairwise(points))
    assert all(low >= 0 and high <= 1 and not math.isnan(low) for (low, high), _ in points)
