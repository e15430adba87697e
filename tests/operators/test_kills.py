"""The short form of `proof/operators_proof.py`, and that its checks can fail."""

from __future__ import annotations

import importlib.util
import os
import random

import pytest

_PATH = os.path.join(os.path.dirname(__file__), "..", "..", "proof", "operators_proof.py")


@pytest.fixture(scope="module")
def proof():
    import sys

    spec = importlib.util.spec_from_file_location("operators_proof", _PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["operators_proof"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["operators_proof"]


def test_killed_at_any_moment_outputs_are_whole_and_nothing_is_left(proof):
    found = proof.kills(80, seed=1)
    assert sum(found["died_while"].values()) == 80
    assert set(found["died_while"]) - {"between"}, "nobody was met at work"


def test_of_eight_processes_exactly_one_wins(proof):
    found = proof.races(12)
    assert found["rounds_with_exactly_one_winner"] == 12


# --- the checks themselves


@pytest.fixture
def folder(proof, tmp_path):
    generator = random.Random(5)
    proof.write_file(f"{tmp_path}/f1.bin", generator)
    os.mkdir(tmp_path / "d1")
    generator = random.Random(7)
    while not os.path.exists(tmp_path / "d1" / "part-0"):
        proof.write_folder(f"{tmp_path}/d1/", generator)
    return str(tmp_path)


def look(proof, folder, stood=(), **options):
    proof.inspect(folder, set(stood), **{"is_swept": True, "may_be_aside": False, **options})


def test_whole_outputs_pass(proof, folder):
    look(proof, folder, {"f1.bin", "d1"})


def test_a_file_cut_short_is_found(proof, folder):
    with open(f"{folder}/f1.bin", "ab") as file:
        file.write(b"x")
    with pytest.raises(proof.BrokenError, match="not whole"):
        look(proof, folder)


def test_an_empty_file_is_found(proof, folder):
    with open(f"{folder}/f2.bin", "wb"):
        pass
    with pytest.raises(proof.BrokenError, match="not whole"):
        look(proof, folder)


def test_a_folder_that_lacks_a_file_is_found(proof, folder):
    os.unlink(f"{folder}/d1/part-0")
    with pytest.raises(proof.BrokenError, match="not whole"):
        look(proof, folder)


def test_an_output_that_is_gone_is_found(proof, folder):
    with pytest.raises(proof.BrokenError, match="gone"):
        look(proof, folder, {"f2.bin"})


def test_a_folder_set_aside_may_be_away_only_until_the_sweep(proof, folder):
    os.makedirs(f"{proof.temporary.aside(folder, 'd2')}/d2")
    look(proof, folder, {"d2"}, is_swept=False, may_be_aside=True)
    with pytest.raises(proof.BrokenError):
        look(proof, folder, {"d2"})


def test_a_temporary_that_stays_is_found(proof, folder):
    os.mkdir(f"{folder}/.writing-1")
    with pytest.raises(proof.BrokenError, match="left after the sweep"):
        look(proof, folder)
