"""Object storage beyond the contract: what a failure, a loser, a lost answer and a sweep leave in
S3."""

from __future__ import annotations

import json
import os
import uuid

import pytest

from operators import storage
from operators.connection import storage_options
from operators.errors import NotAnOutputError
from operators.output import Output, produce, sweep
from operators.storage import at


@pytest.fixture
def root(s3):
    return f"{s3}/{uuid.uuid4().hex}"


def keys(root):
    here = at(root)
    here.fs.invalidate_cache()
    return sorted(path.split(here.path, 1)[1].lstrip("/") for path in here.fs.find(here.path))


def write_two(output_path, text="text"):
    for name in ("a.csv", "b.csv"):
        with open(output_path + name, "w", encoding="utf-8") as file:
            file.write(text)


def test_a_folder_is_parts_and_one_manifest(root, tmp_path):
    produce(Output(f"{root}/set/", scratch=str(tmp_path)), write_two)
    manifest = json.loads(at(f"{root}/set/_SUCCESS").read_text())
    attempt = manifest["attempt"]
    assert keys(root) == [
        "set/_SUCCESS",
        f"set/parts/{attempt}/a.csv",
        f"set/parts/{attempt}/b.csv",
    ]
    assert [(file["name"], file["size"], len(file["sha256"])) for file in manifest["files"]] == [
        ("a.csv", 4, 64),
        ("b.csv", 4, 64),
    ]


def test_an_upload_that_fails_in_the_middle_publishes_nothing(root, tmp_path, monkeypatch):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    filesystem = type(at(root).fs)
    real, sent = filesystem.put_file, []

    def fail_second(self, *args, **kwargs):
        sent.append(args)
        if len(sent) == 2:
            raise OSError("the line dropped")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(at(root).fs, "put_file", fail_second.__get__(at(root).fs), raising=False)
    with pytest.raises(OSError, match="dropped"):
        produce(output, write_two)
    monkeypatch.undo()
    assert not output.exists()
    assert keys(root) == []


def test_losers_remove_their_parts(root, tmp_path):
    output = Output(f"{root}/set/", scratch=str(tmp_path))

    def slow(output_path):
        produce(output, write_two, text="quick")
        write_two(output_path, "slow")

    assert produce(output, slow).previously_completed
    assert len(keys(root)) == 3


def test_a_lost_answer_does_not_make_the_winner_a_loser(root, tmp_path, monkeypatch):
    """The client repeats a conditional PUT whose answer was lost, and is told that the object
    exists: its own."""
    real = storage.StoredFolder._publish

    def twice(self, attempt, **how):
        real(self, attempt, **how)
        real(self, attempt, **how)

    monkeypatch.setattr(storage.StoredFolder, "_publish", twice)
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    assert not produce(output, write_two).previously_completed
    assert at(output.files()["a.csv"]).read_text() == "text"


def test_readers_of_a_replaced_folder_keep_their_parts_until_they_are_swept(root, tmp_path):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    produce(output, write_two, text="old")
    old = output.files()["a.csv"]
    produce(output, write_two, text="new", replace=True)
    assert at(old).read_text() == "old"
    assert sweep(f"{root}/set/") == [], "younger than three days"
    (taken,) = sweep(f"{root}/set/", foreign_after=-60)
    assert taken == "parts/" + old.split("/parts/")[1].split("/")[0]
    assert at(output.files()["a.csv"]).read_text() == "new"
    assert len(keys(root)) == 3


def test_parts_of_a_writer_that_died_before_it_published_are_swept(root):
    at(f"{root}/set/parts/dead/a.csv").write_text("half")
    assert not Output(f"{root}/set/").exists()
    assert sweep(f"{root}/set/", foreign_after=-60) == ["parts/dead"]
    assert keys(root) == []


def test_a_success_mark_of_another_program_is_not_taken_for_ours(root):
    at(f"{root}/set/_SUCCESS").write_text("")
    with pytest.raises(NotAnOutputError, match="another program"):
        Output(f"{root}/set/").exists()


def test_an_invalid_object_is_set_aside(root, tmp_path):
    at(f"{root}/x").write_text("bad")
    output = Output(
        f"{root}/x",
        valid=lambda path: "://" not in path or at(path).read_text() != "bad",
        scratch=str(tmp_path),
    )
    produce(output, lambda output_path: None)
    assert keys(root) == [".x.invalid", "x"]


def test_a_prefix_is_not_an_object(root):
    at(f"{root}/x/y").write_text("text")
    assert not Output(f"{root}/x").exists()


def test_existence_is_asked_of_the_store_not_of_a_cache(root):
    output = Output(f"{root}/x")
    at(root).fs.find(at(root).path)
    assert not output.exists()
    at(f"{root}/x").write_text("text")
    assert output.exists()
    at(f"{root}/x").unlink()
    assert not output.exists()


def test_a_mode_means_nothing_for_objects():
    with pytest.raises(ValueError, match="mode"):
        Output("s3://bucket/x", mode=0o600)


def test_nothing_is_left_on_this_machine(root, tmp_path):
    produce(Output(f"{root}/set/", scratch=str(tmp_path)), write_two)
    assert os.listdir(tmp_path) == []


def test_a_connection_becomes_options(monkeypatch):
    monkeypatch.setenv(
        "AIRFLOW_CONN_PLAIN",
        json.dumps(
            {
                "conn_type": "aws",
                "extra": {"aws_access_key_id": "invented", "region_name": "eu-west-1"},
            }
        ),
    )
    assert storage_options("s3", "plain") == {
        "key": "invented",
        "client_kwargs": {"region_name": "eu-west-1"},
    }
    monkeypatch.setenv(
        "AIRFLOW_CONN_OTHER", json.dumps({"conn_type": "x", "extra": {"token": "anon"}})
    )
    assert storage_options("gs", "other") == {"token": "anon"}


def test_another_store_of_universal_pathlib_goes_by_the_same_protocol(tmp_path):
    """Memory stands for gs:// and the like: the code is the same, their conditional PUT is not run
    here."""
    output = Output(f"memory://bucket/{uuid.uuid4().hex}/", scratch=str(tmp_path))
    assert not produce(output, write_two).previously_completed
    assert produce(output, write_two).previously_completed
    assert at(output.files()["b.csv"]).read_text() == "text"
