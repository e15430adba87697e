from __future__ import annotations

import random

import pytest
import scipy.stats
from statsmodels.stats.proportion import proportion_confint

from reportcard.measures.intervals import (
    binomial_below,
    incidence_limits,
    log_log,
    quantile,
    quantile_limits,
    ratio_limits,
    share_limits,
    wilson,
)


@pytest.mark.parametrize(("count", "n"), [(0, 5), (1, 40), (17, 30), (40, 40), (500, 1234)])
def test_wilson_agrees_with_statsmodels(count: int, n: int) -> None:
    theirs = proportion_confint(count, n, method="wilson")
    assert wilson(count / n, n) == pytest.approx(theirs, abs=1e-9)


def test_wilson_of_nobody_says_nothing() -> None:
    assert wilson(0.5, 0) == (0.0, 1.0)


def test_log_log_limits_stay_within_zero_and_one_and_hold_the_share() -> None:
    for share in (0.001, 0.4, 0.999):
        for variance in (1e-8, 1e-3, 0.2):
            low, high = log_log(share, variance)
            assert 0 <= low <= share <= high <= 1


def test_shares_of_none_and_of_all_and_of_few_events_take_wilson() -> None:
    assert share_limits(1.0, 0.0, events=0, at_risk=50) == wilson(1.0, 50)
    assert share_limits(0.0, 0.0, events=50, at_risk=50) == wilson(0.0, 50)
    variance = 0.9 * 0.1 / 40
    assert share_limits(0.9, variance, events=4, at_risk=99) == pytest.approx(wilson(0.9, 40))
    assert share_limits(0.9, variance, events=5, at_risk=99) == log_log(0.9, variance)


def test_limits_of_an_incidence_are_those_of_what_is_left_turned_round() -> None:
    low, high = incidence_limits(0.2, 0.001, events=50, at_risk=100)
    assert (1 - high, 1 - low) == pytest.approx(log_log(0.8, 0.001))


@pytest.mark.parametrize(("k", "n", "p"), [(0, 1, 0.5), (3, 10, 0.25), (700, 1500, 0.5)])
def test_the_binomial_agrees_with_scipy(k: int, n: int, p: float) -> None:
    assert binomial_below(k, n, p) == pytest.approx(scipy.stats.binom.cdf(k, n, p), abs=1e-9)
    assert binomial_below(-1, n, p) == 0
    assert binomial_below(n, n, p) == 1


@pytest.mark.parametrize("q", [0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("n", [8, 30, 133, 2000])
def test_quantile_limits_are_the_ranks_that_scipy_gives(q: float, n: int) -> None:
    found = quantile_limits(list(range(1, n + 1)), q)
    below = scipy.stats.binom(n, q).cdf
    ranks = [r for r in range(1, n + 1) if below(r - 1) <= 0.025]
    above = [r for r in range(1, n + 1) if 1 - below(r - 1) <= 0.025]
    expected = (max(ranks), min(above)) if ranks and above else None
    assert found == expected


def test_quantile_limits_cover_as_they_say() -> None:
    rng, covered = random.Random(4), 0
    for _ in range(800):
        sample = sorted(rng.expovariate(1) for _ in range(60))
        limits = quantile_limits(sample, 0.5)
        assert limits is not None
        covered += limits[0] <= 0.6931 <= limits[1]
    assert 0.94 <= covered / 800 <= 0.985


def test_quantiles_are_values_of_the_sample() -> None:
    assert [quantile([10, 20, 30, 40], q) for q in (0.25, 0.5, 0.75, 1.0)] == [10, 20, 30, 40]
    assert quantile([7], 0.5) == 7


def test_a_ratio_holds_itself_and_is_symmetric() -> None:
    ratio, low, high = ratio_limits(40, 1000, 20, 2000)
    assert ratio == pytest.approx(4)
    assert low < ratio < high
    back = ratio_limits(20, 2000, 40, 1000)
    assert back == pytest.approx((0.25, 1 / high, 1 / low))
