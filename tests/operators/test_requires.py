"""`requires`: what it finds, by which name, and what it says when it does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from operators import requires
from operators.errors import RequiresError
from operators.output import Output, produce


class Results:
    """All that is needed of a task instance."""

    def __init__(self, **results):
        self._results = results

    def xcom_pull(self, task_ids):
        return self._results.get(task_ids)


def touch(output_path):
    os.makedirs(os.path.dirname(output_path), exist_ok=True)
    with open(output_path, "w", encoding="utf-8"):
        return output_path


@pytest.fixture
def folder(tmp_path):
    for name in (
        "a.csv",
        "b.tar.gz",
        ".hidden.csv",
        "c.csv~",
        "d.tmp",
        "e.part",
        "inner/deep.csv",
        ".writing-1/f",
    ):
        touch(f"{tmp_path}/folder/{name}")
    return f"{tmp_path}/folder/"


def test_a_folder_gives_its_first_level_by_stem_without_hidden_and_temporary_names(folder):
    found = requires("fetch", ti=Results(fetch=folder))
    assert found == {
        "a": folder + "a.csv",
        "b.tar": folder + "b.tar.gz",
        "inner": folder + "inner/",
    }
    assert {type(path) for path in found.values()} == {str}


def test_a_file_is_one_entry(tmp_path):
    path = touch(f"{tmp_path}/x.parquet")
    assert requires("fetch", ti=Results(fetch=path)) == {"x": path}


def test_the_rest_of_the_context_is_not_needed(folder):
    assert requires("fetch", ti=Results(fetch=folder), task=None, params={})["a"]


def test_a_folder_without_its_slash_is_a_folder_too(folder):
    """Any operator that returns a path; a Path has no slash at its end."""
    assert requires("fetch", ti=Results(fetch=Path(folder)))["a"] == folder + "a.csv"


def test_a_mapped_task_gives_the_outputs_of_all_its_instances(tmp_path):
    paths = [touch(f"{tmp_path}/{name}.json") for name in ("ann", "bob")]
    assert requires("map", ti=Results(map=paths)) == {"ann": paths[0], "bob": paths[1]}
    assert requires("map", ti=Results(map=iter(paths)))["bob"] == paths[1]


def test_an_operator_that_returns_a_list_of_paths_will_do(tmp_path):
    paths = [touch(f"{tmp_path}/{name}.json") for name in ("ann", "bob", "eve")]
    assert len(requires("map", ti=Results(map=[paths[:2], paths[2:]]))) == 3


def test_several_tasks_at_once(tmp_path, folder):
    path = touch(f"{tmp_path}/x.json")
    results = Results(one=path, two=folder)
    assert sorted(requires("one", "two", ti=results)) == ["a", "b.tar", "inner", "x"]
    assert requires(["one", "two"], ti=results) == requires("one", "two", ti=results)


# --- names


@pytest.fixture
def twins(tmp_path):
    for name in ("a.csv", "a.json", "b.csv"):
        touch(f"{tmp_path}/{name}")
    return requires("fetch", ti=Results(fetch=f"{tmp_path}/"))


def test_two_files_with_one_stem_are_an_error_that_names_both(twins):
    for ask in (lambda: twins["a"], lambda: twins.get("a")):
        with pytest.raises(RequiresError, match=r"a\.csv.*a\.json"):
            ask()


def test_both_stay_reachable_by_full_name(twins):
    assert twins["a.csv"].endswith("/a.csv")
    assert twins["a.json"].endswith("/a.json")
    assert "a.csv" in twins
    assert "a" not in twins
    assert sorted(twins) == ["a.csv", "a.json", "b"]


def test_a_file_alone_in_its_stem_has_its_full_name_too(twins):
    assert twins["b"] == twins["b.csv"] == twins.get("b.csv")


def test_one_name_in_two_places_is_reachable_by_its_path(tmp_path):
    paths = [touch(f"{tmp_path}/{place}/x.json") for place in "ab"]
    found = requires("one", "two", ti=Results(one=paths[0], two=paths[1]))
    for key in ("x", "x.json"):
        with pytest.raises(RequiresError, match="could be each of"):
            _ = found[key]
    assert [found[path] for path in paths] == paths
    assert sorted(found) == paths


def test_an_unknown_name_is_an_error_that_lists_what_there_is(twins):
    with pytest.raises(RequiresError, match=r"'c'.*a\.csv, a\.json, b"):
        _ = twins["c"]
    assert twins.get("c") is None
    assert twins.get("c", 5) == 5


# --- what is missing


@pytest.mark.parametrize("result", [None, [], [None]])
def test_a_task_without_result_is_an_error(result):
    with pytest.raises(RequiresError, match="'fetch' left no result"):
        requires("fetch", ti=Results(fetch=result))


@pytest.mark.parametrize("result", [5, {"a": 1}, [5]])
def test_a_task_that_returned_no_path_is_an_error(result):
    with pytest.raises(RequiresError, match="returned no path"):
        requires("fetch", ti=Results(fetch=result))


@pytest.mark.parametrize("name", ["gone.csv", "gone/"])
def test_an_output_that_has_vanished_is_an_error(tmp_path, name):
    with pytest.raises(RequiresError, match=r"'fetch' has vanished.*gone"):
        requires("fetch", ti=Results(fetch=f"{tmp_path}/{name}"))


def test_no_task_at_all_is_an_error():
    with pytest.raises(RequiresError):
        requires(ti=Results())


def test_an_empty_folder_requires_nothing(tmp_path):
    assert requires("fetch", ti=Results(fetch=f"{tmp_path}/")) == {}


# --- object storage


def test_of_a_stored_folder_only_what_the_manifest_names(s3, tmp_path):
    from operators.storage import at

    def call(output_path):
        touch(output_path + "a.csv")
        touch(output_path + "inner/b.csv")

    path = f"{s3}/requires/folder/"
    produce(Output(path, scratch=str(tmp_path)), call)
    at(f"{path}parts/loser/x.csv").write_text("not published")
    found = requires("fetch", ti=Results(fetch=path))
    assert sorted(found) == ["a", "inner"]
    assert at(found["a"]).read_text() == ""
    assert requires("fetch", ti=Results(fetch=path.rstrip("/"))) == found


def test_a_stored_file_is_one_entry(s3, tmp_path):
    path = f"{s3}/requires/x.csv"
    produce(Output(path, scratch=str(tmp_path)), touch)
    assert requires("fetch", ti=Results(fetch=path)) == {"x": path}


def test_a_stored_output_that_was_never_published_has_vanished(s3):
    with pytest.raises(RequiresError, match="vanished"):
        requires("fetch", ti=Results(fetch=f"{s3}/requires/nothing/"))
