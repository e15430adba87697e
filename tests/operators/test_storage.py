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


def test_a_folder_has_its_files_under_their_own_names_and_one_manifest(root, tmp_path):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    produce(output, write_two)
    assert keys(root) == ["set/_SUCCESS", "set/a.csv", "set/b.csv"]
    manifest = json.loads(at(f"{root}/set/_SUCCESS").read_text())
    assert [(file["name"], file["size"], len(file["sha256"])) for file in manifest["files"]] == [
        ("a.csv", 4, 64),
        ("b.csv", 4, 64),
    ]
    assert output.files() == {"a.csv": f"{root}/set/a.csv", "b.csv": f"{root}/set/b.csv"}


def test_a_set_of_the_first_format_is_read_and_its_parts_go_by_age_when_it_is_replaced(
    root, tmp_path
):
    parts = f"{root}/set/parts/{'0' * 16}"
    at(f"{parts}/a.csv").write_text("old")
    line = {"name": "a.csv", "size": 3, "sha256": "0" * 64}
    told = {"format": "cj-report-card/1", "attempt": "0" * 16, "files": [line]}
    at(f"{root}/set/_SUCCESS").write_text(json.dumps(told))
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    assert output.exists()
    assert output.files() == {"a.csv": f"{parts}/a.csv"}
    produce(output, write_two, replace=True)
    assert keys(root) == ["set/_SUCCESS", "set/a.csv", "set/b.csv"]


@pytest.mark.parametrize("harm", ["removed", "overwritten"])
def test_a_set_that_lost_what_its_manifest_names_is_not_whole_and_is_made_again(
    root, tmp_path, harm
):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    produce(output, write_two)
    if harm == "removed":
        at(f"{root}/set/a.csv").unlink()
    else:
        at(f"{root}/set/a.csv").write_text("TEXT")  # the same size
    assert not output.exists()
    assert not produce(output, write_two).previously_completed
    assert at(f"{root}/set/a.csv").read_text() == "text"
    assert output.exists()


def test_objects_that_no_output_put_there_are_not_overwritten(root, tmp_path):
    at(f"{root}/set/a.csv").write_text("somebody's")
    with pytest.raises(NotAnOutputError, match=r"holds a\.csv"):
        produce(Output(f"{root}/set/", scratch=str(tmp_path)), write_two)
    assert keys(root) == ["set/a.csv"]
    assert at(f"{root}/set/a.csv").read_text() == "somebody's"


def test_a_replacement_removes_what_the_old_set_had_more_and_leaves_what_is_not_its_own(
    root, tmp_path
):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    produce(output, write_two)
    at(f"{root}/set/mine.txt").write_text("somebody's")
    at(f"{root}/set/inner/mine.txt").write_text("somebody's")

    def write_one(output_path):
        with open(output_path + "c.csv", "w", encoding="utf-8") as file:
            file.write("text")

    produce(output, write_one, replace=True)
    assert keys(root) == ["set/_SUCCESS", "set/c.csv", "set/inner/mine.txt", "set/mine.txt"]


def test_the_next_writer_takes_what_a_dead_one_left_and_removes_what_is_not_in_its_set(
    root, tmp_path, monkeypatch
):
    at(f"{root}/set/a.csv").write_text("half")
    at(f"{root}/set/old.csv").write_text("half")
    claim = {"token": "dead", "files": ["a.csv", "old.csv"]}
    at(f"{root}/set/_WRITING").write_text(json.dumps(claim))
    monkeypatch.setattr(storage.lease, "SECONDS", -60)
    produce(Output(f"{root}/set/", scratch=str(tmp_path)), write_two)
    assert keys(root) == ["set/_SUCCESS", "set/a.csv", "set/b.csv"]


def test_a_writer_that_was_away_too_long_publishes_nothing(root, tmp_path, monkeypatch):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    real = storage.lease.Lease.acquire

    def acquire_and_lose(self):
        real(self)
        self.is_lost = True

    monkeypatch.setattr(storage.lease.Lease, "acquire", acquire_and_lose)
    with pytest.raises(OSError, match="away for too long"):
        produce(output, write_two)
    assert not output.exists()


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


def test_a_replacement_that_fails_in_the_middle_is_no_output_and_can_be_tried_again(
    root, tmp_path, monkeypatch
):
    output = Output(f"{root}/set/", scratch=str(tmp_path))
    produce(output, write_two)
    filesystem = type(at(root).fs)
    real = filesystem.put_file

    def fail_second(self, local, *args, **kwargs):
        if local.endswith("b.csv"):
            raise OSError("the line dropped")
        return real(self, local, *args, **kwargs)

    monkeypatch.setattr(at(root).fs, "put_file", fail_second.__get__(at(root).fs), raising=False)
    with pytest.raises(OSError, match="dropped"):
        produce(output, write_two, replace=True, text="new")
    monkeypatch.undo()
    assert not output.exists()
    monkeypatch.setattr(storage.lease, "SECONDS", -60)  # the lease of the one that failed
    produce(output, write_two, text="new")
    assert at(f"{root}/set/b.csv").read_text() == "new"
    assert keys(root) == ["set/_SUCCESS", "set/a.csv", "set/b.csv"]


def test_losers_put_nothing(root, tmp_path):
    output = Output(f"{root}/set/", scratch=str(tmp_path))

    def slow(output_path):
        produce(output, write_two, text="quick")
        write_two(output_path, "slow")

    assert produce(output, slow).previously_completed
    assert len(keys(root)) == 3


def test_what_a_dead_writer_put_is_swept_by_its_claim(root):
    at(f"{root}/set/a.csv").write_text("half")
    at(f"{root}/set/mine.txt").write_text("somebody's")
    at(f"{root}/set/_WRITING").write_text(json.dumps({"token": "x", "files": ["a.csv", "b.csv"]}))
    assert not Output(f"{root}/set/").exists()
    assert sweep(f"{root}/set/") == [], "younger than three days"
    assert sweep(f"{root}/set/", foreign_after=-60) == ["a.csv", "_WRITING"]
    assert keys(root) == ["set/mine.txt"]


def test_a_sweep_leaves_what_the_manifest_names(root, tmp_path):
    produce(Output(f"{root}/set/", scratch=str(tmp_path)), write_two)
    at(f"{root}/set/_WRITING").write_text(json.dumps({"token": "x", "files": ["a.csv"]}))
    assert sweep(f"{root}/", foreign_after=-60, recursive=True) == ["set/_WRITING"]
    assert Output(f"{root}/set/").exists()


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
