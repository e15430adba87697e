"""Fixtures of the publishing tests."""

from tests.s3 import s3_server, store

__all__ = ["s3_server", "store"]
