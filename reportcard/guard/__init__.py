"""The guard of everything that leaves the house: small groups are hidden, or it refuses.

Rows of a jail cannot be made anonymous for the open web, so what is public are sums. The criterion:
every cell that is hidden because it is 1 to 10 keeps all of 1 to 10 possible for somebody who knows
these rules and everything else that is published. docs/responsible-use.md says why."""

from reportcard.guard.cells import HIDDEN, THRESHOLD, Cell, Shown, rounded
from reportcard.guard.splits import Decision, Refused, guard_answers, guard_flow, guard_split
from reportcard.guard.values import CurvePoint, guard_curve, guard_quantile, guard_share, guard_sum

__all__ = [
    "HIDDEN",
    "THRESHOLD",
    "Cell",
    "CurvePoint",
    "Decision",
    "Refused",
    "Shown",
    "guard_answers",
    "guard_curve",
    "guard_flow",
    "guard_quantile",
    "guard_share",
    "guard_split",
    "guard_sum",
    "rounded",
]
