"""An Airflow connection as the options of an object store."""

from __future__ import annotations

from typing import Any

__all__ = ["storage_options"]

_S3_NAMES = {
    "aws_access_key_id": "key",
    "aws_secret_access_key": "secret",
    "aws_session_token": "token",
    "endpoint_url": "endpoint_url",
}


def storage_options(scheme: str, connection_id: str) -> dict[str, Any]:
    """Options for fsspec from the Airflow connection of that name (``airflow connections add``, or
    AIRFLOW_CONN_...).

    For s3: login and password are the keys (or the extras ``aws_access_key_id``,
    ``aws_secret_access_key``, ``aws_session_token``), and the extras ``endpoint_url`` and
    ``region_name`` are understood. For every other scheme the extras are passed on as they are.
    Raises Airflow's own error when there is no such connection."""
    from airflow.sdk import BaseHook

    connection = BaseHook.get_connection(connection_id)
    extra: dict[str, Any] = dict(connection.extra_dejson)
    if scheme not in ("s3", "s3a"):
        return extra
    options = {ours: extra[theirs] for theirs, ours in _S3_NAMES.items() if extra.get(theirs)}
    if connection.login:
        options["key"] = connection.login
    if connection.password:
        options["secret"] = connection.password
    if extra.get("region_name"):
        options["client_kwargs"] = {"region_name": extra["region_name"]}
    return options
