"""Replaces digits by a keyed permutation of all numbers of one length, so that two ids never become
the same.

Leading zeros stay, and what follows keeps its length: ``00400038`` becomes ``00`` and six other
digits. In a small number with many zeros (``0000014``) the last five digits are replaced, because
its neighbors are other people's numbers. The same digits are replaced the same way everywhere: in
a cell, a URL, a posted field, a JSON number."""

from __future__ import annotations

from functools import lru_cache

from replay.anonymize.key import Key

_ROUNDS = 8
_SMALL = 5
"""The fewest digits that are replaced in a longer run."""
_TABLE = 3
"""Up to this many digits the permutation is a shuffled table, because a Feistel network of so few
digits mixes badly."""


def replacement_digits(run: str, key: Key, attempt: int = 0) -> str:
    """The replacement for a run of digits. ``attempt`` selects another permutation."""
    bare = run.lstrip("0")
    if len(run) > _SMALL >= len(bare):
        return run[:-_SMALL] + f"{_mixed(int(run), _SMALL, key, attempt):0{_SMALL}d}"
    if not bare:
        return run
    low = 10 ** (len(bare) - 1)
    if len(bare) <= _TABLE:
        return run[: len(run) - len(bare)] + str(_table(key, len(bare), attempt)[int(bare) - low])
    number = int(bare)
    while True:
        number = _mixed(number, len(bare), key, attempt)
        if number >= low:
            return run[: len(run) - len(bare)] + str(number)


@lru_cache(maxsize=64)
def _table(key: Key, size: int, attempt: int) -> list[int]:
    low: int = 10 ** (size - 1)
    return sorted(
        range(low, 10 * low),
        key=lambda number: (key.draw(f"digits {size}", str(number), 1 << 64, attempt), number),
    )


def _mixed(number: int, size: int, key: Key, attempt: int) -> int:
    """One Feistel pass over the two halves of the decimal digits."""
    left_size, right_size = size // 2, size - size // 2
    left, right = divmod(number, 10**right_size)
    for turn in range(_ROUNDS):
        draw = f"feistel {size} {turn}"
        if turn % 2:
            right = (right + key.draw(draw, str(left), 10**right_size, attempt)) % 10**right_size
        else:
            left = (left + key.draw(draw, str(right), 10**left_size, attempt)) % 10**left_size
    whole: int = left * 10**right_size + right
    return whole
