"""``@task.idempatomic``: the operator as a TaskFlow decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from airflow.sdk.bases.decorator import DecoratedOperator, TaskDecorator, task_decorator_factory

from .calling import OUTPUT_PATH, STOP
from .idempatomic import PythonIdempatomicFileOperator

__all__ = ["idempatomic_task"]


class _IdempatomicDecoratedOperator(DecoratedOperator, PythonIdempatomicFileOperator):
    custom_operator_name = "@task.idempatomic"
    template_fields = PythonIdempatomicFileOperator.template_fields
    template_fields_renderers = PythonIdempatomicFileOperator.template_fields_renderers

    def __init__(
        self, *, python_callable: Callable[..., Any], op_args: Any, op_kwargs: Any, **kwargs: Any
    ) -> None:
        call = _with_given_parameters(python_callable)
        super().__init__(
            kwargs_to_upstream={
                "python_callable": call,
                "op_args": op_args,
                "op_kwargs": op_kwargs,
            },
            python_callable=call,
            op_args=op_args,
            op_kwargs=op_kwargs,
            **kwargs,
        )


def _with_given_parameters(call: Callable[..., Any]) -> Callable[..., Any]:
    """The same callable, showing what the operator gives (``output_path``, ``stop``) as keywords
    with a default.

    Airflow wants every parameter without a default in the call ``one("ann")`` where the DAG is
    written."""
    signature = inspect.signature(call)
    ours = [
        p
        for name, p in signature.parameters.items()
        if name in (OUTPUT_PATH, STOP) and p.kind is not p.POSITIONAL_ONLY
    ]
    if not ours or all(p.default is not p.empty for p in ours):
        return call

    @functools.wraps(call)
    def shown(*args: Any, **kwargs: Any) -> Any:
        return call(*args, **kwargs)

    rest = [p for p in signature.parameters.values() if p not in ours]
    any_keywords = [p for p in rest if p.kind is p.VAR_KEYWORD]
    plain = [p for p in rest if p.kind is not p.VAR_KEYWORD]
    keywords = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY, default=None) for p in ours]
    shown.__signature__ = signature.replace(parameters=[*plain, *keywords, *any_keywords])  # type: ignore[attr-defined]
    return shown


def idempatomic_task(
    python_callable: Callable[..., Any] | None = None,
    multiple_outputs: bool | None = None,
    **kwargs: Any,
) -> TaskDecorator:
    """Turn a function that takes ``output_path`` into a `PythonIdempatomicFileOperator`.

    @task.idempatomic(output_pattern="data/{who}.json")
    def one(who, output_path): ...
    one("ann"); one.expand(who=["ann", "bob"])
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=multiple_outputs,
        decorated_operator_class=_IdempatomicDecoratedOperator,
        **kwargs,
    )
