"""``idempatomic why`` and ``idempatomic dry-run``."""

from __future__ import annotations

import pytest
from airflow.sdk import DAG

from operators import PythonIdempatomicFileOperator, requires
from operators.cli import main
from tests.operators.tasks import Run

FILE = """
from airflow.sdk import DAG
from operators import PythonIdempatomicFileOperator
from operators.pattern import PatternError

def call(output_path, key="x"): ...

with DAG("example", schedule=None):
    up = PythonIdempatomicFileOperator(
        task_id="up", python_callable=call, output_pattern="{root}/up.txt"
    )
    PythonIdempatomicFileOperator.partial(
        task_id="down", python_callable=call, output_pattern="{root}/{{key}}.txt"
    ).expand(op_kwargs=[{{"key": "a"}}, {{"key": "b"}}])
    PythonIdempatomicFileOperator.partial(
        task_id="more", python_callable=call, output_pattern="{root}/more-{{key}}.txt"
    ).expand(op_kwargs=up.output)
    PythonIdempatomicFileOperator(
        task_id="jinja", python_callable=call,
        output_pattern="{{{{ ti.xcom_pull(task_ids='up') }}}}/x",
    )
"""


@pytest.fixture
def dags(tmp_path):
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "example.py").write_text(FILE.format(root=tmp_path / "data"))
    return str(folder)


def make(tmp_path, run_id, text="up"):
    """Run ``up`` and the first instance of ``down``, which reads it."""
    run = Run(DAG("example"), run_id=run_id)

    def up(output_path):
        with open(output_path, "w", encoding="utf-8") as file:
            file.write(text)

    def down(output_path, key, **context):
        requires("up", **context)

    run.execute(
        PythonIdempatomicFileOperator(
            task_id="up",
            python_callable=up,
            output_pattern=f"{tmp_path}/data/up.txt",
            overwrite=True,
        )
    )
    run.map_index = 0
    run.execute(
        PythonIdempatomicFileOperator(
            task_id="down",
            python_callable=down,
            op_kwargs={"key": "a"},
            output_pattern=f"{tmp_path}/data/{{key}}.txt",
        )
    )


def test_why_answers_from_the_notes(tmp_path, dags, capsys):
    make(tmp_path, "first")
    capsys.readouterr()
    assert main(["--dags", dags, "why", "example", "down"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{tmp_path}/data/a.txt\n  stands as it was made, so it is done\n")
    assert "made by run first on 20" in told
    assert "by example.down (key=a)" in told
    assert f"the input {tmp_path}/data/up.txt is the same" in told


def test_why_says_what_changed(tmp_path, dags, capsys):
    make(tmp_path, "first")
    make(tmp_path, "second", text="another")
    (tmp_path / "data" / "up.txt").write_text("by hand")
    main(["why", "example", "down", "--in", str(tmp_path)])
    assert f"the input {tmp_path}/data/up.txt has changed" in capsys.readouterr().out
    main(["why", "example", "up", "--in", str(tmp_path), "--run", "second"])
    assert "changed since it was made" in capsys.readouterr().out
    (tmp_path / "data" / "a.txt").unlink()
    main(["why", "example", "down", "--in", str(tmp_path), "--map-index", "0"])
    assert "gone: the next run makes it again" in capsys.readouterr().out


def test_a_dry_run_lists_what_a_run_would_make_and_makes_nothing(tmp_path, dags, capsys):
    make(tmp_path, "first")
    capsys.readouterr()
    before = sorted((tmp_path / "data").iterdir())
    assert main(["--dags", dags, "dry-run", "example"]) == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines["up"].startswith(f"would leave {tmp_path}/data/up.txt, made by run first on")
    assert lines["down[0]"].startswith(f"would leave {tmp_path}/data/a.txt")
    assert lines["down[1]"] == f"would make {tmp_path}/data/b.txt"
    assert lines["more"].startswith("known only in a run")
    assert lines["jinja"].startswith("known only in a run (another task's result")
    assert sorted((tmp_path / "data").iterdir()) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["why", "nobody", "down"], "no DAG nobody"),
        (["why", "example", "nothing"], "there are: down, jinja, more, up"),
        (["why", "example", "down"], "there is no folder"),
        (["why", "example", "jinja"], "say --in FOLDER"),
        (["why", "example", "down", "--in", "."], "no note below . is of example.down"),
        (["dry-run", "example", "--conf", "{"], "--conf is not JSON"),
    ],
)
def test_what_cannot_be_answered_is_one_line(tmp_path, dags, capsys, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    assert main(["--dags", dags, *words]) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("idempatomic: ")
    assert told in error
