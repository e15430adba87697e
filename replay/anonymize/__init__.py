"""Makes a recorded visit anonymous: everything personal is replaced by consistent invented values
(docs/recording.md).

``anonymizer`` replaces and verifies, ``key`` is where the secret is kept that the values depend
on."""

from __future__ import annotations

from replay.anonymize.anonymizer import INVENTED, Recording, UnsafeRecordingError, anonymize
from replay.anonymize.key import BadKeyError, Key, key_of

__all__ = [
    "INVENTED",
    "BadKeyError",
    "Key",
    "Recording",
    "UnsafeRecordingError",
    "anonymize",
    "key_of",
]
