"""Findings in words, chosen by the interval: "about", "no clear change", "too early to say".

A sentence never says *rose* where the interval admits no change, and never *because*."""

from __future__ import annotations

from collections.abc import Sequence

from reportcard.guard.release import Public

SURE = 0.03
"""Half a 95 % interval up to which "of 100" is said without "about"."""


def count(one: Public | None) -> str:
    """A number of people as text, or what stands for it."""
    if one is None:
        return "not known"
    return one.text or "hidden" if one.value is None else f"{one.value:,.0f}"


def of_100(one: Public | None) -> str:
    """``about 38 of 100``; what stands for it where it is hidden or not there yet."""
    if one is None or one.value is None:
        return (one.text if one else "") or "not known"
    if 0 < one.value < 0.005:
        return "fewer than 1 of 100"
    wide = one.limits == "sampling" and one.low is not None and one.high is not None
    about = "about " if wide and (one.high or 0) - (one.low or 0) > 2 * SURE else ""
    return f"{about}{100 * one.value:.0f} of 100"


def between(one: Public) -> str:
    """The interval in words: ``at least 74, at most 112``, or ``between 62 and 65 of 100``."""
    if one.low is None or one.high is None:
        return ""
    if one.unit == "share":
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        tail = " of 100"
    elif one.unit == "cents":
        low, high, tail = dollars(one.low), dollars(one.high), ""
    else:
        low, high, tail = f"{one.low:,.0f}", f"{one.high:,.0f}", ""
    if one.limits == "bounds":
        return f"at least {low}{tail}, at most {high}{tail}"
    return f"between {low} and {high}{tail}"


def dollars(cents: float) -> str:
    """``$2,500`` or ``$12.50``."""
    return f"${cents / 100:,.0f}" if cents % 100 == 0 else f"${cents / 100:,.2f}"


def trend(values: Sequence[float], *, noise: float = 0.03) -> str:
    """What a series of daily numbers does: its range, and a change only where the last week is
    outside everything that the first week reached, by more than ``noise`` of the level."""
    if len(values) < 14:
        return "Too few days to say whether it changes."
    low, high = min(values), max(values)
    said = f"Between {low:,.0f} and {high:,.0f}"
    first, last = values[:7], values[-7:]
    margin = noise * sum(values) / len(values)
    if min(last) > max(first) + margin:
        return f"{said}; more at the end than at the beginning."
    if max(last) < min(first) - margin:
        return f"{said}; fewer at the end than at the beginning."
    return f"{said}; no clear change."
