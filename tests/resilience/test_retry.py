"""Both levels of trying again, counted, without a browser and without waiting."""

from __future__ import annotations

import asyncio
import functools
import inspect
import typing
from collections.abc import Callable

import pytest
import requests
import tenacity
from selenium.common.exceptions import (
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import ReadTimeoutError

from resilience import (
    Budget,
    Pace,
    Session,
    again,
    faults,
    not_repeated,
    resilient,
    try_again_if_timeout,
)
from resilience.retry import on, wait_fault
from tests.resilience.helpers import Clock, NoBrowser


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    pace = Pace.free(clock=clock, sleep=clock.sleep)
    return Session(pace=pace, start=lambda *_: NoBrowser())  # type: ignore[arg-type,return-value]


class Page:
    """A page object whose steps fail as told."""

    def __init__(self, session: Session, *failures: Exception) -> None:
        self.session = session
        self.failures = list(failures)
        self.calls = 0

    def _step(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "read"

    @try_again_if_timeout
    def bare(self, word: str, *, loud: bool = False) -> str:
        """Says it."""
        return self._step() + word + ("!" if loud else "")

    @try_again_if_timeout(times=3)
    def three_more(self) -> str:
        return self._step()

    @resilient
    def gentle(self) -> str:
        return self._step()

    @resilient(attempts=5)
    def patient(self) -> str:
        return self._step()

    @resilient
    def careful(self) -> str:
        return self._post()

    @not_repeated
    def _post(self) -> str:
        return self._step()


class AlwaysError(Exception):
    pass


@pytest.mark.parametrize(
    "timeout",
    [
        faults.Slow(),
        TimeoutError(),
        TimeoutException("page load"),
        requests.ReadTimeout(),
        requests.ConnectTimeout(),
    ],
)
def test_bare_gives_one_more_try_on_any_time_out(session: Session, timeout: Exception) -> None:
    page = Page(session, timeout)
    assert page.bare(" it", loud=True) == "read it!"
    assert page.calls == 2


def test_bare_gives_up_after_the_second_time_out_and_raises_it_as_it_came(session: Session) -> None:
    first, second = TimeoutException("first"), TimeoutException("second")
    page = Page(session, first, second)
    with pytest.raises(TimeoutException) as caught:
        page.bare("")
    assert (caught.value, page.calls) == (second, 2)


def test_bare_does_not_repeat_what_is_no_time_out(session: Session) -> None:
    for error in (faults.SignedOut(), KeyError("x"), StaleElementReferenceException("old")):
        page = Page(session, error)
        with pytest.raises(type(error)):
            page.bare("")
        assert page.calls == 1


def test_arguments_change_how_often_on_what_and_how_long(session: Session, clock: Clock) -> None:
    page = Page(session, *(faults.Slow() for _ in range(9)))
    with pytest.raises(faults.Slow):
        page.three_more()
    assert page.calls == 4

    calls = []

    @try_again_if_timeout(
        times=2,
        retry=on(faults.Slow) | on(faults.Dropped),
        wait=tenacity.wait_fixed(3),
        sleep=clock.sleep,
    )
    def read() -> None:
        calls.append(1)
        raise faults.Dropped

    with pytest.raises(faults.Dropped):
        read()
    assert (len(calls), clock.slept) == (3, [3, 3])


def test_the_signature_and_the_words_stay() -> None:
    assert list(inspect.signature(Page.bare).parameters) == ["self", "word", "loud"]
    assert (Page.bare.__name__, Page.bare.__doc__) == ("bare", "Says it.")
    assert typing.get_type_hints(Page.bare) == {"word": str, "loud": bool, "return": str}


def test_a_step_that_always_fails_is_tried_exactly_as_often_as_told(session: Session) -> None:
    for method, attempts in (("gentle", 3), ("patient", 5), ("bare", 2), ("three_more", 4)):
        page = Page(session, *(faults.Slow() for _ in range(99)))
        step: Callable[..., str] = getattr(page, method)
        with pytest.raises(faults.Slow):
            step("") if method == "bare" else step()
        assert page.calls == attempts, method


def test_resilient_cures_what_leaves_the_portal_as_it_was_and_counts_it(session: Session) -> None:
    page = Page(session, StaleElementReferenceException("old"), faults.Covered())
    assert page.gentle() == "read"
    assert session.statistics == {"StalePage": 1, "Covered": 1}


@pytest.mark.parametrize(
    "fault",
    [
        faults.SignedOut(),
        faults.BrowserLost(),
        faults.WrongRecord(),
        faults.Busy(),
        faults.Blocked(),
    ],
)
def test_resilient_lets_pass_at_once_what_loses_the_portals_state(
    session: Session, fault: faults.Fault
) -> None:
    page = Page(session, fault)
    with pytest.raises(type(fault)):
        page.gentle()
    assert page.calls == 1


def test_raw_errors_leave_resilient_as_the_fault_they_mean(session: Session) -> None:
    page = Page(session, ReadTimeoutError(None, "/session", "timed out"))  # type: ignore[arg-type]
    with pytest.raises(faults.BrowserLost) as caught:
        page.gentle()
    assert isinstance(caught.value.__cause__, ReadTimeoutError)
    with pytest.raises(KeyError):
        Page(session, KeyError("ours")).gentle()


def test_a_step_that_must_not_be_repeated_is_not(session: Session) -> None:
    page = Page(session, TimeoutException("sent, no answer"))
    with pytest.raises(faults.Slow):
        page.careful()
    assert page.calls == 1


def test_back_off_grows_with_jitter_and_never_undercuts_retry_after() -> None:
    for chance, factor in ((0.0, 0.5), (1.0, 1.0)):
        wait = wait_fault(1, 8, chance=lambda chance=chance: chance)  # type: ignore[misc]
        assert [wait.after(None, attempt) for attempt in (1, 2, 3, 4, 5)] == [
            factor * x for x in (1, 2, 4, 8, 8)
        ]
        assert wait.after(faults.Busy(retry_after=30), 1) == 30


def _run(session: Session, errors: list[Exception], budget: Budget | None = None) -> int:
    attempts = 0
    for attempt in again(session, budget=budget):
        with attempt:
            attempts += 1
            if errors:
                raise errors.pop(0)
    return attempts


def test_a_budget_that_is_renewed_by_progress_lasts_as_long_as_there_is_progress(
    session: Session,
) -> None:
    session.sign_in = lambda here: setattr(here, "signed_in", True)
    budget, read = Budget(attempts=3, sign_ins=1), 0
    for attempt in again(session, budget=budget):
        with attempt:
            if read < 6:
                read += 1
                budget.renew()
                raise faults.SignedOut()
    assert read == 6
    with pytest.raises(faults.SignedOut):
        _run(session, [faults.SignedOut(), faults.SignedOut(), faults.SignedOut()], budget)


def test_again_stops_at_once_when_it_worked(session: Session) -> None:
    assert _run(session, []) == 1


def test_again_cures_each_fault_and_goes_on(session: Session) -> None:
    signed: list[int] = []

    def sign_in(here: Session) -> None:
        signed.append(here.generation)
        here.signed_in = True

    session.sign_in = sign_in
    session.signed_in = bool(session.browser)
    errors: list[Exception] = [
        faults.WrongRecord(),
        faults.SignedOut(),
        WebDriverException("disconnected: gone"),
    ]
    assert _run(session, errors) == 4
    assert signed == [1, 2], "once where it was, once in the new browser"
    assert session.statistics == {"WrongRecord": 1, "SignedOut": 1, "BrowserLost": 1}
    assert session.events == {"sign-in": 2, "restart": 1}


@pytest.mark.parametrize(
    "fault",
    [
        faults.Blocked(),
        faults.CaptchaAsked(),
        faults.SignInRefused(),
        faults.Stopped(),
        faults.CircuitOpen(),
    ],
)
def test_again_passes_on_at_once_what_is_to_stop(session: Session, fault: faults.Fault) -> None:
    errors: list[Exception] = [fault, faults.Slow()]
    with pytest.raises(type(fault)):
        _run(session, errors)
    assert len(errors) == 1


def test_again_passes_on_at_once_what_is_a_mistake_of_ours(session: Session) -> None:
    errors: list[Exception] = [ZeroDivisionError(), faults.Slow()]
    with pytest.raises(ZeroDivisionError):
        _run(session, errors)
    assert len(errors) == 1


def test_again_spends_one_budget_and_raises_the_last_fault(session: Session) -> None:
    errors: list[Exception] = [faults.RosterMoved(str(number)) for number in range(9)]
    with pytest.raises(faults.RosterMoved, match="4"):
        _run(session, errors)
    assert len(errors) == 4
    assert session.statistics == {"RosterMoved": 5}


def test_sign_ins_have_a_budget_of_their_own(session: Session) -> None:
    session.sign_in = lambda here: setattr(here, "signed_in", True)
    errors: list[Exception] = [faults.SignedOut() for _ in range(9)]
    with pytest.raises(faults.SignedOut):
        _run(session, errors)
    assert session.events["sign-in"] == 2


def test_time_is_a_budget_too(session: Session) -> None:
    mine = Clock()
    budget = Budget(attempts=99, seconds=10, clock=mine)
    attempts = 0
    with pytest.raises(faults.RosterMoved):  # noqa: PT012
        for attempt in again(session, budget=budget):
            with attempt:
                attempts += 1
                mine.now += 4
                raise faults.RosterMoved
    assert attempts == 3


def test_a_fault_of_the_cure_costs_an_attempt_and_is_cured_in_turn(session: Session) -> None:
    trouble: list[faults.Fault] = [faults.Slow("sign-in page"), faults.Busy()]

    def sign_in(here: Session) -> None:
        if trouble:
            raise trouble.pop(0)
        here.signed_in = True

    session.sign_in = sign_in
    assert _run(session, [faults.SignedOut()]) == 2
    assert session.signed_in
    assert session.statistics == {"SignedOut": 1, "Slow": 1, "Busy": 1}


def test_a_password_refused_in_the_cure_stops(session: Session) -> None:
    def sign_in(_: Session) -> None:
        raise faults.SignInRefused

    session.sign_in = sign_in
    with pytest.raises(faults.SignInRefused):
        _run(session, [faults.SignedOut()])
    assert session.events["sign-in"] == 1


def test_a_session_without_a_hook_cannot_cure_signed_out(session: Session) -> None:
    with pytest.raises(faults.SignedOut):
        _run(session, [faults.SignedOut()])


def test_a_second_slow_person_without_any_page_between_costs_the_browser(session: Session) -> None:
    assert session.browser
    assert _run(session, [faults.Slow(), faults.Slow()]) == 3
    assert session.events == {"restart": 1}


def test_busy_waits_as_long_as_the_portal_asked(session: Session, clock: Clock) -> None:
    assert _run(session, [faults.Busy(retry_after=40)]) == 2
    assert sum(clock.slept) == pytest.approx(40)


def test_a_portal_that_asks_for_hours_is_not_waited_for(session: Session, clock: Clock) -> None:
    with pytest.raises(faults.Busy):
        _run(session, [faults.Busy(retry_after=7200)])
    assert clock.slept == []


def test_a_stop_ends_the_retries(session: Session) -> None:
    with pytest.raises(faults.Stopped):  # noqa: PT012
        for attempt in again(session):
            with attempt:
                session.stop.set()
                raise faults.RosterMoved


# -- coroutines and generators


class AsyncPage(Page):
    """A page object whose steps are coroutine functions."""

    @try_again_if_timeout
    async def bare_async(self, word: str) -> str:
        """Says it."""
        return self._step() + word

    @resilient
    async def gentle_async(self) -> str:
        return self._step()

    @resilient
    async def careful_async(self) -> str:
        return await self._post_async()

    @not_repeated
    async def _post_async(self) -> str:
        return self._step()


def test_a_coroutine_function_stays_one_and_is_tried_again(session: Session) -> None:
    page = AsyncPage(session, TimeoutError("late"))
    assert inspect.iscoroutinefunction(AsyncPage.bare_async)
    assert (AsyncPage.bare_async.__name__, AsyncPage.bare_async.__doc__) == (
        "bare_async",
        "Says it.",
    )
    assert asyncio.run(page.bare_async(" it")) == "read it"
    assert page.calls == 2
    page = AsyncPage(session, faults.Slow("first"), faults.Slow("second"))
    with pytest.raises(faults.Slow, match="second"):
        asyncio.run(page.bare_async(""))


def test_asyncios_own_time_out_is_one() -> None:
    calls = []

    @try_again_if_timeout
    async def wait() -> str:
        calls.append(1)
        if len(calls) == 1:
            await asyncio.wait_for(asyncio.sleep(5), 0.01)
        return "there"

    assert asyncio.run(wait()) == "there"
    assert len(calls) == 2
    assert isinstance(faults.of(asyncio.TimeoutError()), faults.Slow)


def test_a_coroutine_sleeps_in_its_loop_and_others_go_on() -> None:
    seen = []

    @try_again_if_timeout(wait=tenacity.wait_fixed(0.1))
    async def step() -> None:
        seen.append("step")
        raise faults.Slow

    async def both() -> None:
        other = asyncio.ensure_future(beside())
        with pytest.raises(faults.Slow):
            await step()
        await other

    async def beside() -> None:
        await asyncio.sleep(0.02)
        seen.append("beside")

    asyncio.run(both())
    assert seen == ["step", "beside", "step"]


def test_resilient_and_not_repeated_hold_for_coroutines(session: Session, clock: Clock) -> None:
    page = AsyncPage(session, StaleElementReferenceException("old"), faults.Covered())
    assert asyncio.run(page.gentle_async()) == "read"
    assert session.statistics == {"StalePage": 1, "Covered": 1}
    assert len(clock.slept) == 2
    page = AsyncPage(session, TimeoutException("sent, no answer"))
    with pytest.raises(faults.Slow):
        asyncio.run(page.careful_async())
    assert page.calls == 1


def _generator() -> typing.Iterator[int]:
    yield 1


async def _async_generator() -> typing.AsyncIterator[int]:
    yield 1


class _Callable:
    def __call__(self) -> typing.Iterator[int]:
        yield 1


@pytest.mark.parametrize(
    "function",
    [_generator, _async_generator, functools.partial(_generator), _Callable()],
    ids=["generator", "async generator", "partial", "object"],
)
@pytest.mark.parametrize(
    "decorator",
    [
        try_again_if_timeout,
        try_again_if_timeout(times=2),
        resilient,
        resilient(attempts=2),
        not_repeated,
    ],
)
def test_a_generator_function_is_refused_where_it_is_decorated(
    decorator: Callable[..., object], function: Callable[..., object]
) -> None:
    with pytest.raises(TypeError, match="generator function"):
        decorator(function)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="@classmethod"):
        try_again_if_timeout(classmethod(lambda cls: None))  # type: ignore[arg-type]


async def _coroutine() -> int:
    return 1


@pytest.mark.parametrize("inner", [_generator, _coroutine, _async_generator])
def test_what_gives_back_something_that_never_ran_is_refused_when_it_is_called(
    inner: Callable[[], object],
) -> None:
    with pytest.raises(TypeError, match="nothing has run"):
        try_again_if_timeout(lambda: inner())()
    with pytest.raises(TypeError, match="nothing has run"):
        not_repeated(lambda: inner())()


# -- cured and lost


def test_cured_counts_only_what_was_cured(session: Session) -> None:
    page = Page(session, StaleElementReferenceException("old"), faults.Slow())
    for attempt in again(session):
        with attempt:
            page.gentle()
            if attempt.number < 3:
                raise faults.WrongRecord
    assert session.cures == {"StalePage": 1, "Slow": 1, "WrongRecord": 2} == session.statistics
    with pytest.raises(faults.RosterMoved):
        _run(session, [faults.RosterMoved() for _ in range(9)])
    with pytest.raises(faults.Slow):
        Page(session, *(faults.Slow() for _ in range(9))).gentle()
    assert session.cures == {"StalePage": 1, "Slow": 1, "WrongRecord": 2}
    assert session.uncured == {"RosterMoved": 5, "Slow": 2}
    assert session.statistics["RosterMoved"] == 5
    assert session.statistics["Slow"] == 3, "the last one is its caller's to count"


def test_what_the_page_could_not_cure_and_the_person_could_is_cured(
    session: Session,
) -> None:
    page = Page(session, *(faults.Slow() for _ in range(3)))
    for attempt in again(session):
        with attempt:
            page.gentle()
    assert session.cures == session.statistics == {"Slow": 3}


def test_only_time_that_brought_nothing_is_lost(session: Session) -> None:
    mine = Clock()
    budget = Budget(attempts=99, seconds=10, clock=mine)
    read = 0
    for attempt in again(session, budget=budget):
        with attempt:
            while read < 20:
                mine.now += 60
                budget.renew()  # a case was read and kept
                read += 1
                if read % 5 == 0:
                    mine.now += 2
                    raise faults.RosterMoved
    assert (read, budget.lost) == (20, 8)


def test_nobody_waits_longer_for_a_busy_portal_than_the_persons_time_lasts(
    session: Session, clock: Clock
) -> None:
    budget = Budget(seconds=60, clock=clock)
    errors: list[Exception] = [faults.Busy(retry_after=50), faults.Busy(retry_after=50)]
    with pytest.raises(faults.Busy):
        _run(session, errors, budget)
    assert sum(clock.slept) == pytest.approx(50)


def test_a_page_is_not_tried_again_when_the_persons_time_is_over(session: Session) -> None:
    mine = Clock()

    class SlowPage(Page):
        def _step(self) -> str:
            mine.now += 20
            return super()._step()

    page = SlowPage(session, *(faults.Slow() for _ in range(99)))
    with pytest.raises(faults.Slow):  # noqa: PT012
        for attempt in again(session, budget=Budget(attempts=99, seconds=90, clock=mine)):
            with attempt:
                page.gentle()
    assert page.calls == 5
    assert session.budget is None
