"""Salts: what moves a path, and what does not."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import functools
import os
import subprocess
import sys
import uuid

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

from operators import (
    PythonIdempatomicFileOperator,
    PythonSaltedLocalOperator,
    list_salted,
    prune_salted,
    version,
)
from operators.errors import PatternError, RequiresError
from operators.salt import canonical, salt_of, version_of
from tests.operators.tasks import Run


def make(number="1.0"):
    @version(number)
    def call(output_path, **kwargs):
        with open(output_path, "w", encoding="utf-8") as file:
            file.write("text")

    return call


@pytest.fixture
def pattern(tmp_path):
    return f"{tmp_path}/{{name}}-{{salt}}.txt"


def chain(pattern, *, versions=("1", "1", "1"), between=None, **changed):
    """Three salted tasks, one after the other, run; their salts."""
    run = Run()
    with DAG("dag"):
        tasks = [
            PythonSaltedLocalOperator(
                task_id=f"t{number}",
                python_callable=make(versions[number]),
                output_pattern=pattern,
                op_kwargs={"name": f"n{number}", **changed.get(f"t{number}", {})},
                salt_ignore=("workers",),
            )
            for number in range(3)
        ]
        tasks[0] >> tasks[1] >> (between or tasks[2])
        if between:
            between >> tasks[2]
    paths = [run.execute(task) for task in tasks]
    salts = [run.xcom(task.task_id, "salt") for task in tasks]
    assert all(salt in path for salt, path in zip(salts, paths, strict=True))
    return salts


def moved(one, other):
    return [a != b for a, b in zip(one, other, strict=True)]


def test_nothing_changed_nothing_moves(pattern):
    assert moved(chain(pattern), chain(pattern)) == [False, False, False]


def test_a_version_upstream_moves_every_path_downstream(pattern):
    assert moved(chain(pattern), chain(pattern, versions=("2", "1", "1"))) == [True, True, True]


def test_a_version_in_the_middle_leaves_what_is_above(pattern):
    assert moved(chain(pattern), chain(pattern, versions=("1", "2", "1"))) == [False, True, True]


def test_an_argument_moves_the_path(pattern):
    assert moved(chain(pattern), chain(pattern, t1={"limit": 5})) == [False, True, True]


def test_an_ignored_argument_does_not(pattern):
    assert moved(chain(pattern), chain(pattern, t0={"workers": 5})) == [False, False, False]


def test_salts_pass_through_plain_tasks(pattern):
    def through_empty(**changed):
        return chain(pattern, between=EmptyOperator(task_id="empty"), **changed)

    assert moved(chain(pattern), through_empty()) == [False, False, False]
    assert moved(through_empty(), through_empty(versions=("2", "1", "1"))) == [True, True, True]


def test_a_skipped_task_still_pushes_its_salt(pattern):
    run = Run()
    for expected in (False, True):
        task = PythonSaltedLocalOperator(
            task_id="t", python_callable=make(), output_pattern=pattern, op_kwargs={"name": "n"}
        )
        run.execute(task)
        assert task.previously_completed is expected
        assert run.xcom("t", "salt") == task.salt
        assert run.xcom("t", "salt_version") == "1.0"
        assert run.xcom("t", "salt_kwargs") == {"map": {"name": "n"}}


def test_arguments_count_as_rendered(pattern):
    salts = []
    for county in ("shelby", "davidson"):
        run = Run(params={"county": county})
        run.execute(
            PythonSaltedLocalOperator(
                task_id="t",
                python_callable=make(),
                output_pattern=pattern,
                op_kwargs={"name": "n", "where": "{{ params.county }}"},
            )
        )
        salts.append(run.xcom("t", "salt"))
    assert salts[0] != salts[1]


def test_positional_arguments_count_as_named_ones(pattern):
    @version("1")
    def call(name, output_path):
        pass

    salts = set()
    for options in ({"op_args": ["n"]}, {"op_kwargs": {"name": "n"}}):
        run = Run()
        run.execute(
            PythonSaltedLocalOperator(
                task_id="t", python_callable=call, output_pattern=pattern, **options
            )
        )
        salts.add(run.xcom("t", "salt"))
    assert len(salts) == 1


def test_all_instances_of_a_mapped_task_count(pattern):
    with DAG("dag"):
        mapped = PythonSaltedLocalOperator.partial(
            task_id="up", python_callable=make(), output_pattern=pattern
        ).expand(op_kwargs=[{"name": "a"}, {"name": "b"}])
        down = PythonSaltedLocalOperator(
            task_id="down", python_callable=make(), output_pattern=pattern, op_kwargs={"name": "n"}
        )
        mapped >> down
    salts = []
    for upstream in (["aa", "bb"], ["bb", "aa"], ["aa", "cc"]):
        run = Run()
        run.xcoms["up", "salt"] = upstream
        this = down.prepare_for_execution()
        run.execute(this)
        salts.append(this.salt)
    assert salts[0] == salts[1] != salts[2]


def test_a_salted_task_upstream_that_left_no_salt_is_an_error(pattern):
    with DAG("dag"):
        up, down = (
            PythonSaltedLocalOperator(
                task_id=name,
                python_callable=make(),
                output_pattern=pattern,
                op_kwargs={"name": "n"},
            )
            for name in ("up", "down")
        )
        up >> down
    with pytest.raises(RequiresError, match="'up' left no salt"):
        Run().execute(down)


# --- refusals


def test_an_unversioned_callable_is_refused_at_parse(pattern):
    with pytest.raises(PatternError, match="no version"):
        PythonSaltedLocalOperator(
            task_id="t", python_callable=lambda output_path: None, output_pattern="{salt}"
        )


def test_an_unversioned_callable_of_a_mapped_task_is_refused_at_its_execution(pattern):
    def call(output_path, name):
        pass

    with DAG("dag"):
        mapped = PythonSaltedLocalOperator.partial(
            task_id="m", python_callable=call, output_pattern=pattern
        ).expand(op_kwargs=[{"name": "a"}])
    with pytest.raises(PatternError, match="no version"):
        mapped.unmap({"op_kwargs": {"name": "a"}})


def test_a_pattern_without_salt_is_refused_at_parse():
    with pytest.raises(PatternError, match=r"has no \{salt\}"):
        PythonSaltedLocalOperator(task_id="t", python_callable=make(), output_pattern="x.txt")


def test_object_storage_is_refused_at_parse():
    with pytest.raises(PatternError, match="local"):
        PythonSaltedLocalOperator(
            task_id="t", python_callable=make(), output_pattern="s3://b/{salt}"
        )


def test_salt_is_no_placeholder_of_the_plain_operator():
    with pytest.raises(PatternError, match=r"\{salt\}"):
        PythonIdempatomicFileOperator(task_id="t", python_callable=make(), output_pattern="{salt}")


def test_a_salt_among_the_arguments_is_refused(pattern):
    task = PythonSaltedLocalOperator(
        task_id="t",
        python_callable=make(),
        output_pattern=pattern,
        op_kwargs={"salt": "x", "name": "n"},
    )
    with pytest.raises(PatternError, match="the operator gives it"):
        Run().execute(task)


def test_salt_ignore_is_no_text():
    with pytest.raises(PatternError):
        PythonSaltedLocalOperator(
            task_id="t", python_callable=make(), output_pattern="{salt}", salt_ignore="workers"
        )


# --- versions


def test_a_version_is_found_through_partials_and_wrappers():
    call = make("2.1.1")

    @functools.wraps(call)
    def wrapper(*args):
        return call(*args)

    assert [version_of(found) for found in (call, functools.partial(call), wrapper, print)] == [
        "2.1.1"
    ] * 3 + [None]


@pytest.mark.parametrize("number", ["", " ", 2.1, None])
def test_a_version_is_a_text(number):
    with pytest.raises(PatternError):
        version(number)


# --- the form of values


class Color(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, 1.0),
        (True, "True"),
        (None, "None"),
        ([1, 2], [2, 1]),
        ({1, 2}, [1, 2]),
        (datetime.date(2026, 1, 5), "2026-01-05"),
        (b"a", "a"),
        (decimal.Decimal("1"), "1"),
        (Color.RED, "RED"),
        (Point(1), {"x": 1}),
        ({"a": 1}, {"a": 2}),
        (datetime.timedelta(1), 86400),
    ],
)
def test_values_that_differ_have_salts_that_differ(one, other):
    assert canonical(one) != canonical(other)


def test_values_that_are_equal_have_one_form():
    assert canonical((1, 2)) == canonical([1, 2])
    assert canonical({"b", "a", "c"}) == canonical(["a", "b", "c"] and {"c", "b", "a"})
    assert canonical(uuid.UUID(int=5)) == canonical(uuid.UUID(int=5))
    assert salt_of("t", "1", {"a": 1, "b": 2}, ["x", "y"]) == salt_of(
        "t", "1", {"b": 2, "a": 1}, ["y", "x"]
    )


@pytest.mark.parametrize("value", [object(), {1: 2}, lambda: None])
def test_a_value_without_a_form_is_refused(value):
    with pytest.raises(PatternError):
        canonical(value)


def test_a_salt_is_the_same_in_every_process():
    program = (
        "from operators.salt import salt_of; import datetime;"
        "print(salt_of('t', '1', {'s': {'x', 'y', 'z'}, 'd': datetime.date(2026, 1, 5), 'f': "
        "0.1}, ['b', 'a']))"
    )
    salts = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(salts) == 1


# --- old outputs


def outputs(tmp_path, *salts, name="n", suffix=".txt"):
    for number, salt in enumerate(salts):
        path = tmp_path / f"{name}-{salt * 12}{suffix}"
        path.mkdir() if suffix == "" else path.touch()
        os.utime(path, (number, number))


def test_old_outputs_stay_and_are_listed_oldest_first(tmp_path, pattern):
    outputs(tmp_path, "b", "a", "c")
    outputs(tmp_path, "d", name="other")
    outputs(tmp_path, "not-a-salt")
    assert [output.salt[0] for output in list_salted(pattern, name="n")] == ["b", "a", "c"]
    assert len(list_salted(pattern)) == 4


def test_folders_are_listed_as_folders(tmp_path):
    outputs(tmp_path, "a", suffix="")
    outputs(tmp_path, "b")
    (found,) = list_salted(f"{tmp_path}/{{name}}-{{salt}}/", name="n")
    assert found.path == f"{tmp_path}/n-{'a' * 12}/"


def test_pruning_keeps_what_it_is_told(tmp_path, pattern):
    outputs(tmp_path, "a", "b", "c")
    gone = [f"{tmp_path}/n-{salt * 12}.txt" for salt in "ac"]
    assert prune_salted(pattern, keep={"b" * 12}, dry_run=True) == gone
    assert len(os.listdir(tmp_path)) == 3
    assert prune_salted(pattern, keep={"b" * 12}) == gone
    assert os.listdir(tmp_path) == [f"n-{'b' * 12}.txt"]


def test_pruning_removes_folders(tmp_path):
    outputs(tmp_path, "a", suffix="")
    (tmp_path / f"n-{'a' * 12}" / "file").touch()
    assert len(prune_salted(f"{tmp_path}/n-{{salt}}/", keep=())) == 1
    assert os.listdir(tmp_path) == []


def test_a_name_that_comes_twice_must_match_twice(tmp_path):
    for one, other in ("ab", "aa"):
        os.makedirs(tmp_path / one, exist_ok=True)
        (tmp_path / one / f"{other}-{'a' * 12}").touch()
    (found,) = list_salted(f"{tmp_path}/{{n}}/{{n}}-{{salt}}")
    assert found.path.endswith("/a/a-" + "a" * 12)


def test_a_single_text_to_keep_is_refused(pattern):
    with pytest.raises(TypeError):
        prune_salted(pattern, keep="a" * 12)


@pytest.mark.parametrize("wrong", ["x", "{{ params.x }}-{salt}"])
def test_only_a_rendered_pattern_with_salt_can_be_listed(wrong):
    with pytest.raises(PatternError):
        list_salted(wrong)
