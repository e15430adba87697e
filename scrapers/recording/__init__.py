"""Recording: the exchange of a visit as a fixture, with everything personal replaced by consistent invented values.

``record`` replaces and proves, ``key`` is where the secret lies that the values depend on, ``visits`` pays the visits.
"""

from __future__ import annotations

from scrapers.recording.key import BadKey, Key, key_of
from scrapers.recording.recorder import INVENTED, Recording, Refused, record

__all__ = ["INVENTED", "BadKey", "Key", "Recording", "Refused", "key_of", "record"]
