"""Plain requests that never reach a line: `responses` answers them from the exchange."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import responses
from requests import PreparedRequest

from replay.origins import Origins
from replay.server import reply_of
from replay.tape import AnswerTape, first_values

_EVERYTHING = re.compile(".*", re.S)


def nowhere(origins: Iterable[str]) -> Origins:
    """An address for every one of these that nobody can have: no real one is asked for even if all
    else failed."""
    wanted = dict.fromkeys(origins)
    return Origins(
        {real: f"https://portal-{number}.invalid" for number, real in enumerate(wanted, 1)}
    )


@contextlib.contextmanager
def answered(tape: AnswerTape, origins: Origins) -> Iterator[None]:
    """Every request of `requests` in this process is answered from the tape, and none leaves it."""

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        fields = first_values(parse_qsl(_text(request.body), keep_blank_values=True))
        step = tape.answer(str(request.method), origins.home(str(request.url)), fields)
        if step is None:
            return 404, {"Content-Type": "text/plain"}, b"this request is not in the exchange"
        reply = reply_of(tape, step, origins, document=False)
        return reply.status, reply.headers, reply.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, _EVERYTHING, callback=answer, content_type=None)
        yield


def _text(body: Any) -> str:
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
