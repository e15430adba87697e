"""Atomic, idempotent outputs, and the Airflow operators on top of them.

==================================  ===================================================
`operators.output`                  Output, produce, produce_text, produce_json, sweep; no Airflow
`operators.requires`                requires: an upstream's files by stem, needs only ``ti``
`operators.idempatomic`             PythonIdempatomicFileOperator (PythonYoshiOperator)
`operators.salted`                  PythonSaltedLocalOperator, version
`operators.salt`                    version, list_salted, prune_salted: without Airflow
`operators.storage`                 at: object storage paths with Airflow connections
`operators.errors`                  what can be wrong with an output
`operators.testing`                 OutputContract: the tests that every kind of output passes
==================================  ===================================================

What needs Airflow is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .output import Output, Produced, produce, produce_json, produce_text, sweep
from .requires import requires
from .salt import list_salted, prune_salted, version

if TYPE_CHECKING:
    from .idempatomic import PythonIdempatomicFileOperator, PythonYoshiOperator
    from .salted import PythonSaltedLocalOperator

__all__ = [
    "Output",
    "Produced",
    "PythonIdempatomicFileOperator",
    "PythonSaltedLocalOperator",
    "PythonYoshiOperator",
    "list_salted",
    "produce",
    "produce_json",
    "produce_text",
    "prune_salted",
    "requires",
    "sweep",
    "version",
]

_LAZY = {
    "PythonIdempatomicFileOperator": ".idempatomic",
    "PythonYoshiOperator": ".idempatomic",
    "PythonSaltedLocalOperator": ".salted",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
