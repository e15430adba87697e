"""Whatever bytes a portal sends, the time to look at them grows with them and no faster."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resilience import browser, document, http_client, scrub, tags
from resilience.answer import Answer
from resilience.faults import content, in_page, raw, seconds_of
from resilience.scrub import WholeWord, scrub_page
from resilience.scrub import scrub as clean

MOST = 2.2
"""Times that twice the text may cost."""
NOTICED = 0.03
"""Seconds below which a measure says nothing of growth."""
SIZE = 20_000

READERS: dict[str, Callable[[str], object]] = {
    "scrub": clean,
    "scrub with secrets": lambda text: clean(text, ["hunter2", WholeWord("jane@example.org")]),
    "scrub_page": scrub_page,
    "in_page": lambda text: in_page(text, "https://portal.example/"),
    "words": content.words,
    "answer": lambda text: Answer(200, "https://portal.example/", {}, text).fault(),
    "Retry-After": lambda text: seconds_of(text, now=0.0),
    "charset": lambda text: http_client._charset(text, text.encode("utf-8", "surrogatepass")),
}
HOSTILE = [
    "token",
    "a",
    "a.",
    "a-",
    "password",
    "token=",
    "token:",
    "'token':\"",
    '"token":\'',
    '"token":"\\',
    '\\"token\\":\\"',
    "\\",
    '"token" : ',
    "token = '",
    'secret="',
    "http://a:",
    "https://",
    "<!--",
    "<!-- >",
    "<script",
    "<script>",
    "<style>",
    "<textarea name=token>",
    "<textarea ",
    "<input ",
    "<input type=",
    '<input value="',
    "<input name=token value='",
    "<input a='>",
    "<div class=",
    "<div class='g-recaptcha",
    '<div class="g-recaptcha" ',
    "<div ",
    "<title>",
    "<title",
    "<",
    "</",
    "<a",
    ">",
    "cookie:",
    "cookie ",
    "charset=",
    "charset = '",
    " ",
    "\n",
    "\t\n",
    "=",
    "= ",
    "&amp;",
    "unavailable",
    "temporarily ",
    "session ",
    "HTTP Status ",
    "tomcat",
    "captcha",
    "{Alert text : ",
    "userIsAuthenticated = ",
    "²",
    "9",
    "é",
    "\ud800",
]
PREFIXES = ["", "captcha tomcat password unavailable <div class=h-captcha>", "charset=", "<input "]


def cost(look: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    look(text)
    return time.thread_time() - begun


def grows_too_fast(look: Callable[[str], object], make: Callable[[int], str], size: int) -> bool:
    """Whether twice the text costs more than `MOST` times as much, looked at three times."""
    if cost(look, make(size)) < NOTICED:
        return False
    for _ in range(3):
        once = min(cost(look, make(size)) for _ in range(3))
        twice = min(cost(look, make(2 * size)) for _ in range(3))
        if twice <= MOST * max(once, NOTICED):
            return False
    return True


def repeated(prefix: str, piece: str) -> Callable[[int], str]:
    return lambda size: prefix + piece * (size // len(piece))


@pytest.mark.parametrize("name", READERS)
def test_one_piece_repeated_costs_no_more_than_its_length(name: str) -> None:
    bad = [
        (prefix, piece)
        for prefix, piece in itertools.product(PREFIXES, HOSTILE)
        if grows_too_fast(READERS[name], repeated(prefix, piece), SIZE)
    ]
    assert bad == []


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(sorted(READERS)),
    st.sampled_from(PREFIXES),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=5),
    st.sampled_from(["", ">", '"', "'", "-->", "</script>", "}", "@", "\x00"]),
)
def test_pieces_in_any_order_cost_no_more_than_their_length(
    name: str, prefix: str, pieces: list[str], end: str
) -> None:
    piece = "".join(pieces)
    assert not grows_too_fast(
        READERS[name], lambda size: prefix + piece * (size // len(piece)) + end, SIZE
    )


def patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for module in (browser, content, document, http_client, raw, scrub, tags):
        for name, value in vars(module).items():
            members = value.values() if isinstance(value, dict) else [value]
            found += [
                (f"{module.__name__}.{name}", one)
                for one in members
                if isinstance(one, re.Pattern) and name not in AT_ONE_PLACE
            ]
    return found


AT_ONE_PLACE = {"_ASSIGNED"}
"""Patterns that are only asked whether they fit at one place."""


@pytest.mark.parametrize(("name", "pattern"), patterns(), ids=lambda one: str(one)[:60])
def test_no_pattern_alone_looks_twice(name: str, pattern: re.Pattern[str]) -> None:
    def look(text: str) -> object:
        return sum(1 for _ in pattern.finditer(text))

    pieces = {*HOSTILE, *re.findall(r"[A-Za-z]{3,}", pattern.pattern)}
    bad = [piece for piece in sorted(pieces) if grows_too_fast(look, repeated("", piece), SIZE)]
    assert bad == []


@pytest.mark.parametrize(
    "text",
    [
        "token" * 12_000,
        "<!--" * 15_000,
        "<input " * 9_000,
        "http://" + "a:" * 30_000,
        "a." * 30_000,
    ],
    ids=["one token", "unclosed comments", "unclosed inputs", "user info", "dots"],
)
def test_sixty_kilobytes_of_spite_take_a_moment(text: str) -> None:
    for look in READERS.values():
        assert cost(look, text) < 1.0, "it was 144 s and 20 s"
