"""HTTP requests that never reach a socket: `responses` answers them from the exchange."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import responses
from requests import PreparedRequest

from replay.answers import SavedAnswers, first_values
from replay.origins import Origins
from replay.server import UNKNOWN_REQUEST, reply_of

_ANY_URL = re.compile(".*", re.S)


def unreachable_origins(origins: Iterable[str]) -> Origins:
    """A stand-in for each origin that cannot exist (``.invalid``), so that no real host is asked
    even if the mock failed."""
    wanted = dict.fromkeys(origins)
    return Origins(
        {real: f"https://portal-{number}.invalid" for number, real in enumerate(wanted, 1)}
    )


@contextlib.contextmanager
def mocked_requests(answers: SavedAnswers, origins: Origins) -> Iterator[None]:
    """While open, every request that `requests` makes in this process is answered from the
    exchange."""

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        fields = first_values(parse_qsl(_text(request.body), keep_blank_values=True))
        step = answers.answer(str(request.method), origins.to_real(str(request.url)), fields)
        reply = (
            UNKNOWN_REQUEST if step is None else reply_of(answers, step, origins, document=False)
        )
        return reply.status, reply.headers, reply.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, _ANY_URL, callback=answer, content_type=None)
        yield


def _text(body: Any) -> str:
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
