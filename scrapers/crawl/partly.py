"""People who were read in part: which of them are asked about again, and when the new file replaces
the one that stands."""

from __future__ import annotations

from collections import Counter

from resilience import faults
from resilience.faults import Cure
from scrapers.halves import Half, PersonFile
from scrapers.products import part_of
from scrapers.record import UnreadPart
from scrapers.sites import Site
from scrapers.version import version


def worth_asking(file: PersonFile, half: Half, site: Site) -> bool:
    """Whether a part that could not be read may be readable now: its fault is one that passes, or
    another version or another entry of the county reads it."""
    if file.provenance.version != version() or file.dialect != part_of(site, half).hash:
        return bool(file.unread_parts)
    return any(map(_passes, file.unread_parts))


def is_better(new: PersonFile, old: PersonFile) -> bool:
    """Whether every part that was read before is in the new file and fewer are unread."""
    if new.record is None or len(new.unread_parts) >= len(old.unread_parts):
        return False
    before = old.record.part_numbers if old.record is not None else ()
    return not Counter(before) - Counter(new.record.part_numbers)


def _passes(part: UnreadPart) -> bool:
    kind = getattr(faults, part.fault, None)
    return kind is None or getattr(kind, "cure", None) is not Cure.STOP
