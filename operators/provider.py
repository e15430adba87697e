"""What Airflow asks this package at its start, through the entry point
``apache_airflow_provider``."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = ["get_provider_info"]

_PACKAGE = "cj-report-card"


def get_provider_info() -> dict[str, Any]:
    """The provider's description; its one extension is the decorator ``@task.idempatomic``."""
    try:
        versions = [version(_PACKAGE)]
    except PackageNotFoundError:
        versions = ["0"]
    return {
        "package-name": _PACKAGE,
        "name": "CJ Report Card",
        "description": "Atomic and idempotent outputs: each is wholly there or not there, and made only once.",
        "versions": versions,
        "task-decorators": [
            {"name": "idempatomic", "class-name": "operators.decorator.idempatomic_task"}
        ],
    }
