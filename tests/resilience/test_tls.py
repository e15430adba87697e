"""An https address on a port that speaks plain HTTP ends in a fault that no retry repeats."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from resilience import Pace, Session, again, faults
from resilience.settings import Timeouts
from resilience.tls import HttpsOrigins, speaks_plain_http
from tests.resilience.helpers import SHORT

Talk = Callable[[socket.socket], None]


def _plain(line: socket.socket) -> None:
    """As a server that waits for a whole request before it says anything."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += line.recv(4096) or b"\r\n\r\n"
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _nginx(line: socket.socket) -> None:
    """As a server of TLS that is sent a plain request; to a TLS greeting it says nothing."""
    if line.recv(4096).startswith(b"HEAD"):
        line.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    else:
        threading.Event().wait(5)


def _silent(line: socket.socket) -> None:
    threading.Event().wait(5)


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], str]]:
    listening: list[socket.socket] = []

    def start(talk: Talk) -> str:
        here = socket.create_server(("127.0.0.1", 0))
        listening.append(here)

        def one(line: socket.socket) -> None:
            with line:
                try:
                    talk(line)
                except OSError:
                    return

        def accept() -> None:
            while True:
                try:
                    line, _ = here.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"https://127.0.0.1:{here.getsockname()[1]}/IML"

    yield start
    for here in listening:
        here.close()


@pytest.mark.parametrize("fetch_mode", ["http", pytest.param("browser", marks=pytest.mark.browser)])
def test_an_https_address_on_an_http_port_is_told_once_and_within_the_page_time_out(
    serve: Callable[[Talk], str], fetch_mode: str
) -> None:
    url = serve(_plain)
    with Session(fetch_mode=fetch_mode, pace=Pace.free(), timeouts=SHORT) as session:  # type: ignore[arg-type]
        begun = time.monotonic()
        if fetch_mode == "browser":
            assert session.browser
            begun = time.monotonic()
        with pytest.raises(faults.TlsRefused, match="begins with http://, not https://"):  # noqa: PT012
            for attempt in again(session):
                with attempt:
                    session.open(url)
        assert time.monotonic() - begun < SHORT.page + 2
        assert session.statistics == {"TlsRefused": 1}


@pytest.mark.parametrize("talk", [_nginx, _silent])
def test_a_port_of_tls_that_is_slow_is_slow(serve: Callable[[Talk], str], talk: Talk) -> None:
    quick = Timeouts(page=0.6, script=0.6, element=0.6, client=2)
    with (
        Session(fetch_mode="http", pace=Pace.free(), timeouts=quick) as session,
        pytest.raises(faults.Slow),
    ):
        session.open(serve(talk))


def test_an_origin_that_has_answered_is_not_asked_whether_it_can(
    serve: Callable[[Talk], str],
) -> None:
    origins, url = HttpsOrigins(), serve(_plain)
    assert speaks_plain_http(url)
    assert isinstance(origins.fault(url), faults.TlsRefused)
    origins.answered(url)
    assert origins.fault(url) is None
    assert origins.fault(url.replace("https", "http")) is None
