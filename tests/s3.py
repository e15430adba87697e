"""An S3 server on loopback for tests; its objects as a store has them, without the house's own
code."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

_KEYS = ("invented", "invented")


@dataclass(frozen=True)
class Store:
    """``root``: an address of its own in the bucket, by the environment; ``by_connection``: the
    same by an Airflow connection."""

    client: Any
    name: str

    @property
    def root(self) -> str:
        return f"s3://bucket/{self.name}"

    @property
    def by_connection(self) -> str:
        return f"s3://lab@bucket/{self.name}"

    def keys(self, below: str = "") -> list[str]:
        """The names of all objects, relative to the root."""
        prefix = f"{self.name}/{below}"
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket="bucket", Prefix=prefix
        )
        return sorted(
            row["Key"][len(self.name) + 1 :] for page in pages for row in page.get("Contents", ())
        )

    def read(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket="bucket", Key=f"{self.name}/{name}")[
            "Body"
        ].read()
        return content

    def write(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket="bucket", Key=f"{self.name}/{name}", Body=content)

    def remove(self, name: str) -> None:
        self.client.delete_object(Bucket="bucket", Key=f"{self.name}/{name}")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of the server, which has one empty bucket; the environment and an Airflow
    connection ``lab`` lead to it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    _client(boto3, address).create_bucket(Bucket="bucket")
    extra = {"endpoint_url": address, "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": _KEYS[0], "password": _KEYS[1], "extra": extra}
    ours = {
        "AIRFLOW_CONN_LAB": json.dumps(connection),
        "AWS_ACCESS_KEY_ID": _KEYS[0],
        "AWS_SECRET_ACCESS_KEY": _KEYS[1],
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": address,
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield address
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        server.stop()


@pytest.fixture(scope="session")
def s3(s3_server: str) -> str:
    """The start of paths in the bucket, by an Airflow connection."""
    return "s3://lab@bucket"


@pytest.fixture
def store(s3_server: str) -> Store:
    """An empty corner of the bucket."""
    import boto3

    return Store(_client(boto3, s3_server), uuid.uuid4().hex)


def _client(boto3: Any, address: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id=_KEYS[0],
        aws_secret_access_key=_KEYS[1],
        region_name="us-east-1",
    )
