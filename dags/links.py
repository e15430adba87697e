"""Buttons on a task's page: from ``report_card`` to its page, from a chunk to its outcomes.

The address is the file's own; where the data folder is served, ``CJ_FILES_URL`` is its address."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink

from dags.settings import data_folder
from operators import PythonIdempatomicFileOperator

__all__ = ["ChunkOperator", "ReportOperator", "address_of"]


def address_of(path: str) -> str:
    """Where a browser finds a file of the data folder."""
    base, inside = os.environ.get("CJ_FILES_URL"), f"{data_folder()}/"
    if base and path.startswith(inside):
        return f"{base.rstrip('/')}/{quote(path[len(inside) :])}"
    return path if "://" in path else f"file://{quote(path)}"


class _OutputLink(BaseOperatorLink):
    """Opens the task's output."""

    name = "Output"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The address of the final path, or nothing before that is known."""
        path = getattr(operator, "output_pattern", "")
        return "" if "{" in path else address_of(path)


class ReportLink(_OutputLink):
    """Opens the page."""

    name = "Report card"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The page; where it could not be made, the incomplete one beside its place."""
        path = getattr(operator, "output_pattern", "")
        partial = path.replace("report_card.html", "report_card-incomplete.html")
        shown = partial if os.path.exists(partial) else path
        return "" if "{" in path else address_of(shown)


class OutcomesLink(_OutputLink):
    """Opens the chunk's receipt."""

    name = "Outcomes"


class ReportOperator(PythonIdempatomicFileOperator):
    """The operator, with a button to the page."""

    operator_extra_links = (ReportLink(),)


class ChunkOperator(PythonIdempatomicFileOperator):
    """The operator, with a button to the people's outcomes."""

    operator_extra_links = (OutcomesLink(),)
