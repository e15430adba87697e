"""``@task.idempatomic``: the operator as a TaskFlow decorator."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import attrs
from airflow.sdk.bases.decorator import DecoratedOperator, _TaskDecorator

from .calling import OUTPUT_PATH, STOP
from .errors import PatternError
from .idempatomic import PythonIdempatomicFileOperator, with_label
from .running import plain, refuse_generators
from .twins import check_mapping

__all__ = ["idempatomic_task"]


class _IdempatomicDecoratedOperator(DecoratedOperator, PythonIdempatomicFileOperator):
    custom_operator_name = "@task.idempatomic"
    is_async = False
    template_fields = PythonIdempatomicFileOperator.template_fields
    template_fields_renderers = PythonIdempatomicFileOperator.template_fields_renderers

    def __init__(
        self, *, python_callable: Callable[..., Any], op_args: Any, op_kwargs: Any, **kwargs: Any
    ) -> None:
        refuse_generators(python_callable)
        call = _with_given_parameters(plain(python_callable))
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


class _CheckedDecorator(_TaskDecorator):  # type: ignore[type-arg]
    """What `idempatomic_task` gives: Airflow's, with the same checks at parse for mapped tasks, and
    their labels."""

    def expand(self, **map_kwargs: Any) -> Any:
        check_mapping(self.kwargs, map_kwargs)
        return self._labelled()._expand_as_airflow(map_kwargs)

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> Any:
        return _TaskDecorator.expand_kwargs(self._labelled(), kwargs, strict=strict)

    def _expand_as_airflow(self, map_kwargs: dict[str, Any]) -> Any:
        return super().expand(**map_kwargs)

    def _labelled(self) -> _CheckedDecorator:
        return attrs.evolve(self, kwargs=with_label(self.kwargs))


def idempatomic_task(
    python_callable: Callable[..., Any] | None = None,
    multiple_outputs: bool | None = None,
    **kwargs: Any,
) -> Any:
    """Turn a function that takes ``output_path`` into a `PythonIdempatomicFileOperator`.

    @task.idempatomic(output_pattern="data/{who}.json")
    def one(who, output_path): ...
    one("ann"); one.expand(who=["ann", "bob"])

    The task returns its path whatever the function returns, so ``multiple_outputs`` is refused, and
    a function that says ``-> dict`` is like any other. Raises `PatternError` when the DAG is
    parsed."""
    if multiple_outputs:
        raise PatternError("multiple_outputs: the task returns one path; the output holds the rest")

    def made(call: Callable[..., Any]) -> _CheckedDecorator:
        return _CheckedDecorator(
            function=call,
            multiple_outputs=False,
            operator_class=_IdempatomicDecoratedOperator,
            kwargs=kwargs,
        )

    if python_callable is None:
        return made
    if not callable(python_callable):
        raise TypeError("@task.idempatomic takes named arguments alone")
    return made(python_callable)
