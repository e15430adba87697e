"""Recording: the exchange of a visit as a fixture, with everything personal replaced by consistent
invented values.

``record`` replaces and proves, ``key`` is where the secret lies that the values depend on,
``visits`` pays the visits."""

from __future__ import annotations

from replay.recording.key import BadKeyError, Key, key_of
from replay.recording.recorder import INVENTED, Recording, RefusedError, record

__all__ = ["INVENTED", "BadKeyError", "Key", "Recording", "RefusedError", "key_of", "record"]
