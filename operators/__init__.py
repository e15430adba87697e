"""Atomic, idempotent outputs, and the Airflow operators on top of them.

==================================  ==========================================================================
`operators.output`                  Output, Produced, produce, sweep: the contract, without Airflow
`operators.requires`                requires: an upstream's files by stem, needs only ``ti``
`operators.idempatomic`             PythonIdempatomicFileOperator (PythonYoshiOperator)
`operators.salted`                  PythonSaltedLocalOperator, version
`operators.salt`                    version, list_salted, prune_salted: without Airflow
`operators.storage`                 at: object storage paths with Airflow connections
`operators.errors`                  what can be wrong with an output
`operators.testing`                 OutputContract: the tests that every kind of output passes
==================================  ==========================================================================

What needs Airflow is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from operators.output import Output, Produced, produce, sweep
from operators.requires import requires
from operators.salt import list_salted, prune_salted, version

if TYPE_CHECKING:
    from operators.idempatomic import PythonIdempatomicFileOperator, PythonYoshiOperator
    from operators.salted import PythonSaltedLocalOperator

__all__ = [
    "Output",
    "Produced",
    "PythonIdempatomicFileOperator",
    "PythonSaltedLocalOperator",
    "PythonYoshiOperator",
    "list_salted",
    "produce",
    "prune_salted",
    "requires",
    "sweep",
    "version",
]

_LAZY = {
    "PythonIdempatomicFileOperator": "operators.idempatomic",
    "PythonYoshiOperator": "operators.idempatomic",
    "PythonSaltedLocalOperator": "operators.salted",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
