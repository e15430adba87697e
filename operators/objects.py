"""Objects of a store by address, ``scheme://[connection@]bucket/key``: the one place that asks
fsspec, and names its errors.

Whatever goes wrong beyond "not there" (`FileNotFoundError`) and "there already" (`FileExistsError`)
is a `StoreError`, an `OSError` whose ``strerror`` is one line without secrets. Listings are never
remembered: another machine may have written since. A store that does not answer is tried for about
a minute, at the first contact (`contact`) for some seconds."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from upath import UPath

from .connection import storage_options
from .errors import StoreError, storage_missing

__all__ = [
    "at",
    "changed",
    "contact",
    "exists",
    "find",
    "get",
    "get_many",
    "info",
    "list_in",
    "metadata",
    "put",
    "put_file",
    "remove",
]

_AT_ONCE = 256
"""Objects held in memory at once."""
_LINES = 64
"""Requests side by side; botocore's own limit is 10."""
_PATIENT = {
    "connect_timeout": 10,
    "read_timeout": 30,
    "retries": {"max_attempts": 7, "mode": "standard"},
    "max_pool_connections": _LINES,
}
_QUICK = {
    "connect_timeout": 5,
    "read_timeout": 15,
    "retries": {"max_attempts": 2, "mode": "standard"},
}
_CONFLICTS = 4
_IN_ONE_PUT = 50 * 2**20
_KEYS = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
}


def at(path: str, *, quick: bool = False) -> UPath:
    """The object or prefix as a universal path, ready to open.

    The part before the ``@`` is an Airflow connection, whose login, password and extras become the
    store's options. Without it the store's own environment decides. Raises `ValueError` when no
    bucket is named."""
    scheme, _, rest = path.partition("://")
    head, slash, key = rest.partition("/")
    connection, _, bucket = head.rpartition("@")
    if not bucket:
        raise ValueError(f"No bucket in {path!r}")
    options: dict[str, Any] = {"use_listings_cache": False}
    if scheme in ("s3", "s3a"):
        # One GET an object: with more at once s3fs asks for its size before.
        options |= {"config_kwargs": _QUICK if quick else _PATIENT, "max_concurrency": 1}
    if connection:
        options |= storage_options(scheme, connection)
    place: UPath = UPath(f"{scheme}://{bucket}{slash}{key}", **options)
    return place


def contact(path: str) -> None:
    """Ask the store about that place once, without much patience. Raises `StoreError` if it, or its
    bucket, cannot be had."""
    with contextlib.suppress(FileNotFoundError), _named(path):
        here = at(path, quick=True)
        here.fs.info(here.path)


def get(path: str) -> bytes:
    """The object. Raises `FileNotFoundError`."""
    with _named(path):
        here = at(path)
        content: bytes = here.fs.cat_file(here.path)
        return content


def get_many(paths: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each of these objects of one bucket, None where there is none; many at once, in the order
    given."""
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        with _named(some[0]):
            fs, names = at(some[0]).fs, [at(path).path for path in some]
            found = fs.cat(names, on_error="return")
            for path, name in zip(some, names, strict=True):
                content = found[name]
                if isinstance(content, BaseException):
                    with contextlib.suppress(FileNotFoundError), _named(path):
                        raise content
                    content = None
                yield path, content


def info(path: str) -> dict[str, Any]:
    """What the store tells of an object: ``size``, ``type``, for S3 ``ETag`` and ``LastModified``.
    Raises `FileNotFoundError`."""
    with _named(path):
        here = at(path)
        told: dict[str, Any] = here.fs.info(here.path)
        return told


def exists(path: str) -> bool:
    """Whether an object of exactly that name stands."""
    with contextlib.suppress(FileNotFoundError), _named(path):
        here = at(path)
        if hasattr(here.fs, "call_s3"):
            # One HEAD: where it misses, ``info`` goes on to ask whether the name is a prefix of
            # others.
            bucket, key, _ = here.fs.split_path(here.path)
            here.fs.call_s3("head_object", Bucket=bucket, Key=key)
            return True
        return bool(here.fs.info(here.path)["type"] == "file")
    return False


def list_in(path: str) -> dict[str, dict[str, Any]]:
    """What stands directly below a prefix, by name: objects and inner prefixes, as `info` tells of
    them."""
    with contextlib.suppress(FileNotFoundError), _named(path):
        here = at(path.rstrip("/"))
        root = here.path.rstrip("/")
        found = here.fs.ls(root, detail=True)
        # A store lists the object of the very name, too, and some a mark for the empty prefix.
        return {
            name: told
            for told in found
            if (name := told["name"].rstrip("/")[len(root) :].lstrip("/")) and "/" not in name
        }
    return {}


def find(path: str) -> dict[str, dict[str, Any]]:
    """Every object anywhere below a prefix, by its name relative to it."""
    with contextlib.suppress(FileNotFoundError), _named(path):
        here = at(path.rstrip("/"))
        root = here.path.rstrip("/")
        found = here.fs.find(root, detail=True)
        return {
            name[len(root) + 1 :]: told
            for name, told in found.items()
            if name.startswith(root + "/")
        }
    return {}


def put(
    path: str, content: bytes, *, create: bool = False, unless_changed: str | None = None
) -> str | None:
    """Write the object in one PUT; its new ETag, where the store tells one.

    ``create``: only if there is none, else `FileExistsError`. ``unless_changed``: only over the
    object of that ETag, else `FileExistsError`, or `FileNotFoundError` where it is gone."""
    options: dict[str, Any] = {"mode": "create" if create else "overwrite"}
    if unless_changed is not None:
        options["IfMatch"] = unless_changed
    with _named(path):
        here = at(path)
        told = _conditionally(lambda: here.fs.pipe_file(here.path, content, **options))
        return told.get("ETag") if isinstance(told, dict) else None


def put_file(
    local: str,
    path: str,
    *,
    create: bool = False,
    unless_changed: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Upload a file of this machine. With ``create`` only where nothing stands, else
    `FileExistsError`; with ``unless_changed`` only over the object of that ETag, as `put` does
    (what is uploaded in parts goes without that condition). ``metadata``: texts that the store
    keeps with the object (S3 only)."""
    with _named(path):
        here = at(path)
        options: dict[str, Any] = {"mode": "create"} if create else {}
        if here.fs.protocol == "s3" or "s3" in here.fs.protocol:
            if metadata:
                options["Metadata"] = dict(metadata)
            if unless_changed is not None and os.path.getsize(local) < _IN_ONE_PUT:
                options["IfMatch"] = unless_changed
        _conditionally(lambda: here.fs.put_file(local, here.path, **options))


def metadata(path: str) -> dict[str, str]:
    """The texts that the store keeps with an object, by name; none where it keeps none. Raises
    `FileNotFoundError`."""
    with _named(path):
        here = at(path)
        read = getattr(here.fs, "metadata", None)
        return dict(read(here.path)) if read is not None else {}


def remove(path: str, *, below: bool = False) -> None:
    """Remove the object, or with ``below`` all under the prefix; nothing there is no error."""
    names = [f"{path.rstrip('/')}/{name}" for name in find(path)] if below else [path]
    with contextlib.suppress(FileNotFoundError), _named(path):
        fs = at(path).fs
        if below and names:
            fs.rm([at(name).path for name in names])
        elif not below:
            fs.rm_file(at(path).path)


def changed(told: dict[str, Any], *, otherwise: float) -> float:
    """When an object was last written by the store's clock, in seconds since 1970; ``otherwise``
    where it does not tell."""
    when = told.get("LastModified") or told.get("mtime") or told.get("updated")
    if isinstance(when, str):
        when = datetime.fromisoformat(when.replace("Z", "+00:00"))
    if isinstance(when, datetime):
        return when.timestamp()
    return float(when) if isinstance(when, (int, float)) else otherwise


def _conditionally(call: Any) -> Any:
    """Make a conditional request. S3 answers 409 where two of them meet, and asks to try again:
    then one of them is told."""
    for left in reversed(range(_CONFLICTS)):
        try:
            return call()
        except FileExistsError:
            raise
        except OSError as error:
            code = _code(error)
            if code == "PreconditionFailed":
                raise FileExistsError(errno.EEXIST, "another writer was first") from error
            if code != "ConditionalRequestConflict" or not left:
                raise
    raise AssertionError


@contextlib.contextmanager
def _named(path: str) -> Iterator[None]:
    try:
        yield
    except (StoreError, FileExistsError):
        raise
    except FileNotFoundError as error:
        if _code(error) == "NoSuchBucket":
            raise _error(path, errno.ENOENT, "the bucket does not exist") from error
        raise
    except Exception as error:
        named = _translated(path, error)
        if named is None:
            raise
        raise named from error


def _translated(path: str, error: Exception) -> StoreError | None:
    """The error by its name, None for one that is no business of the store's."""
    if isinstance(error, ImportError):
        if (error.name or "").startswith("airflow"):
            return _error(path, errno.ENOPKG, "an Airflow connection (before the @) needs Airflow")
        return storage_missing(path)
    code = _code(error)
    if code in _KEYS:
        return _error(
            path, errno.EACCES, f"the object store does not accept the credentials ({code})"
        )
    if isinstance(error, PermissionError):
        return _error(
            path, errno.EACCES, f"the object store refuses access ({code or 'no permission'})"
        )
    if code is not None:
        return _error(path, errno.EIO, f"the object store answers {code}")
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {
        "NoCredentialsError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
        "ProfileNotFound",
    }:
        words = (
            "there are no credentials for the object store (AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or an "
        )
        return _error(path, errno.EACCES, words + "Airflow connection: s3://connection@bucket/...)")
    if "AirflowNotFoundException" in kinds:
        return _error(path, errno.ENOENT, "there is no Airflow connection of the name before the @")
    if isinstance(error, ValueError) or "ParamValidationError" in kinds:
        return _error(path, errno.EINVAL, "this is no address of an object store")
    if kinds & {
        "HTTPClientError",
        "ConnectionError",
        "ClientError",
        "TimeoutError",
        "IncompleteReadError",
        "BotoCoreError",
    }:
        return _error(
            path,
            errno.EHOSTUNREACH,
            f"the object store{_host(error)} cannot be reached ({type(error).__name__})",
        )
    if isinstance(error, OSError):
        return _error(
            path, error.errno or errno.EIO, f"the object store: {error.strerror or _line(error)}"
        )
    return None


def _error(path: str, number: int, words: str) -> StoreError:
    return StoreError(number, words, path)


def _code(error: BaseException) -> str | None:
    """The store's own word for it, of a botocore error or of one that fsspec made from it."""
    for one in (error, error.__cause__):
        answer = getattr(one, "response", None)
        if isinstance(answer, dict):
            code = answer.get("Error", {}).get("Code")
            return None if code is None else str(code)
    return None


def _host(error: Exception) -> str:
    url = getattr(error, "kwargs", {}).get("endpoint_url")
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.hostname is None:
        return ""
    return f" at {parts.hostname}" + (f":{parts.port}" if parts.port else "")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
