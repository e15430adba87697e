"""The version of this program, as it stands in every file that it writes."""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata


@lru_cache(maxsize=1)
def version() -> str:
    """The installed version, ``0+unknown`` when run from a folder that was never installed."""
    try:
        return metadata.version("cj-report-card")
    except metadata.PackageNotFoundError:
        return "0+unknown"
