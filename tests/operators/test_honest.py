"""Honest about what was done: who made an output, from what, and why a task ran or did not."""

from __future__ import annotations

import json
import os
import uuid

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, task
from airflow.sdk.exceptions import AirflowFailException

from operators import (
    PythonIdempatomicFileOperator,
    PythonSaltedLocalOperator,
    list_salted,
    prune_salted,
    requires,
    version,
)
from operators.errors import NeverRanError, PatternError, RequiresError, TwoMakersError
from operators.note import Note, notes_below
from operators.output import Output, produce
from operators.pattern import fill, judge
from operators.salt import salts_in_use
from tests.operators.tasks import Run


def write(output_path, **kwargs):
    with open(output_path, "w", encoding="utf-8") as file:
        file.write(json.dumps(kwargs.get("text", "text")))


def keyed(output_path, key):
    write(output_path, text=key)


def made(call=write, task_id="task", **options):
    return PythonIdempatomicFileOperator(task_id=task_id, python_callable=call, **options)


def instance(run, index, operator):
    """Run it as the mapped instance of that index."""
    run.map_index = index
    try:
        return run.execute(operator)
    finally:
        run.map_index = -1


# --- 1. two makers of one path, at parse


@pytest.mark.parametrize("pattern", ["data/x.json", "data/{{ ds }}.json", "{{ params.root }}/x"])
def test_a_mapped_pattern_that_does_not_depend_on_the_mapping_is_refused(pattern):
    with DAG("dag"), pytest.raises(PatternError, match="the same for every mapped instance"):
        PythonIdempatomicFileOperator.partial(
            task_id="m", python_callable=keyed, output_pattern=pattern
        ).expand(op_kwargs=[{"key": "a"}, {"key": "b"}])


@pytest.mark.parametrize(
    "pattern", ["{key}", "{{ ti.map_index }}", "{{ task.op_kwargs['key'] }}", "{{ mine(run_id) }}"]
)
def test_a_mapped_pattern_that_may_depend_on_it_is_accepted(pattern):
    with DAG("dag"):
        PythonIdempatomicFileOperator.partial(
            task_id="m", python_callable=keyed, output_pattern=f"data/{pattern}"
        ).expand(op_kwargs=[{"key": "a"}, {"key": "b"}])


def test_two_literal_instances_with_one_path_are_refused():
    def call(output_path, key, other): ...

    rows = [{"key": "a", "other": 1}, {"key": "a", "other": 2}]
    with DAG("dag"), pytest.raises(PatternError, match=r"two mapped instances .*'data/a'"):
        PythonIdempatomicFileOperator.partial(
            task_id="m", python_callable=call, output_pattern="data/{key}"
        ).expand(op_kwargs=rows)


def test_the_decorator_refuses_the_same():
    @task.idempatomic(output_pattern="data/x.json")
    def one(key, output_path): ...

    @task.idempatomic(output_pattern="data/{key}.json")
    def two(key, other, output_path): ...

    with DAG("dag"), pytest.raises(ValueError, match="the same for every mapped instance"):
        one.expand(key=["a", "b"])
    with DAG("dag"), pytest.raises(ValueError, match="two mapped instances"):
        two.expand(key=["a", "b"], other=[1, 2])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"output_pattern": "d/x"}, {"output_pattern": "d/x"}),
        ({"output_pattern": "{{ ds }}/x"}, {"output_pattern": "{{ ds }}/x"}),
        ({"output_pattern": "{today_date}/x"}, {"output_pattern": "{today_date}/x"}),
        (
            {"output_pattern": "d/{key}", "op_kwargs": {"key": "x"}},
            {"output_pattern": "d/{key}", "op_kwargs": {"key": "x"}},
        ),
    ],
)
def test_two_tasks_of_a_dag_with_one_literal_path_are_refused(one, other):
    with DAG("dag"):
        made(task_id="one", **one)
        with pytest.raises(PatternError, match="tasks 'one' and 'other' have the same output"):
            made(task_id="other", **other)
    with DAG("another"):
        made(task_id="other", **other)


def test_two_that_declare_one_maker_share_it_on_purpose():
    with DAG("dag"):
        for name in ("one", "other"):
            made(task_id=name, output_pattern="d/x", maker="the roster")


def test_operators_of_the_other_name_are_known_by_what_they_offer():
    import idempatomic

    assert idempatomic.PythonIdempatomicFileOperator is not PythonIdempatomicFileOperator
    with DAG("dag"):
        made(task_id="one", output_pattern="d/x")
        with pytest.raises(ValueError, match="have the same output"):
            idempatomic.PythonIdempatomicFileOperator(
                task_id="other", python_callable=write, output_pattern="d/x"
            )


def test_two_tasks_whose_paths_differ_in_what_only_the_run_knows_are_accepted():
    with DAG("dag"):
        made(task_id="one", output_pattern="{{ task.task_id }}/x")
        made(task_id="two", output_pattern="{{ task.task_id }}/x")


# --- 1. two makers of one path, at run


def test_a_second_instance_of_one_run_with_the_same_path_fails(tmp_path):
    run = Run(DAG("dag"))
    one, two = (made(keyed, output_pattern=f"{tmp_path}/x", op_kwargs={"key": key}) for key in "ab")
    instance(run, 0, one)
    with pytest.raises(TwoMakersError, match="key=a, and is the output of key=b") as caught:
        instance(run, 1, two)
    assert isinstance(caught.value, AirflowFailException), "no retry cures it"


def test_a_retry_or_a_clear_of_the_same_instance_is_done(tmp_path):
    run = Run(DAG("dag"))
    for _ in range(2):
        instance(run, 0, made(keyed, output_pattern=f"{tmp_path}/x", op_kwargs={"key": "a"}))
    assert run.xcom("task", "previously_completed") is True


def test_an_unrelated_maker_is_an_error_in_any_run_and_names_both(tmp_path):
    Run(DAG("first"), run_id="r1").execute(made(output_pattern=f"{tmp_path}/x"))
    with pytest.raises(TwoMakersError, match=r"made by first\.task in run r1 .* second\.task"):
        Run(DAG("second"), run_id="r2").execute(made(output_pattern=f"{tmp_path}/x"))


def test_a_declared_maker_may_be_shared(tmp_path):
    for dag in ("first", "second"):
        Run(DAG(dag)).execute(made(output_pattern=f"{tmp_path}/x", maker="the roster"))


def test_without_a_note_or_with_one_that_does_not_fit_it_is_done(tmp_path):
    produce(Output(f"{tmp_path}/x"), write)
    task = made(output_pattern=f"{tmp_path}/x")
    Run(DAG("dag")).execute(task)
    assert task.why == "exists, and no note says who made it"
    Run(DAG("first")).execute(made(output_pattern=f"{tmp_path}/y"))
    (tmp_path / "y").write_text("somebody else's")
    task = made(output_pattern=f"{tmp_path}/y")
    Run(DAG("second")).execute(task)
    assert task.why.startswith("exists, changed since it was made by run manual on 20")


def test_another_run_with_other_arguments_is_done_and_the_log_says_so(tmp_path):
    for number, key in enumerate("ab"):
        task = made(keyed, output_pattern=f"{tmp_path}/x", op_kwargs={"key": key})
        instance(Run(DAG("dag"), run_id=f"r{number}"), 0, task)
    assert task.why.startswith("exists, made by run r0 on 20")
    assert task.why.endswith("with other arguments")
    assert (tmp_path / "x").read_text() == '"a"'


def test_a_note_says_what_is_known_and_is_for_the_owner_of_the_output(tmp_path):
    run = Run(DAG("dag"))
    call = version("2.1")(keyed)
    pattern = f"{tmp_path}/{{key}}.json"
    instance(run, 0, made(call, output_pattern=pattern, op_kwargs={"key": "a"}, mode=0o600))
    ((path, note),) = notes_below(str(tmp_path))
    assert path == f"{tmp_path}/a.json"
    assert (note.maker, note.run, note.keys, note.version) == (
        "dag.task",
        "manual",
        {"key": "a"},
        "2.1",
    )
    assert (note.files, note.size, note.sha256) == (1, 3, Output(path).fingerprint()[1])
    assert os.stat(tmp_path / ".idempatomic" / "a.json").st_mode & 0o777 == 0o600
    assert os.stat(tmp_path / ".idempatomic").st_mode & 0o777 == 0o700


def test_a_note_without_an_output_is_nothing(tmp_path):
    task = made(output_pattern=f"{tmp_path}/x")
    Run(DAG("first")).execute(task)
    (tmp_path / "x").unlink()
    Run(DAG("second")).execute(made(output_pattern=f"{tmp_path}/x"))
    assert Output(f"{tmp_path}/x").note().maker == "second.task"


def test_a_loser_leaves_the_winners_note(tmp_path):
    run = Run(DAG("dag"))

    def slow(output_path):
        Run(DAG("dag"), run_id="quick").execute(
            made(lambda output_path: write(output_path, text="q"), output_pattern=f"{tmp_path}/x")
        )
        write(output_path, text="slow")

    task = made(slow, output_pattern=f"{tmp_path}/x")
    run.execute(task)
    assert task.previously_completed
    assert Output(f"{tmp_path}/x").note_that_fits().run == "quick"
    assert task.why.startswith("exists, made by run quick")


def test_a_loser_against_an_ordinary_writer_leaves_no_note(tmp_path, monkeypatch):
    real = Output.exists

    def call(output_path):
        write(output_path)
        produce(Output(f"{tmp_path}/x"), lambda output_path: write(output_path, text="theirs"))
        monkeypatch.setattr(Output, "exists", lambda self: False)  # it comes after the look

    task = made(call, output_pattern=f"{tmp_path}/x", valid=os.path.exists)
    monkeypatch.setattr("operators.local.LocalWrite._create_instead", lambda *_: False)
    Run(DAG("dag")).execute(task)
    monkeypatch.setattr(Output, "exists", real)
    assert Output(f"{tmp_path}/x").note() is None


def test_person_files_get_no_note(tmp_path):
    produce(Output(f"{tmp_path}/x"), write)
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize("name", ["one.json", "set/"])
def test_in_a_store_the_note_is_part_of_what_is_put(s3, name):
    path = f"{s3}/{uuid.uuid4().hex}/{name}"
    kept = "x" * 3000  # longer than a store keeps with an object

    def call(output_path, key):
        write(os.path.join(output_path, "a") if output_path.endswith("/") else output_path)

    run = Run(DAG("dag"))
    instance(run, 0, made(call, output_pattern=path, op_kwargs={"key": kept}))
    note = Output(path).note_that_fits()
    assert (note.maker, note.run) == ("dag.task", "manual")
    instance(run, 0, made(call, output_pattern=path, op_kwargs={"key": kept}))
    with pytest.raises(TwoMakersError):
        instance(run, 1, made(call, output_pattern=path, op_kwargs={"key": "y" * 3000}))
    with pytest.raises(TwoMakersError, match="other"):
        Run(DAG("other")).execute(made(output_pattern=path))


def test_a_text_that_is_no_note_is_none():
    for text in ("", "[]", "{}", '{"format": "idempatomic/note-1"}', b"\xff"):
        assert Note.parse(text) is None


# --- 2. why


def test_log_and_xcom_say_why(tmp_path):
    run = Run(DAG("dag"))
    run.execute(made(output_pattern=f"{tmp_path}/x"))
    assert run.xcom("task", "why") == "made, as nothing valid stood there"
    run.execute(made(output_pattern=f"{tmp_path}/x"))
    assert run.xcom("task", "why").endswith("from the same inputs")
    run.execute(made(output_pattern=f"{tmp_path}/x", overwrite=True))
    assert run.xcom("task", "why") == "made again, as overwrite asks"
    (tmp_path / "x").unlink()
    run.execute(made(output_pattern=f"{tmp_path}/x"))
    assert (
        run.xcom("task", "why") == "made, as what its note tells of is gone or not valid any more"
    )


# --- 3. stale by inputs


def pipeline(tmp_path, run, *, text="one", stale_when=None, number="1", up_again=False):
    """``up`` writes a file, ``down`` reads it by `requires`; the second task, run."""

    @version(number)
    def down(output_path, **context):
        with open(requires("up", **context)["up"], encoding="utf-8") as file:
            write(output_path, text=file.read())

    with DAG("dag") as dag:
        up = made(
            lambda output_path: write(output_path, text=text),
            task_id="up",
            output_pattern=f"{tmp_path}/up.txt",
            overwrite=up_again,
        )
        below = made(
            down, task_id="down", output_pattern=f"{tmp_path}/down.txt", stale_when=stale_when
        )
        up >> below
    run.dag = dag
    run.execute(up)
    run.execute(below)
    return below


def test_existence_decides_unless_asked(tmp_path):
    pipeline(tmp_path, Run())
    later = pipeline(tmp_path, Run(run_id="later"), text="two", up_again=True)
    assert later.previously_completed
    assert "from other inputs (the input" in later.why


def test_other_inputs_make_it_stale_when_asked(tmp_path):
    pipeline(tmp_path, Run(), stale_when="inputs")
    same = pipeline(tmp_path, Run(run_id="same"), up_again=True, stale_when="inputs")
    assert same.previously_completed, "written again with the same bytes"
    later = pipeline(tmp_path, Run(run_id="l"), text="two", up_again=True, stale_when="inputs")
    assert not later.previously_completed
    assert later.why == f"made again, as the input {tmp_path}/up.txt has changed"
    assert "two" in (tmp_path / "down.txt").read_text()


def test_another_version_of_the_callable_makes_it_stale_when_asked(tmp_path):
    pipeline(tmp_path, Run(), stale_when="inputs")
    later = pipeline(tmp_path, Run(), number="2", stale_when="inputs")
    assert later.why == "made again, as the callable's version is 2 and was 1"


def test_stale_when_is_one_of_two(tmp_path):
    with pytest.raises(PatternError, match="stale_when"):
        made(output_pattern=f"{tmp_path}/x", stale_when="always")


# --- 4. salts follow the graph


def salted(task_id, tmp_path, number="1"):
    return PythonSaltedLocalOperator(
        task_id=task_id,
        python_callable=version(number)(lambda output_path: write(output_path)),
        output_pattern=f"{tmp_path}/{task_id}-{{salt}}.txt",
    )


def below_an_unsalted(tmp_path, number):
    """A salted task, an unsalted output, a salted task; the salt of the last one."""
    run = Run()
    with DAG("dag") as run.dag:
        first, last = salted("first", tmp_path, number), salted("last", tmp_path)
        middle = made(task_id="middle", output_pattern=f"{tmp_path}/middle.txt")
        first >> middle >> last
    for each in (first, middle, last):
        run.execute(each)
    return last.salt


def test_an_unsalted_output_answers_with_the_salts_it_was_made_under(tmp_path, capsys):
    one = below_an_unsalted(tmp_path, "1")
    assert below_an_unsalted(tmp_path, "2") == one, "the file between is still the old one"
    assert "made under other salts" in capsys.readouterr().out
    (tmp_path / "middle.txt").unlink()
    assert below_an_unsalted(tmp_path, "2") != one


def test_salts_pass_through_joins_each_once_and_not_from_a_skipped_branch(tmp_path):
    def last(skipped=()):
        run = Run()
        run.get_task_states = lambda dag_id, task_ids, run_ids: {
            run.run_id: {name: "skipped" if name in skipped else "success" for name in task_ids}
        }
        with DAG("dag") as run.dag:
            one, two, end = (salted(name, tmp_path) for name in ("one", "two", "end"))
            join = EmptyOperator(task_id="join")
            [one, two] >> join >> end
        for each in (one, two, end):
            if each.task_id not in skipped:
                run.execute(each)
        return end.salt

    assert last() == last()
    assert last(skipped=("two",)) != last()


def test_prune_knows_which_salts_are_in_use(tmp_path):
    pattern = f"{tmp_path}/one-{{salt}}.txt"
    for number, run_id in (("1", "a"), ("2", "b"), ("3", "c"), ("1", "d")):
        run = Run(run_id=run_id)
        with DAG("dag") as run.dag:
            task = salted("one", tmp_path, number)
        run.execute(task)
        # Times of notes are of a second, and these runs are quicker.
        note = Output(task._path).note()
        stamp = f"2026-01-0{'abcd'.index(run_id) + 1}T00:00:00Z"
        changed = {**json.loads(note.text()), "used": [run_id, stamp]}
        (tmp_path / ".idempatomic" / os.path.basename(task._path)).write_text(json.dumps(changed))
    (tmp_path / "one-000000000000.txt").touch()
    salts = {output.salt: output.path for output in list_salted(pattern)}
    assert salts_in_use(pattern) == {task.salt, "000000000000"}, (
        "of one without a note nothing is known"
    )
    assert len(salts_in_use(pattern, runs=2)) == 3
    assert len(prune_salted(pattern)) == 2
    assert {output.salt for output in list_salted(pattern)} == {task.salt, "000000000000"}
    assert len(salts) == 4


# --- 5. requires


class Upstream:
    """A ``ti`` that knows the states of another task's instances and what they returned."""

    dag_id, run_id = "dag", "r"

    def __init__(self, states, results, task=None):
        self.states, self.results, self.task = states, results, task

    def get_task_states(self, dag_id, task_ids, run_ids):
        return {"r": self.states}

    def xcom_pull(self, task_ids, map_indexes=None):
        if map_indexes is None:
            found = list(self.results.values())
            return found[0] if len(found) == 1 else found
        return [self.results.get(index) for index in map_indexes]


def files(tmp_path, *names):
    for name in names:
        os.makedirs(os.path.dirname(f"{tmp_path}/{name}"), exist_ok=True)
        if not name.endswith("/"):
            write(f"{tmp_path}/{name}")
    return [f"{tmp_path}/{name}" for name in names]


@pytest.mark.parametrize("state", ["failed", "skipped", "removed", "upstream_failed", "None"])
def test_an_instance_that_did_not_succeed_is_an_error_that_names_it(tmp_path, state):
    a, _ = files(tmp_path, "a", "b")
    ti = Upstream({"m_0": "success", "m_1": state}, {0: a})
    with pytest.raises(RequiresError, match=rf"m\[1\] \({state}\)"):
        requires("m", ti=ti)
    assert requires("m", ti=ti, missing="skip") == {"a": a}


def test_all_missing_may_be_accepted():
    assert requires("m", ti=Upstream({"m": "skipped"}, {}), missing="skip") == {}
    with pytest.raises(ValueError, match="missing"):
        requires("m", ti=Upstream({}, {}), missing="ignore")


def test_folders_keep_their_slash_and_their_whole_name(tmp_path):
    files(tmp_path, "out/v1.2/x", "out/2026.01/x", "out/a.csv")
    found = requires("t", ti=Upstream({"t": "success"}, {0: f"{tmp_path}/out/"}))
    assert found == {
        "v1.2": f"{tmp_path}/out/v1.2/",
        "2026.01": f"{tmp_path}/out/2026.01/",
        "a": f"{tmp_path}/out/a.csv",
    }


def history(tmp_path, *keys):
    """A mapped task whose files have one name in a folder each, and its results."""
    with DAG("dag") as dag:
        PythonIdempatomicFileOperator.partial(
            task_id="history",
            python_callable=keyed,
            output_pattern="{{ params.root }}/{key}/history.json",
        ).expand(op_kwargs=[{"key": key} for key in keys])
    made = files(tmp_path, *(f"{key}/history.json" for key in keys))
    states = {f"history_{n}": "success" for n in range(len(keys))}
    return Upstream(states, dict(enumerate(made))), dag


def test_mapped_results_are_had_by_mapped_value_also_where_stems_are_equal(tmp_path):
    ti, dag = history(tmp_path, "00400007", "00400008")
    found = requires("history", ti=ti, dag=dag)
    assert found["00400007"] == f"{tmp_path}/00400007/history.json"
    assert sorted(found) == ["00400007", "00400008"]
    with pytest.raises(RequiresError, match=r"00400007/history\.json, .*00400008/history\.json"):
        found["history"]
    assert "00400009" not in found
    assert found.get("00400009") is None


def test_keys_are_compared_in_one_unicode_form(tmp_path):
    (path,) = files(tmp_path, "Zoe\u0308.csv")
    found = requires("t", ti=Upstream({"t": "success"}, {0: path}))
    assert found["Zo\u00eb"] == found["Zoe\u0308"] == path


def test_what_is_left_out_is_said(tmp_path, caplog):
    files(tmp_path, "out/a.csv", "out/b.part", "out/.hidden")
    caplog.set_level("INFO")
    requires("t", ti=Upstream({"t": "success"}, {0: f"{tmp_path}/out/"}))
    assert "Left out of what t gives: b.part" in caplog.text


# --- 6. rendered paths are judged as placeholders are


@pytest.mark.parametrize(
    ("pattern", "value", "words"),
    [
        ("data/{{ params.x }}/a.csv", "", "empty"),
        ("data/{{ params.x }}/a.csv", None, "None"),
        ("data/a-{{ params.x }}.csv", None, "None"),
        ("data/{{ params.x }}", "a/", "a folder for a file"),
        ("data/{{ params.x }}", ".", "the folder itself"),
        ("data/{{ params.x }}", ".hidden", "a hidden file"),
        ("data/{{ params.x }}", "../up", "climbs"),
        ("data/{{ params.x }}/a", "b//c", "empty"),
    ],
)
def test_what_jinja_makes_of_a_path_is_judged(pattern, value, words):
    task = made(output_pattern=pattern, dag=DAG("dag"))
    with pytest.raises(PatternError, match=words) as caught:
        Run(task.dag, params={"x": value}).execute(task)
    assert pattern in str(caught.value)
    assert isinstance(caught.value, AirflowFailException), "no retry cures it"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/srv/u/.cache/x/a.csv", "{{ params.root }}/a.csv"),
        ("a/b/c.csv", "{{ params.x }}"),
        ("data//a", "data//{{ params.x }}"),
        ("data/.kept", "data/.{{ params.x }}"),
        ("s3://bucket/a", "{{ params.root }}/a"),
        ("data/None/a", "data/None/{{ params.x }}"),
    ],
)
def test_what_its_author_wrote_is_his(path, template):
    judge(path, template)


def test_filling_leaves_what_is_not_known():
    assert fill("{{ ds }}/{a}-{b}", {"a": 1}) == "{{ ds }}/1-{b}"


# --- 7. the decorator, and callables that never ran


def test_a_function_that_says_dict_returns_its_path(tmp_path):
    with DAG("dag") as dag:

        @task.idempatomic(output_pattern=f"{tmp_path}/x")
        def one(output_path) -> dict[str, int]:
            write(output_path)
            return {"rows": 1}

        operator = one().operator
    assert Run(dag).execute(operator) == f"{tmp_path}/x"
    assert operator.multiple_outputs is False
    with pytest.raises(ValueError, match="multiple_outputs"):
        task.idempatomic(multiple_outputs=True, output_pattern="x")


async def coroutine(output_path):
    write(output_path)


def generator(output_path):
    yield write(output_path)


async def async_generator(output_path):
    yield write(output_path)


@pytest.mark.parametrize("call", [coroutine, lambda output_path: coroutine(output_path)])
def test_coroutines_are_run(tmp_path, call):
    Run(DAG("dag")).execute(made(call, output_pattern=f"{tmp_path}/x"))
    with DAG("dag") as dag:
        operator = task.idempatomic(output_pattern=f"{tmp_path}/y", task_id="y")(call)().operator
    Run(dag).execute(operator)
    assert (tmp_path / "x").read_text() == (tmp_path / "y").read_text() == '"text"'


@pytest.mark.parametrize("call", [generator, async_generator])
def test_generators_are_refused_at_parse(call):
    with pytest.raises(NeverRanError, match="is a generator"):
        made(call, output_pattern="x")
    with DAG("dag"), pytest.raises(TypeError, match="is a generator"):
        task.idempatomic(output_pattern="x")(call)()


def test_a_lambda_that_gives_a_generator_fails_and_leaves_nothing(tmp_path):
    call = made(lambda output_path: generator(output_path), output_pattern=f"{tmp_path}/x")
    with pytest.raises(NeverRanError):
        Run(DAG("dag")).execute(call)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("given", ["text", ["a"], 3, {"a"}])
def test_op_kwargs_of_a_wrong_type_are_a_clear_error(given):
    with pytest.raises(PatternError, match=r"op_kwargs of write\(\) is a mapping"):
        made(output_pattern="x", op_kwargs=given)


# --- 8. again


@pytest.fixture
def asked(monkeypatch):
    """The Variable, as a task runner would give it."""
    told = {"text": ""}
    monkeypatch.setattr("operators.again._asked", lambda: told["text"])
    return told


def test_the_variable_asks_for_one_task_once(tmp_path, asked):
    def run(text, run_id="r"):
        asked["text"] = text
        operator = made(output_pattern=f"{tmp_path}/x")
        Run(DAG("dag"), run_id=run_id).execute(operator)
        return operator.why

    run("")
    for other in ("dag.other", "other.task", "dag.task[3]", "dag.task in another", "# dag.task"):
        assert run(other).startswith("exists"), other
    again = run("x.y\ndag.task")
    assert again == "made again, as the Variable idempatomic_again asks (dag.task)"
    assert run("dag.task").startswith("exists"), "a retry, or another clear"
    assert run("dag.task", run_id="next").startswith("exists"), "a request is met once"
    assert "once more" in run("dag.task # once more")
    assert run("dag.task in r").startswith("made again")


def test_it_asks_for_one_mapped_instance(tmp_path, asked):
    run = Run(DAG("dag"))
    asked["text"] = "dag.task[1]"
    for index, key in enumerate("ab"):
        produce(Output(f"{tmp_path}/{key}"), write)
        operator = made(keyed, output_pattern=f"{tmp_path}/{{key}}", op_kwargs={"key": key})
        instance(run, index, operator)
        assert operator.previously_completed is (index == 0)


def test_outside_of_a_task_runner_nobody_is_asked():
    from operators.again import _asked

    assert _asked() == ""


# --- 9. what the page shows


def test_the_rendered_template_is_the_final_path(tmp_path):
    dag = DAG("dag")
    operator = made(
        keyed, output_pattern=f"{tmp_path}/{{key}}.json", op_kwargs={"key": "a"}, dag=dag
    )
    operator.render_template_fields(Run(dag).context())
    assert operator.output_pattern == f"{tmp_path}/a.json"


def test_a_salted_one_too(tmp_path):
    with DAG("dag") as dag:
        operator = salted("one", tmp_path)
    operator.render_template_fields(Run(dag).context())
    assert operator.output_pattern == f"{tmp_path}/one-{operator.salt}.txt"


def test_mapped_instances_are_labelled_with_what_their_pattern_takes_from_the_mapping():
    with DAG("dag") as dag:
        mapped = PythonIdempatomicFileOperator.partial(
            task_id="m", python_callable=keyed, output_pattern="{today_date}/{key}"
        ).expand(op_kwargs=[{"key": "a"}])

        @task.idempatomic(output_pattern="d/{key}-{part}")
        def one(key, part, output_path): ...

        decorated = one.partial(part=1).expand(key=["a"]).operator
        kept = PythonIdempatomicFileOperator.partial(
            task_id="k", python_callable=keyed, output_pattern="k/{key}", map_index_template="mine"
        ).expand(op_kwargs=[{"key": "a"}])
    label = mapped.partial_kwargs["map_index_template"]
    shown = dag.get_template_env().from_string(label)
    assert shown.render(task=mapped.unmap({"op_kwargs": {"key": "a"}})) == "a"
    assert "'key'" in decorated.partial_kwargs["map_index_template"]
    assert kept.partial_kwargs["map_index_template"] == "mine"


def test_the_event_of_an_asset_tells_path_count_and_checksum(tmp_path):
    asset = Asset("x://y")
    run = Run(DAG("dag"))
    run.execute(made(output_pattern=f"{tmp_path}/x", outlets=[asset]))
    assert set(run.events[asset].extra) == {"path", "count", "checksum"}
