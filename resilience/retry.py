"""Trying again, on two levels only.

*Page methods* repeat what leaves the portal's state as it was (slow, stale, covered):
`try_again_if_timeout`, `resilient`.
*One person's whole search* is repeated after everything that loses it: `again`, with one `Budget`
per person, so that
the two levels cannot multiply without bound. Policies are tenacity's and compose with its own
(``|``, ``&``, ``+``)."""

from __future__ import annotations

import contextlib
import functools
import inspect
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, overload

import tenacity
from tenacity.retry import retry_base
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from resilience import faults
from resilience.budget import Budget
from resilience.faults import Cure, Fault
from resilience.pace import nap, nap_async

if TYPE_CHECKING:
    from resilience.session import Session

P = ParamSpec("P")
R = TypeVar("R")


class on(retry_base):
    """Tries again on these faults, also when they come as the raw exceptions behind them; never in
    a step marked `not_repeated`. Composes: ``on(Slow) | on(StalePage)``."""

    def __init__(self, *kinds: type[Fault]) -> None:
        self.kinds = kinds

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        fault = _fault_of(retry_state)
        return fault is not None and fault.repeatable and isinstance(fault, self.kinds)


class wait_fault(wait_base):
    """Exponential back-off with jitter from ``first`` to ``most`` seconds, and never less than
    ``Retry-After``."""

    def __init__(
        self,
        first: float = 0.25,
        most: float = 30.0,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.first = first
        self.most = most
        self.chance = chance

    def __call__(self, retry_state: tenacity.RetryCallState) -> float:
        return self.after(_fault_of(retry_state), retry_state.attempt_number)

    def after(self, fault: Fault | None, attempt: int) -> float:
        """Seconds to wait after this fault in the ``attempt``-th attempt (counted from 1)."""
        wait = min(self.most, self.first * 2.0 ** (attempt - 1)) * (0.5 + self.chance() / 2)
        asked = fault.retry_after if isinstance(fault, faults.Busy) else None
        return max(wait, asked or 0.0)


def _fault_of(state: tenacity.RetryCallState) -> Fault | None:
    error = (
        state.outcome.exception() if state.outcome is not None and state.outcome.failed else None
    )
    return None if error is None else faults.of(error)


PAGE_LEVEL: tuple[type[Fault], ...] = (faults.Slow, faults.StalePage, faults.Covered)
"""What a page method may cure by itself: the portal's state is as it was."""


def _is_async(function: Callable[..., Any]) -> bool:
    """Whether calling it gives a coroutine. Raises TypeError for what cannot be repeated: a
    generator function does nothing when it is called, so no failure of it would be seen."""
    bare: Any = function
    while isinstance(bare, functools.partial):
        bare = bare.func
    if not callable(bare):
        raise TypeError(f"{bare!r} cannot be called; put @classmethod and the like above this")
    kinds = [bare] if inspect.isroutine(bare) else [bare, type(bare).__call__]
    if any(inspect.isgeneratorfunction(one) or inspect.isasyncgenfunction(one) for one in kinds):
        name = getattr(bare, "__qualname__", repr(bare))
        raise TypeError(
            f"{name} is a generator function: it runs only while it is looped over, so it cannot "
            "be tried again here. Decorate what it calls for each item, or return a list"
        )
    return any(inspect.iscoroutinefunction(one) for one in kinds)


def _ran(result: R) -> R:
    """What a function gave back; raises TypeError for one that has not run at all (a lambda that
    calls a coroutine function)."""
    if inspect.iscoroutine(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(
            f"the function gave back a {type(result).__name__} of which nothing has run, so no "
            "failure of it would be seen; make it an async def, or decorate what it calls"
        )
    return result


def not_repeated(function: Callable[P, R]) -> Callable[P, R]:
    """Marks a step that must not be done twice (a password, a form with effects): no page-level
    retry repeats it. For functions, methods and coroutine functions."""
    if _is_async(function):

        @functools.wraps(function)
        async def once_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            try:
                return await cast("Awaitable[Any]", function(*args, **kwargs))
            except Exception as error:
                _mark(error)
                raise

        return cast("Callable[P, R]", once_async)

    @functools.wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return _ran(function(*args, **kwargs))
        except Exception as error:
            _mark(error)
            raise

    return once


def _mark(error: Exception) -> None:
    """The fault behind it is not to be repeated; raises it where it came raw."""
    fault = faults.of(error)
    if fault is None:
        return
    fault.repeatable = False
    if fault is not error:
        raise fault from error


@overload
def try_again_if_timeout(function: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def try_again_if_timeout(
    *,
    times: int = 1,
    retry: retry_base | None = None,
    stop: stop_base | None = None,
    wait: wait_base | None = None,
    sleep: Callable[[float], None] | None = None,
    before_sleep: Callable[[tenacity.RetryCallState], None] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def try_again_if_timeout(
    function: Callable[..., Any] | None = None,
    /,
    *,
    times: int = 1,
    retry: retry_base | None = None,
    stop: stop_base | None = None,
    wait: wait_base | None = None,
    sleep: Callable[[float], None] | None = None,
    before_sleep: Callable[[tenacity.RetryCallState], None] | None = None,
) -> Any:
    """One more try on any time-out. Bare, or with arguments; on functions, methods and coroutine
    functions, which keep their signature. TypeError for a generator function.

    ``times`` is how many more tries; ``retry``, ``stop`` and ``wait`` are tenacity policies in
    place of *on a time-out*,
    *after so many* and *at once*. The last failure is raised as it came.
    """
    if function is None:
        return functools.partial(
            _try_again,
            times=times,
            retry=retry,
            stop=stop,
            wait=wait,
            sleep=sleep,
            before_sleep=before_sleep,
        )
    return _try_again(function)


def _try_again(
    function: Callable[P, R],
    *,
    times: int = 1,
    retry: retry_base | None = None,
    stop: stop_base | None = None,
    wait: wait_base | None = None,
    sleep: Callable[[float], None] | None = None,
    before_sleep: Callable[[tenacity.RetryCallState], None] | None = None,
) -> Callable[P, R]:
    policies: dict[str, Any] = {
        "retry": retry or on(faults.Slow),
        "stop": stop or tenacity.stop_after_attempt(times + 1),
        "wait": wait or tenacity.wait_none(),
        "before_sleep": before_sleep,
        "reraise": True,
    }
    if _is_async(function):
        return _try_again_async(function, policies, sleep)
    retrying = tenacity.Retrying(sleep=sleep or nap, **policies)

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        return _ran(retrying.copy()(function, *args, **kwargs))

    return wrapped


def _try_again_async(
    function: Callable[P, R], policies: dict[str, Any], sleep: Callable[[float], Any] | None
) -> Callable[P, R]:
    async def wait(seconds: float) -> None:
        done = sleep(seconds) if sleep is not None else nap_async(seconds)
        if inspect.isawaitable(done):
            await done

    retrying = tenacity.AsyncRetrying(sleep=wait, **policies)

    @functools.wraps(function)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        return await retrying.copy()(
            cast("Callable[..., Awaitable[Any]]", function), *args, **kwargs
        )

    return cast("Callable[P, R]", wrapped)


@overload
def resilient(function: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def resilient(
    *,
    attempts: int = 3,
    retry: retry_base | None = None,
    stop: stop_base | None = None,
    wait: wait_base | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def resilient(
    function: Callable[..., Any] | None = None,
    /,
    *,
    attempts: int = 3,
    retry: retry_base | None = None,
    stop: stop_base | None = None,
    wait: wait_base | None = None,
) -> Any:
    """For methods of an object that has a ``session``: repeats the method on `PAGE_LEVEL` faults,
    three attempts in all, as long as the person's time lasts (`Budget`). Coroutine functions too;
    TypeError for a generator function.

    Back-off with jitter by the session's own pace; every fault is counted in the session's
    statistics; `Stopped` ends the waiting. Faults that lose the portal's state pass through at
    once, as do steps marked `not_repeated`. Raw exceptions leave as the fault they mean."""

    most = stop or tenacity.stop_after_attempt(attempts)

    def policies(session: Session, uncured: list[Counter[str]]) -> dict[str, Any]:
        def count(state: tenacity.RetryCallState) -> None:
            fault = _fault_of(state)
            if fault is not None:
                if not uncured:
                    uncured.append(session.uncured)
                session.note(fault)

        return {
            "retry": retry or on(*PAGE_LEVEL),
            "stop": lambda state: most(state) or _out_of_time(session),
            "wait": wait or wait_fault(),
            "before_sleep": count,
            "reraise": True,
        }

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        if _is_async(method):

            @functools.wraps(method)
            async def wrapped_async(self: Any, *args: Any, **kwargs: Any) -> Any:
                session: Session = self.session

                async def sleep(seconds: float) -> None:
                    await session.pace.nap_async(seconds, stop=session.stop)

                with _named(session) as uncured:
                    retrying = tenacity.AsyncRetrying(sleep=sleep, **policies(session, uncured))
                    return await retrying(method, self, *args, **kwargs)

            return wrapped_async

        @functools.wraps(method)
        def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
            session: Session = self.session

            def sleep(seconds: float) -> None:
                session.pace.nap(seconds, stop=session.stop)

            with _named(session) as uncured:
                retrying = tenacity.Retrying(sleep=sleep, **policies(session, uncured))
                return _ran(retrying(method, self, *args, **kwargs))

        return wrapped

    return decorate if function is None else decorate(function)


@contextlib.contextmanager
def _named(session: Session) -> Iterator[list[Counter[str]]]:
    """Raw exceptions leave as the fault they mean. If none leaves, all faults are cured that were
    met since the uncured ones were put into the list."""
    uncured: list[Counter[str]] = []
    try:
        yield uncured
    except Exception as error:
        fault = faults.of(error)
        if fault is None or fault is error:
            raise
        raise fault from error
    if uncured:
        session.cured_since(uncured[0])


def _out_of_time(session: Session) -> bool:
    budget: Budget | None = getattr(session, "budget", None)  # a stand-in may have none
    return budget is not None and budget.left() <= 0


class Attempt:
    """One attempt of `again`: a context that keeps a curable fault to itself, so that the loop can
    go on."""

    def __init__(
        self, number: int, session: Session, budget: Budget, uncured: Counter[str]
    ) -> None:
        self.number = number
        self.fault: Fault | None = None
        self.done = False
        self._session = session
        self._budget = budget
        self._uncured = uncured
        self._outer: Budget | None = None

    def __enter__(self) -> Attempt:
        self._outer, self._session.budget = self._session.budget, self._budget
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._session.budget = self._outer
        if error is None:
            self.done = True
            self._session.cured_since(self._uncured)
            return False
        fault = faults.of(error) if isinstance(error, Exception) else None
        if fault is None:
            return False
        self._session.note(fault)
        if self._budget.spend(fault):
            self.fault = fault
            return True
        if fault is error:
            return False
        raise fault from error


def again(session: Session, *, budget: Budget | None = None) -> Iterator[Attempt]:
    """The person-level retry::

        for attempt in again(session):
            with attempt:
                history = read_all(session, person)

    A fault whose cure is *stop* passes through at once, and so does the last one when the budget is
    spent, or when it would be before a busy portal may be asked again. Between two attempts the
    session cures the fault; a fault met by the cure costs an attempt of its own. When an attempt
    works, all faults that were met count as cured."""
    budget = budget or Budget()
    budget.start()
    pause = wait_fault(0.1, 5.0)
    uncured = session.uncured
    number = 0
    while True:
        number += 1
        attempt = Attempt(number, session, budget, uncured)
        yield attempt
        if attempt.fault is None:
            return
        fault = attempt.fault
        while True:
            try:
                if fault.cure in (Cure.TRY_AGAIN, Cure.RELOAD):
                    session.pace.nap(pause.after(fault, number), stop=session.stop)
                session.cure(fault, patience=budget.left())
                break
            except Exception as error:
                found = faults.of(error)
                if found is None:
                    raise
                if found is fault:
                    raise found from (None if found is error else error)
                session.note(found)
                if not budget.spend(found):
                    raise found from (None if found is error else error)
                fault = found
