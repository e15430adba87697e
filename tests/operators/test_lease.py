"""A lease that changes hands at the worst moment."""

from __future__ import annotations

import pytest

from operators import objects
from operators.lease import Lease
from operators.lock import LockHeldError


def test_a_lease_that_a_third_takes_while_its_holder_lets_go_is_held(monkeypatch):
    """It stands, it is gone when looked at, and stands again: another writer was quicker."""

    def stands(*_args, **_options):
        raise FileExistsError

    def gone(_path):
        raise FileNotFoundError

    monkeypatch.setattr(objects, "put", stands)
    monkeypatch.setattr(objects, "info", gone)
    with pytest.raises(LockHeldError):
        Lease("s3://bucket/lease").acquire()
