"""Maps the repository's folder ``operators/`` to the package ``idempatomic``, in wheel and source
distribution alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MapFolder(BuildHookInterface):
    """A source distribution holds the folder already; the repository has it two levels up."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folder's modules to what is built."""
        unpacked = Path(self.root) / "idempatomic"
        folder = unpacked if unpacked.is_dir() else Path(self.root).parents[1] / "operators"
        for file in [*sorted(folder.glob("*.py")), folder / "py.typed"]:
            build_data["force_include"][str(file)] = f"idempatomic/{file.name}"
