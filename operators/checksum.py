"""One checksum for a file or a folder, so that a reader can tell whether an output is the one that
was announced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

__all__ = ["of_file", "of_folder", "of_listing"]


def of_file(path: str) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def of_folder(path: str) -> dict[str, str]:
    """The sha256 of every file below a folder, by its name relative to it, always with ``/``."""
    found: dict[str, str] = {}
    for folder, _, names in os.walk(path):
        for name in names:
            inner = os.path.join(folder, name)
            found[os.path.relpath(inner, path).replace(os.sep, "/")] = of_file(inner)
    return found


def of_listing(files: Mapping[str, str]) -> str:
    """One checksum of many: the sha256 of the lines that ``sha256sum`` would print, sorted by
    name."""
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
