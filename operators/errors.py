"""What can be wrong with an output, beside what the operating system says.

OutputError
├── NotAnOutputError      another kind of thing stands, or was left, where the output belongs
├── InvalidOutputError    what the callable wrote does not pass the output's own ``valid=``
├── NeverRanError         a callable was called and nothing of it ran (also a TypeError)
├── PatternError     a pattern, its values, or a callable's arguments do not fit (also a ValueError)
├── TwoMakersError        one path is the output of two tasks, or of two mapped instances of a run
└── RequiresError    an upstream result is missing, has vanished, or has no single file of that name

StoreError           an object store that refuses or does not answer (an OSError)
"""

from __future__ import annotations

import errno

__all__ = [
    "InvalidOutputError",
    "Killed",
    "NeverRanError",
    "NotAnOutputError",
    "OutputError",
    "PatternError",
    "RequiresError",
    "StoreError",
    "TwoMakersError",
    "storage_missing",
]


class OutputError(Exception):
    """The root of this room's errors."""


class NotAnOutputError(OutputError):
    """A folder where a file belongs, the reverse, a link or a pipe."""


class InvalidOutputError(OutputError):
    """The callable succeeded, and what it wrote is not a complete output; nothing was committed."""


class NeverRanError(OutputError, TypeError):
    """The callable is, or gave back, something that runs only when it is asked: nothing was
    written."""


class PatternError(OutputError, ValueError):
    """An output pattern cannot be rendered, or the callable cannot be called with what it is
    given."""


class TwoMakersError(OutputError):
    """What stands was made by another task, or in this very run by another mapped instance."""


class RequiresError(OutputError, LookupError):
    """Something that a task requires of its upstream is not there."""


class Killed(BaseException):
    """Airflow told the task to end (SIGTERM). Airflow's own retries follow."""


class StoreError(OSError):
    """The object store refuses, does not answer, or cannot be asked. ``strerror``: why, in a line
    without secrets; ``filename``: the address asked for."""


def storage_missing(path: str) -> StoreError:
    """What is said where the packages for object storage are not installed."""
    room = __name__.partition(".")[0]
    ours = "cj-report-card" if room == "operators" else room
    words = f"object storage needs the extra 'storage': pip install '{ours}[storage]'"
    return StoreError(errno.ENOPKG, words, path)
