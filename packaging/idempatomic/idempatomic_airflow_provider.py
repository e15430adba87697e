"""What Airflow asks at its start, through the entry point ``apache_airflow_provider``.

It needs nothing but the standard library and cannot fail: an error here would keep Airflow from
starting. The decorator's module is loaded by Airflow when a DAG first says ``@task.idempatomic``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["get_provider_info"]


def get_provider_info() -> dict[str, Any]:
    """The provider's description; its one extension is the decorator ``@task.idempatomic``."""
    return {
        "package-name": "idempatomic",
        "name": "Idempatomic",
        "description": "Tasks whose output is wholly there or not there, and made only once.",
        "versions": ["0.1.0"],
        "task-decorators": [
            {"name": "idempatomic", "class-name": "idempatomic.decorator.idempatomic_task"}
        ],
    }
