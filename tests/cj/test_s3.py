"""The commands on a crawl that lies in S3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cj.__main__ import main
from tests.cj.county import crawled
from tests.s3 import Store
from tests.scrapers.crawl.county import County, key


def test_status_show_and_load_read_it(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, url = f"{store.root}/one", f"sqlite:///{tmp_path / 'cj.sqlite'}"
    crawled(where, county=County(3, none=[key(2)]))  # type: ignore[arg-type]
    capsys.readouterr()
    assert main(["status", "--json", where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["folder"], told["state"], told["crawl"], told["running"]) == (
        where,
        "complete",
        "one",
        False,
    )
    assert main(["status", "--data", store.root]) == 0
    assert f"one file a person in {where}/jail" in capsys.readouterr().out
    assert main(["show", "--out", where, key(1)]) == 0
    said = capsys.readouterr().out
    assert "PERSON, NUMBER 1" in said
    assert f"{where}/odyssey/{key(1)}.json" in said
    assert main(["load", where, "--database", url]) == 0
    assert "loaded one into" in capsys.readouterr().out


def test_a_database_cannot_lie_in_a_data_folder_in_s3(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CJ_DATABASE", raising=False)
    crawled(f"{store.root}/one", county=County(1))  # type: ignore[arg-type]
    capsys.readouterr()
    assert main(["load", "--data", store.root]) == 2
    assert "give --database" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("status", "s3://no-such-bucket/c"), "the bucket does not exist"),
        (("show", "--out", "gs://bucket/c"), "or in S3"),
        (("crawl", "--site", "practice", "--out", "s3://"), "no address"),
        (
            ("crawl", "--site", "practice", "--data", "s3://no-such-bucket/data"),
            "the bucket does not exist",
        ),
        (("load", "s3://no-such-bucket/c"), "the bucket does not exist"),
    ],
)
def test_a_wrong_address_is_one_line(
    s3_server: str, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], why: str
) -> None:
    assert main([*command]) == 2
    said = capsys.readouterr().err.strip()
    assert why in said
    assert "\n" not in said


def test_credentials_that_are_missing_or_a_dead_server_are_one_line_without_them(
    tmp_path: Path,
) -> None:
    dead = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIDINVENTED",
        "AWS_SECRET_ACCESS_KEY": "hush",
    }
    none = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    for given, why in ((dead, "127.0.0.1:9 cannot be reached"), (none, "no credentials")):
        done = _status(tmp_path, **given)
        assert done.returncode == 2, done.stderr
        assert why in done.stderr
        assert done.stderr.count("\n") == 1
        assert "hush" not in done.stderr
        assert "AKIDINVENTED" not in done.stderr


def test_without_the_extra_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfor name in ('upath', 's3fs'):\n    sys.modules[name] = None\n",
        encoding="utf-8",
    )
    done = _status(tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{Path.cwd()}")
    assert done.returncode == 2
    assert "cj-report-card[storage]" in done.stderr
    assert done.stderr.count("\n") == 1


def _status(home: Path, **given: str) -> subprocess.CompletedProcess[str]:
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "AIRFLOW_"))
    }
    environment = own | {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"} | given
    command = [sys.executable, "-m", "cj", "status", "s3://bucket/c"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
