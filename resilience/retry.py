"""Trying again, on two levels only.

*Page methods* repeat what leaves the portal's state as it was (slow, stale, covered):
`try_again_if_timeout`, `resilient`.
*One person's whole search* is repeated after everything that loses it: `again`, with one `Budget`
per person, so that
the two levels cannot multiply without bound. Policies are tenacity's and compose with its own
(``|``, ``&``, ``+``)."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

import tenacity
from tenacity.retry import retry_base
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from resilience import faults
from resilience.faults import Cure, Fault
from resilience.pace import nap

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


def not_repeated(function: Callable[P, R]) -> Callable[P, R]:
    """Marks a step that must not be done twice (a password, a form with effects): no page-level
    retry repeats it."""

    @functools.wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            fault = faults.of(error)
            if fault is None:
                raise
            fault.repeatable = False
            if fault is error:
                raise
            raise fault from error

    return once


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
    """One more try on any time-out. Bare, or with arguments; on functions and methods, which keep
    their signature.

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
    retrying = tenacity.Retrying(
        retry=retry or on(faults.Slow),
        stop=stop or tenacity.stop_after_attempt(times + 1),
        wait=wait or tenacity.wait_none(),
        sleep=sleep or nap,
        before_sleep=before_sleep,
        reraise=True,
    )

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        return retrying.copy()(function, *args, **kwargs)

    return wrapped


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
    three attempts in all.

    Back-off with jitter by the session's own pace; every fault is counted in the session's
    statistics; `Stopped` ends the waiting. Faults that lose the portal's state pass through at
    once, as do steps marked `not_repeated`. Raw exceptions leave as the fault they mean."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
            session: Session = self.session

            def count(state: tenacity.RetryCallState) -> None:
                fault = _fault_of(state)
                if fault is not None:
                    session.note(fault)

            retrying = tenacity.Retrying(
                retry=retry or on(*PAGE_LEVEL),
                stop=stop or tenacity.stop_after_attempt(attempts),
                wait=wait or wait_fault(),
                sleep=lambda seconds: session.pace.nap(seconds, stop=session.stop),
                before_sleep=count,
                reraise=True,
            )
            try:
                return retrying(method, self, *args, **kwargs)
            except Exception as error:
                fault = faults.of(error)
                if fault is None or fault is error:
                    raise
                raise fault from error

        return wrapped

    return decorate if function is None else decorate(function)


@dataclass
class Budget:
    """What one person may cost: attempts in all, sign-ins among them, restarts among them, and
    seconds if given."""

    attempts: int = 5
    sign_ins: int = 2
    restarts: int = 3
    seconds: float | None = None
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    used: dict[str, int] = field(default_factory=dict)
    begun: float | None = None

    def start(self) -> None:
        """The clock of ``seconds`` runs from the first call."""
        if self.begun is None:
            self.begun = self.clock()

    def spend(self, fault: Fault) -> bool:
        """Takes one more attempt after this fault out of the budget; False if there is none
        left."""
        if fault.cure is Cure.STOP:
            return False
        self.start()
        for name, most, applies in (
            ("attempts", self.attempts - 1, True),
            ("sign_ins", self.sign_ins, fault.cure is Cure.SIGN_IN_AGAIN),
            ("restarts", self.restarts, fault.cure is Cure.RESTART_BROWSER),
        ):
            if applies:
                if self.used.get(name, 0) >= most:
                    return False
                self.used[name] = self.used.get(name, 0) + 1
        begun = self.begun or 0.0
        return self.seconds is None or self.clock() - begun < self.seconds

    def renew(self) -> None:
        """Something was gained for good (a case read and kept): what follows has the whole budget
        again, but for the seconds."""
        self.used.clear()


class Attempt:
    """One attempt of `again`: a context that keeps a curable fault to itself, so that the loop can
    go on."""

    def __init__(self, number: int, session: Session, budget: Budget) -> None:
        self.number = number
        self.fault: Fault | None = None
        self.done = False
        self._session = session
        self._budget = budget

    def __enter__(self) -> Attempt:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            self.done = True
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
    spent. Between two attempts the session cures the fault; a fault met by the cure costs an
    attempt of its own."""
    budget = budget or Budget()
    budget.start()
    pause = wait_fault(0.1, 5.0)
    number = 0
    while True:
        number += 1
        attempt = Attempt(number, session, budget)
        yield attempt
        if attempt.fault is None:
            return
        fault = attempt.fault
        while True:
            try:
                if fault.cure in (Cure.TRY_AGAIN, Cure.RELOAD):
                    session.pace.nap(pause.after(fault, number), stop=session.stop)
                session.cure(fault)
                break
            except Exception as error:
                met = faults.of(error)
                if met is None:
                    raise
                session.note(met)
                if met is fault or not budget.spend(met):
                    raise met from (None if met is error else error)
                fault = met
