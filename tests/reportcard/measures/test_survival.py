from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from reportcard.measures.survival import Curve, Spell, curve
from tests.reportcard.measures.spells import random_spells

SEEDS = range(12)


def oracle(spells: Sequence[Spell], *, entry: bool) -> SurvfuncRight:
    # statsmodels counts people from just after their entry on; here the night of entry counts.
    entries = np.array([spell.entry - 0.5 for spell in spells]) if entry else None
    times = np.array([float(spell.exit) for spell in spells])
    return SurvfuncRight(times, np.array([spell.event is not None for spell in spells]), entries)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("entry", [True, False])
def test_shares_and_risk_sets_agree_with_statsmodels(seed: int, entry: bool) -> None:
    spells = random_spells(seed, entry=entry)
    ours, theirs = curve(spells), oracle(spells, entry=entry)
    assert len(theirs.surv_times) > 10
    for place, time in enumerate(theirs.surv_times):
        night = int(time)
        assert ours.share(night) == pytest.approx(theirs.surv_prob[place], abs=1e-9)
        assert ours.at_risk[night] == theirs.n_risk[place]
        assert ours.exits[night] == theirs.n_events[place]
        if ours.share(night) > 0:
            standard = math.sqrt(ours.greenwood(night))
            assert standard == pytest.approx(theirs.surv_prob_se[place], abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_entry_and_with_everybody_once_the_variance_is_greenwoods(seed: int) -> None:
    ours = curve(random_spells(seed, entry=False))
    for night in range(25):
        assert ours.variance(night) == pytest.approx(ours.greenwood(night), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_variance_is_the_sum_of_squared_influences_by_person(seed: int) -> None:
    """Each influence is the slope of the estimate when the person counts a little more."""
    spells = random_spells(seed, count=60, twice=0.6)
    people = {spell.person for spell in spells}
    assert len(people) < len(spells)
    for night in (0, 3, 9):
        at_night = partial(_share, night=night)
        total = sum(_slope(spells, person, at_night) ** 2 for person in people)
        assert curve(spells).variance(night) == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("horizon", [5, 20])
def test_the_restricted_mean_is_the_area_and_its_variance_the_squared_influences(
    seed: int, horizon: int
) -> None:
    spells = random_spells(seed, count=60, twice=0.6)
    mean, low, high = curve(spells).restricted_mean(horizon)
    weighted = [(spell, 1.0) for spell in spells]
    assert mean == pytest.approx(sum(_share(weighted, night) for night in range(horizon)))

    def area(some: list[tuple[Spell, float]]) -> float:
        return sum(_share(some, night) for night in range(horizon))

    variance = sum(_slope(spells, one, area) ** 2 for one in {spell.person for spell in spells})
    assert mean - low == pytest.approx(1.959964 * math.sqrt(variance), rel=1e-4)
    assert high == pytest.approx(min(horizon, 2 * mean - low), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_median_and_its_limits_agree_with_statsmodels(seed: int) -> None:
    spells = random_spells(seed, count=400, entry=False)
    ours, theirs = curve(spells), oracle(spells, entry=False)
    middle, low, high = ours.median()
    assert middle == theirs.quantile(0.5)
    lower, upper = theirs.quantile_ci(0.5, method="cloglog")
    assert (low, high) == (lower, upper)


def test_a_curve_from_a_later_start_is_of_those_held_then() -> None:
    spells = random_spells(3, count=300)
    whole, later = curve(spells), curve(spells, start=5)
    for night in (5, 9, 14):
        assert later.share(night) == pytest.approx(whole.share(night) / whole.share(4))
    assert later.share(4) == 1.0


def test_a_curve_starts_where_enough_people_are_at_risk() -> None:
    few = [Spell(number, 0, 20, None) for number in range(10)]
    many = [Spell(100 + number, 6, 20, "bond") for number in range(25)]
    found = curve(few + many, start=None)
    assert (found.start, found.last) == (6, 20)
    assert curve(few, start=None).start == 0
    assert curve(few, start=None).last == -1


def test_a_median_is_not_told_where_too_few_are_left() -> None:
    spells = [Spell(number, 0, number, "bond") for number in range(40)]
    assert curve(spells).median()[0] is None
    assert curve(spells * 3).median()[0] == 19


def test_a_gap_cut_out_of_every_stay_leaves_the_curve_unbiased() -> None:
    rng = random.Random(5)
    spells = []
    for person in range(60_000):
        stay = int(rng.expovariate(1 / 10))
        gap = rng.randrange(20)
        before, after = gap - 1, gap + 3
        if before >= 0:
            ended = stay <= before
            spells.append(Spell(person, 0, min(stay, before), "bond" if ended else None))
        if stay >= after:
            spells.append(Spell(person, after, stay, "bond"))
    for night in (1, 5, 15):
        assert curve(spells).share(night) == pytest.approx(math.exp(-(night + 1) / 10), abs=0.01)


def _share(weighted: list[tuple[Spell, float]], night: int) -> float:
    share = 1.0
    for time in range(night + 1):
        n = sum(weight for spell, weight in weighted if spell.entry <= time <= spell.exit)
        d = sum(weight for spell, weight in weighted if spell.event and spell.exit == time)
        share *= 1 - d / n if n else 1.0
    return share


def _slope(
    spells: list[Spell], person: object, of: Callable[[list[tuple[Spell, float]]], float]
) -> float:
    step = 1e-5
    values = [
        of([(spell, 1.0 + (sign if spell.person == person else 0.0)) for spell in spells])
        for sign in (step, -step)
    ]
    return (values[0] - values[1]) / (2 * step)


def test_curve_of_nobody_is_one() -> None:
    empty: Curve = curve([])
    assert empty.share(10) == 1.0
    assert empty.limits(0) == (0.0, 1.0)
