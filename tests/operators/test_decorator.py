"""``@task.idempatomic``, and the entry point through which Airflow finds it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import idempatomic_airflow_provider
import pytest
from airflow.providers_manager import ProvidersManager
from airflow.sdk import DAG, task
from idempatomic import PythonIdempatomicFileOperator
from idempatomic.decorator import idempatomic_task
from idempatomic.errors import PatternError

from tests.operators.tasks import Run


def decorated(call, **options):
    """The operator that calling a decorated function in a DAG gives."""
    with DAG("dag"):
        return task.idempatomic(**options)(call)("ann").operator


def test_the_entry_point_gives_the_provider():
    (found,) = (
        point
        for point in entry_points(group="apache_airflow_provider")
        if point.value.startswith("idempatomic")
    )
    assert found.load() is idempatomic_airflow_provider.get_provider_info
    assert "idempatomic" in ProvidersManager().providers
    assert task.idempatomic is idempatomic_task


def test_a_decorated_function_needs_no_default_for_output_path(tmp_path):
    def one(who, output_path):
        with open(output_path, "w", encoding="utf-8") as file:
            file.write(who)

    operator = decorated(one, output_pattern=f"{tmp_path}/{{who}}.txt")
    assert isinstance(operator, PythonIdempatomicFileOperator)
    assert Run().execute(operator) == f"{tmp_path}/ann.txt"
    assert (tmp_path / "ann.txt").read_text() == "ann"


@pytest.mark.parametrize(
    "call",
    [
        lambda output_path, who: open(output_path, "w").close(),
        lambda who, *, output_path: open(output_path, "w").close(),
        lambda who, output_path=None: open(output_path, "w").close(),
        lambda who, stop, output_path, run_id, **context: open(output_path, "w").close(),
    ],
)
def test_wherever_output_path_stands(tmp_path, call):
    call.__name__ = "one"
    if call.__code__.co_varnames[0] == "output_path":
        with DAG("dag"):
            operator = task.idempatomic(output_pattern=f"{tmp_path}/{{who}}")(call)(
                who="ann"
            ).operator
    else:
        operator = decorated(call, output_pattern=f"{tmp_path}/{{who}}")
    assert Run().execute(operator) == f"{tmp_path}/ann"


def test_its_refusals_come_at_parse():
    def one(who, output_path):
        pass

    with pytest.raises(PatternError, match="nothing gives it a value"):
        decorated(one, output_pattern="{you}")
    with pytest.raises(PatternError, match="takes no output_path"):
        decorated(lambda who: None, output_pattern="{who}", task_id="t")
    with pytest.raises(TypeError, match="output_pattern"):
        decorated(one)


def test_it_can_be_mapped(tmp_path):
    with DAG("dag"):

        @task.idempatomic(output_pattern=f"{tmp_path}/{{who}}.txt")
        def one(who, output_path):
            pass

        mapped = one.expand(who=["ann", "bob"]).operator
    for who in ("ann", "bob"):
        assert Run().execute(mapped.unmap({"op_kwargs": {"who": who}})) == f"{tmp_path}/{who}.txt"


def test_the_contract_is_had_without_airflow():
    """Even where Airflow is installed, the contract does not load it."""
    program = (
        "import sys; import operators; from operators import Output, produce, requires, sweep, "
        "version, list_salted;"
        "import operators.testing; sys.exit('airflow' in sys.modules or 'upath' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_what_is_not_there_is_an_attribute_error():
    import operators

    with pytest.raises(AttributeError, match="nothing"):
        _ = operators.nothing
    assert set(operators.__all__) <= {
        name for name in operators.__all__ if getattr(operators, name)
    }
