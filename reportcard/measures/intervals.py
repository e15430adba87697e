"""Limits of shares, quantiles and ratios: how far a number could be off by chance alone.

All are for 95 % unless another ``z`` is given. Errors in the records are no chance and are not
covered: they are told as bounds or as a count of the unknown. The choices are those of
``docs/measures.md``, "Limits"."""

from __future__ import annotations

import math
from collections.abc import Sequence

Z95 = 1.959963984540054
"""The normal distribution's 97.5 % point."""

Limits = tuple[float, float]


def wilson(share: float, n: float, z: float = Z95) -> Limits:
    """Wilson's limits of a share of ``n`` independent people (``n`` may be an effective number, not
    whole). Nobody asked: 0 to 1."""
    if n <= 0:
        return 0.0, 1.0
    square = z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At 0 and 1 the sum is off by a rounding.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def log_log(share: float, variance: float, z: float = Z95) -> Limits:
    """Limits of a share strictly between 0 and 1 on the scale log(-log S), where the estimate of a
    survival curve is nearly normal; they stay within 0 and 1."""
    if variance <= 0:
        return share, share
    width = z * math.sqrt(variance) / (share * abs(math.log(share)))
    # A power beyond any float gives 0 to 1, not an error.
    width = min(width, 700.0)
    return share ** math.exp(width), share ** math.exp(-width)


def share_limits(
    share: float, variance: float, *, events: int, at_risk: int, z: float = Z95
) -> Limits:
    """Limits of a point of a survival curve: `log_log`; at 0 or 1 and with fewer than five events
    `wilson`, by the number of independent people that would give the same variance (where the
    variance is 0, by those still at risk)."""
    if 0 < share < 1 and events >= 5 and variance > 0:
        return log_log(share, variance, z)
    effective = share * (1 - share) / variance if variance > 0 else float(at_risk)
    return wilson(share, effective, z)


def incidence_limits(
    share: float, variance: float, *, events: int, at_risk: int, z: float = Z95
) -> Limits:
    """Limits of a cumulative share of exits of one kind: those of its complement, turned round."""
    low, high = share_limits(1 - share, variance, events=events, at_risk=at_risk, z=z)
    return min(1 - high, share), max(1 - low, share)


def binomial_below(k: int, n: int, p: float) -> float:
    """P(X <= k) of a binomial variable."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    log_p, log_q = math.log(p), math.log1p(-p)
    log_n = math.lgamma(n + 1)
    terms = (
        math.exp(log_n - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q)
        for i in range(k + 1)
    )
    return min(1.0, math.fsum(terms))


def quantile(ordered: Sequence[float], q: float) -> float:
    """The smallest value with at least a share ``q`` at or below it, of a sorted sample that is not
    empty."""
    return ordered[max(0, math.ceil(q * len(ordered) - 1e-9) - 1)]


def quantile_limits(ordered: Sequence[float], q: float, level: float = 0.95) -> Limits | None:
    """Limits of a quantile by order statistics: they hold for any distribution. None where the
    sample is too small to have any.

    The lower end is the largest value whose rank has a chance of at most (1 - level) / 2 of lying
    above the quantile, the upper end its mirror image."""
    n, tail = len(ordered), (1 - level) / 2
    low, high = _rank(n, q, tail), n + 1 - _rank(n, 1 - q, tail)
    if low < 1 or high > n:
        return None
    return ordered[low - 1], ordered[high - 1]


def _rank(n: int, q: float, tail: float) -> int:
    """The largest rank r with P(X <= r - 1) <= tail, X binomial: 0 where there is none."""
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if binomial_below(middle - 1, n, q) <= tail:
            low = middle
        else:
            high = middle - 1
    return low


def ratio_limits(
    one: int, of_one: float, other: int, of_other: float, z: float = Z95
) -> tuple[float, float, float]:
    """The ratio of two rates of counted events with its limits on the log scale, both counts above
    0."""
    ratio = (one / of_one) / (other / of_other)
    width = z * math.sqrt(1 / one + 1 / other)
    return ratio, ratio * math.exp(-width), ratio * math.exp(width)


def mean_limits(mean: float, variance: float, z: float = Z95, low: float = 0.0) -> Limits:
    """Limits of a mean by the normal distribution, not below ``low``."""
    half = z * math.sqrt(max(variance, 0.0))
    return max(low, mean - half), mean + half
