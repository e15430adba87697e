"""Numbers for numbers: a keyed permutation of all numbers of one length, so that two ids never
become one.

Leading zeros stay, and what follows them keeps its length: ``00400038`` becomes ``00`` and six
other digits. Of a small number in a long run (``0000014``) the last five digits are other ones, as
its neighbours would be somebody else's. The same run gives the same run wherever it stands: in a
cell, an address, a posted field, a JSON number."""

from __future__ import annotations

from functools import lru_cache

from replay.recording.key import Key

_ROUNDS = 8
_SMALL = 5
"""So many digits at least are drawn from in a run that is longer."""
_TABLE = 3
"""Up to so many digits the permutation is a shuffled table; a Feistel network of so few digits
would mix badly."""


def other_digits(run: str, key: Key, again: int = 0) -> str:
    """The digits that stand for a run of digits. ``again`` gives those of another permutation."""
    bare = run.lstrip("0")
    if len(run) > _SMALL >= len(bare):
        return run[:-_SMALL] + f"{_mixed(int(run), _SMALL, key, again):0{_SMALL}d}"
    if not bare:
        return run
    low = 10 ** (len(bare) - 1)
    if len(bare) <= _TABLE:
        return run[: len(run) - len(bare)] + str(_table(key, len(bare), again)[int(bare) - low])
    number = int(bare)
    while True:
        number = _mixed(number, len(bare), key, again)
        if number >= low:
            return run[: len(run) - len(bare)] + str(number)


@lru_cache(maxsize=64)
def _table(key: Key, size: int, again: int) -> list[int]:
    low: int = 10 ** (size - 1)
    return sorted(
        range(low, 10 * low),
        key=lambda number: (key.draw(f"digits {size}", str(number), 1 << 64, again), number),
    )


def _mixed(number: int, size: int, key: Key, again: int) -> int:
    """One Feistel pass over the two halves of the decimal digits."""
    left_size, right_size = size // 2, size - size // 2
    left, right = divmod(number, 10**right_size)
    for turn in range(_ROUNDS):
        draw = f"feistel {size} {turn}"
        if turn % 2:
            right = (right + key.draw(draw, str(left), 10**right_size, again)) % 10**right_size
        else:
            left = (left + key.draw(draw, str(right), 10**left_size, again)) % 10**left_size
    whole: int = left * 10**right_size + right
    return whole
