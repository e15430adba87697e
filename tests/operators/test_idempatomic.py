"""The operator, by direct `execute()`; its refusals at parse."""

from __future__ import annotations

import datetime
import json
import os
import threading

import pytest
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, Param
from airflow.sdk.exceptions import AirflowSkipException

from operators import PythonIdempatomicFileOperator, PythonYoshiOperator
from operators.errors import Killed, PatternError
from operators.output import Output
from tests.operators.tasks import Run


def write(output_path, who="nobody"):
    with open(output_path, "w", encoding="utf-8") as file:
        file.write(who)
    return {"rows": 1}


def task(call=write, *, pattern, task_id="task", **options):
    return PythonIdempatomicFileOperator(
        task_id=task_id,
        python_callable=call,
        output_pattern=pattern,
        retry_delay=datetime.timedelta(0),
        **options,
    )


@pytest.fixture
def dag():
    import pendulum

    return DAG("dag", start_date=pendulum.datetime(2026, 1, 1, tz="America/Chicago"), schedule=None)


# --- what it does


def test_it_is_a_python_operator_with_two_names():
    assert PythonYoshiOperator is PythonIdempatomicFileOperator
    assert issubclass(PythonIdempatomicFileOperator, PythonOperator)


def test_the_path_is_returned_exactly_as_rendered(tmp_path):
    run = Run()
    assert run.execute(task(pattern=f"{tmp_path}//x.txt")) == f"{tmp_path}//x.txt"
    path = run.execute(task(lambda output_path: None, pattern=f"{tmp_path}/folder/"))
    assert path == f"{tmp_path}/folder/"
    assert type(path) is str
    assert os.path.isdir(path)


def test_the_second_time_the_callable_is_not_run_and_the_task_succeeds(tmp_path, caplog):
    run, calls = Run(), []

    def call(output_path):
        calls.append(output_path)

    first, second = (task(call, pattern=f"{tmp_path}/x") for _ in range(2))
    run.execute(first)
    assert first.previously_completed is False
    assert run.xcom("task", "previously_completed") is False
    caplog.set_level("INFO")
    run.execute(second)
    assert second.previously_completed is True
    assert run.xcom("task", "previously_completed") is True
    assert len(calls) == 1


def test_the_log_says_what_was_done(tmp_path, monkeypatch):
    run, said = Run(), []
    for _ in range(2):
        operator = task(pattern=f"{tmp_path}/x")
        monkeypatch.setattr(
            type(operator),
            "log",
            type("Log", (), {"info": lambda self, text, *args: said.append(text % args)})(),
        )
        run.execute(operator)
    made = Output(f"{tmp_path}/x").note()
    assert said == [
        "Done. Returned value was: {'rows': 1}",
        f"made, as nothing valid stood there: {tmp_path}/x",
        f"exists, {made.by()} from the same inputs: {tmp_path}/x",
    ]


def test_op_kwargs_op_args_and_jinja_fill_the_pattern(tmp_path):
    run = Run(params={"root": str(tmp_path)})
    path = run.execute(
        task(
            pattern="{{ params.root }}/{{ run_id }}/{who}.txt",
            op_kwargs={"who": "{{ params.root | length }}-ann"},
        )
    )
    assert path == f"{tmp_path}/manual/{len(str(tmp_path))}-ann.txt"

    def positional(who, output_path):
        write(output_path, who)

    assert (
        run.execute(task(positional, pattern=f"{tmp_path}/{{who}}.txt", op_args=["bob"]))
        == f"{tmp_path}/bob.txt"
    )
    with open(tmp_path / "bob.txt", encoding="utf-8") as file:
        assert file.read() == "bob"


@pytest.mark.parametrize("name", ["today_date", "date_today"])
def test_the_date_is_that_of_the_run_in_the_zone_of_the_dag(tmp_path, dag, name):
    run = Run(dag)
    assert run.execute(task(pattern=f"{tmp_path}/{{{name}}}.txt")) == f"{tmp_path}/2026-11-22.txt"


def test_an_op_kwarg_of_that_name_wins_over_the_date(tmp_path, dag):
    path = Run(dag).execute(
        task(pattern=f"{tmp_path}/{{today_date}}", op_kwargs={"today_date": "eve"})
    )
    assert path == f"{tmp_path}/eve"


def test_without_a_run_there_is_no_date(tmp_path):
    with pytest.raises(PatternError, match="DAG run"):
        Run().execute(task(pattern=f"{tmp_path}/{{today_date}}"))


def test_the_callable_gets_the_context_it_names(tmp_path):
    seen = {}

    def call(output_path, run_id, ti, **context):
        seen.update(context, run_id=run_id, ti=ti)

    run = Run()
    run.execute(task(call, pattern=f"{tmp_path}/x"))
    assert seen["run_id"] == "manual"
    assert seen["ti"] is run
    assert "params" in seen


def test_the_context_of_others_does_not_see_the_temporary(tmp_path):
    operator, context = task(pattern=f"{tmp_path}/x"), Run().context()
    Run._task_id = "task"
    operator.execute(context)
    assert "output_path" not in context
    assert "output_path" not in operator.op_kwargs


def test_an_exception_fails_the_task_and_leaves_nothing(tmp_path):
    def call(output_path):
        write(output_path)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Run().execute(task(call, pattern=f"{tmp_path}/x"))
    assert os.listdir(tmp_path) == []


def test_a_callable_may_skip_its_task(tmp_path):
    def call(output_path):
        raise AirflowSkipException

    with pytest.raises(AirflowSkipException):
        Run().execute(task(call, pattern=f"{tmp_path}/x"))
    assert os.listdir(tmp_path) == []


def test_an_async_callable_will_do(tmp_path):
    async def call(output_path):
        write(output_path, "async")

    Run().execute(task(call, pattern=f"{tmp_path}/x"))
    assert (tmp_path / "x").read_text() == "async"


def test_it_writes_to_object_storage_over_an_airflow_connection(s3):
    from operators import requires
    from operators.storage import at

    run = Run()
    for _ in range(2):
        operator = task(pattern=f"{s3}/operator/{{who}}.txt", op_kwargs={"who": "ann"})
        assert run.execute(operator) == f"{s3}/operator/ann.txt"
    assert operator.previously_completed
    run.xcoms["task", "return_value"] = [f"{s3}/operator/ann.txt"]
    assert at(requires("task", ti=run)["ann"]).read_text() == "ann"


def test_leftovers_of_dead_writers_are_swept(tmp_path):
    from operators.temporary import boot

    (tmp_path / f".writing-{boot()}-00000000dead").mkdir()
    Run().execute(task(pattern=f"{tmp_path}/x"))
    assert sorted(os.listdir(tmp_path)) == [".idempatomic", ".writing.lock", "x"]


def test_one_person_per_task_is_written_straight_to_its_place(tmp_path):
    """The function of the crawl engine, called by `produce` and by the operator alike."""
    from operators.output import produce

    def scrape_person(output_path, key):
        with open(output_path, "w", encoding="utf-8") as file:
            json.dump({"key": key}, file)

    run = Run()
    for key in ("00400001", "00400002"):
        run.execute(
            task(scrape_person, pattern=f"{tmp_path}/odyssey/{{key}}.json", op_kwargs={"key": key})
        )
    outcome = produce(Output(f"{tmp_path}/odyssey/00400001.json"), scrape_person, key="00400001")
    assert outcome.previously_completed
    shown = [name for name in os.listdir(tmp_path / "odyssey") if not name.startswith(".")]
    assert sorted(shown) == ["00400001.json", "00400002.json"]


# --- options


def test_valid_mode_and_scratch_reach_the_output(tmp_path):
    operator = task(
        pattern=f"{tmp_path}/x",
        valid=lambda path: open(path, encoding="utf-8").read() == "good",  # noqa: SIM115
        mode=0o600,
        scratch=str(tmp_path / "scratch"),
        op_kwargs={"who": "good"},
    )
    (tmp_path / "x").write_text("bad")
    Run().execute(operator)
    assert (tmp_path / "x").read_text() == "good"
    assert os.stat(tmp_path / "x").st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "scratch") == []


@pytest.mark.parametrize(
    ("option", "params", "again"),
    [
        (None, {}, False),
        (None, {"overwrite": False}, False),
        (None, {"overwrite": True}, True),
        (None, {"overwrite": "true"}, True),
        (None, {"overwrite": "False"}, False),
        (False, {"overwrite": True}, False),
        (True, {}, True),
        ("{{ params.redo }}", {"redo": "true"}, True),
    ],
)
def test_overwrite_replaces(tmp_path, option, params, again):
    (tmp_path / "x").write_text("old")
    operator = task(pattern=f"{tmp_path}/x", overwrite=option)
    Run(params=params).execute(operator)
    assert (tmp_path / "x").read_text() == ("nobody" if again else "old")
    assert operator.previously_completed is not again


def test_an_overwrite_that_is_neither_is_refused(tmp_path):
    with pytest.raises(PatternError, match="'maybe'"):
        Run(params={"overwrite": "maybe"}).execute(task(pattern=f"{tmp_path}/x"))


@pytest.mark.parametrize("name", ["x", "x/"])
def test_an_outlet_asset_hears_path_count_and_checksum(tmp_path, name):
    asset = Asset("scraper://jail/roster")
    run = Run()

    def call(output_path):
        write(output_path + "a.csv" if output_path.endswith("/") else output_path)

    run.execute(task(call, pattern=f"{tmp_path}/{name}", outlets=[asset]))
    extra = run.events[asset].extra
    assert extra["path"] == f"{tmp_path}/{name}"
    assert (extra["count"], extra["checksum"]) == Output(f"{tmp_path}/{name}").fingerprint()


def test_provide_context_is_ignored_with_a_warning(tmp_path):
    with pytest.warns(DeprecationWarning, match="provide_context") as caught:
        operator = task(pattern=f"{tmp_path}/x", provide_context=True)
    assert caught[0].filename == __file__
    Run().execute(operator)


def test_nothing_is_pushed_when_xcom_is_off(tmp_path):
    run = Run()
    operator = task(pattern=f"{tmp_path}/x", do_xcom_push=False)
    run.execute(operator)
    assert ("task", "previously_completed") not in run.xcoms


# --- being killed


def test_on_kill_sets_the_stop_event_of_a_callable_that_names_it(tmp_path):
    seen = []

    def call(output_path, stop):
        seen.append(stop.is_set())
        operator.on_kill()
        seen.append(stop.is_set())

    operator = task(call, pattern=f"{tmp_path}/x")
    Run().execute(operator)
    assert seen == [False, True]


def test_on_kill_interrupts_another_callable_and_leaves_nothing(tmp_path):
    def call(output_path):
        write(output_path)
        operator.on_kill()

    operator = task(call, pattern=f"{tmp_path}/x")
    with pytest.raises(Killed):
        Run().execute(operator)
    assert os.listdir(tmp_path) == []


def test_on_kill_outside_of_the_callable_does_nothing(tmp_path):
    operator = task(pattern=f"{tmp_path}/x")
    operator.on_kill()
    Run().execute(operator)
    operator.on_kill()


def test_the_stop_event_is_no_part_of_the_operator_so_that_it_can_be_copied(tmp_path):
    import copy
    import pickle

    operator = task(pattern=f"{tmp_path}/x")
    Run().execute(operator)
    assert copy.deepcopy(operator).output_pattern == operator.output_pattern
    assert isinstance(pickle.dumps(threading.Event.__name__), bytes)


# --- refused at parse


def two(output_path, county, limit=5):
    pass


@pytest.mark.parametrize(
    ("call", "options", "message"),
    [
        (lambda county: None, {}, "takes no output_path"),
        (lambda output_path, /: None, {}, "cannot be given by name"),
        (
            two,
            {"op_kwargs": {"county": "x", "output_path": "y"}},
            "output_path is in the op_kwargs",
        ),
        (two, {"op_kwargs": {"cuonty": "x"}}, "takes no 'cuonty'.*did you mean 'county'"),
        (two, {"op_kwargs": {}}, "needs 'county'"),
        (
            two,
            {"op_args": ["p"], "op_kwargs": {"county": "x"}},
            "op_args of two.* reach as far as output_path",
        ),
        (two, {"op_args": [1, 2, 3, 4]}, "too many positional"),
        (
            lambda county, output_path: None,
            {"op_args": ["a"], "op_kwargs": {"county": "b"}},
            "both",
        ),
        (write, {"pattern": "{cuonty}.csv", "op_kwargs": {"who": "x"}}, "nothing gives it a value"),
        (write, {"pattern": "{who.x}.csv"}, "not the plain name"),
        (write, {"pattern": "{who.csv"}, "output_pattern"),
    ],
)
def test_what_cannot_work_is_refused_when_the_dag_is_parsed(call, options, message):
    with pytest.raises(PatternError, match=message):
        task(call, **{"pattern": "x", **options})


def test_a_missing_pattern_is_refused_when_the_dag_is_parsed():
    with pytest.raises(TypeError, match="output_pattern"):
        PythonIdempatomicFileOperator(task_id="t", python_callable=write)


def test_a_key_that_only_the_pattern_uses_is_fine(tmp_path):
    path = Run().execute(
        task(lambda output_path: None, pattern=f"{tmp_path}/{{key}}", op_kwargs={"key": "k"})
    )
    assert path == f"{tmp_path}/k"


def test_arguments_that_come_from_another_task_are_checked_at_execution(dag):
    with dag:
        plan = PythonOperator(task_id="plan", python_callable=dict)
        operator = task(pattern="{who}", op_kwargs=plan.output)
    operator.op_kwargs = {"hwo": "x"}
    with pytest.raises(PatternError, match="did you mean 'who'"):
        operator.execute(Run().context())


def test_a_value_that_would_leave_its_segment_is_refused_at_execution(tmp_path):
    with pytest.raises(PatternError, match="leave its path segment"):
        Run().execute(task(pattern=f"{tmp_path}/{{who}}", op_kwargs={"who": "../../evil"}))


def test_jinja_may_not_climb(tmp_path):
    with pytest.raises(PatternError, match="climbs"):
        Run(params={"who": "../.."}).execute(task(pattern=f"{tmp_path}/{{{{ params.who }}}}/x"))


# --- mapped


@pytest.mark.parametrize(
    ("partial", "expand", "message"),
    [
        ({"python_callable": write}, {"op_kwargs": [{"who": "a"}]}, "output_pattern is missing"),
        (
            {"python_callable": lambda who: None, "output_pattern": "{who}"},
            {"op_kwargs": [{"who": "a"}]},
            "output_path",
        ),
        (
            {"python_callable": write, "output_pattern": "{who"},
            {"op_kwargs": [{"who": "a"}]},
            "output_pattern",
        ),
        (
            {"python_callable": write, "output_pattern": "{who}"},
            {"op_kwargs": [{"who": "a"}, {"hwo": "b"}]},
            "hwo",
        ),
        (
            {"python_callable": write, "op_kwargs": {"who": "a"}},
            {"output_pattern": ["{who}", "{you}"]},
            "you",
        ),
    ],
)
def test_a_mapped_task_is_refused_at_parse_as_far_as_it_is_known(dag, partial, expand, message):
    with dag, pytest.raises(PatternError, match=message):
        PythonIdempatomicFileOperator.partial(task_id="m", **partial).expand(**expand)


def test_expand_kwargs_is_checked_at_parse(dag):
    partial = PythonIdempatomicFileOperator.partial(task_id="m", python_callable=write)
    with dag, pytest.raises(PatternError, match="did you mean 'who'"):
        partial.expand_kwargs([{"op_kwargs": {"hwo": "b"}, "output_pattern": "{who}"}])


def test_a_good_mapping_is_accepted(dag):
    with dag:
        plan = PythonOperator(task_id="plan", python_callable=list)
        make = PythonIdempatomicFileOperator.partial
        make(task_id="a", python_callable=write, output_pattern="{who}").expand(
            op_kwargs=[{"who": "a"}]
        )
        make(task_id="b", python_callable=write, output_pattern="b-{who}").expand(
            op_kwargs=plan.output
        )
        make(task_id="c", python_callable=write).expand_kwargs(
            [{"op_kwargs": {"who": "x"}, "output_pattern": "{who}"}]
        )
        with pytest.warns(DeprecationWarning, match="provide_context"):
            make(
                task_id="f", python_callable=write, output_pattern="f-{who}", provide_context=True
            ).expand(op_kwargs=[{"who": "a"}]).unmap({"op_kwargs": {"who": "a"}})
        make(task_id="d", python_callable=write).expand_kwargs(plan.output)
        make(
            task_id="e",
            python_callable=write,
            op_kwargs={"who": "x"},
            params={"overwrite": Param(False)},
        ).expand(output_pattern=["{who}", "x"])
    assert sorted(dag.task_ids) == ["a", "b", "c", "d", "e", "f", "plan"]
