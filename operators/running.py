"""A callable that is called has not always run: coroutines are run to their end, generators are
refused."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import AsyncGeneratorType, GeneratorType
from typing import Any

from .errors import NeverRanError

__all__ = ["finished", "plain", "refuse_generators"]

_LAZY = (GeneratorType, AsyncGeneratorType, map, filter, zip)


def refuse_generators(call: Callable[..., object]) -> None:
    """Raises `NeverRanError` for a generator function: calling it runs nothing of it."""
    bare = inspect.unwrap(call.func if isinstance(call, functools.partial) else call)
    if inspect.isgeneratorfunction(bare) or inspect.isasyncgenfunction(bare):
        raise NeverRanError(f"{_name(call)} is a generator, which runs nothing when it is called")


def finished(value: object, call: Callable[..., object]) -> object:
    """What the callable came to: of a coroutine its result, once it has run to its end. Raises
    `NeverRanError` for a generator and whatever else runs only when it is asked."""
    if inspect.isawaitable(value):
        return finished(_awaited(value), call)
    if isinstance(value, _LAZY):
        if isinstance(value, GeneratorType):
            value.close()
        raise NeverRanError(
            f"{_name(call)} gave back a {type(value).__name__}, of which nothing has run;"
            " do the work in the call itself"
        )
    return value


def plain(call: Callable[..., Any]) -> Callable[..., Any]:
    """The callable, with a coroutine function made one that returns when it has run."""
    if not inspect.iscoroutinefunction(call):
        return call

    @functools.wraps(call)
    def run(*args: Any, **kwargs: Any) -> object:
        return finished(call(*args, **kwargs), call)

    return run


def _awaited(value: Awaitable[object]) -> object:
    async def to_its_end() -> object:
        return await value

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(to_its_end())
    # Called from a coroutine: a loop cannot run in another one, so it runs in a thread.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, to_its_end()).result()


def _name(call: Callable[..., object]) -> str:
    return f"{getattr(call, '__name__', repr(call))}()"
