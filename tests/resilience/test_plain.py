"""Plain requests against a real misbehaving site: identity, decoding, redirects, and a name for
whatever goes wrong."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resilience import faults
from resilience.answer import Answer
from resilience.faults import (
    Blocked,
    Busy,
    CaptchaAsked,
    Dropped,
    Fault,
    Maintenance,
    SignedOut,
    Slow,
    Stopped,
)
from resilience.http_client import HttpClient, HttpRequest
from resilience.settings import BrowserSettings, Timeouts
from tests.resilience.helpers import SHORT
from tests.resilience.site import Site, closed_port

Answering = Callable[[socket.socket], None]
HASTY = Timeouts(page=0.8, script=0.8, element=0.8, client=2.0)


def _request(line: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += line.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


class Line:
    """A server that says exactly these bytes, in its own time, to everybody."""

    def __init__(self, answer: Answering) -> None:
        self.heard: list[bytes] = []
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                one, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(one,), daemon=True).start()

    def _one(self, line: socket.socket) -> None:
        with line:
            self.heard.append(_request(line))
            try:
                self._answer(line)
            except OSError:
                return

    def end(self) -> None:
        self._listening.close()


@pytest.fixture
def make_line() -> Iterator[Callable[[Answering], Line]]:
    made: list[Line] = []

    def make(answer: Answering) -> Line:
        made.append(Line(answer))
        return made[-1]

    yield make
    for one in made:
        one.end()


@pytest.fixture
def plain() -> Iterator[HttpClient]:
    fetch_mode = HttpClient(timeouts=SHORT)
    yield fetch_mode
    fetch_mode.close()


def get(fetch_mode: HttpClient, url: str, **more: str) -> Answer:
    return fetch_mode.ask(HttpRequest("GET", url, **more))  # type: ignore[arg-type]


def says(content: bytes, kind: bytes = b"text/html") -> Answering:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return lambda line: line.sendall(head % (kind, len(content)) + content)


def drips(head: bytes, piece: bytes) -> Answering:
    def drip(line: socket.socket) -> None:
        line.sendall(head)
        while True:
            line.sendall(piece)
            threading.Event().wait(0.05)

    return drip


# -- who asks
# --------------------------------------------------------------------------------------------------


def test_without_a_browser_it_names_itself_and_whom_to_write_to(site: Site) -> None:
    fetch_mode = HttpClient(BrowserSettings(program="our-crawler/1.0", contact="mail@example.org"))
    site.asked.clear()
    get(fetch_mode, site.address + "/two")
    assert site.asked[-1][1]["User-Agent"] == "our-crawler/1.0 (+mail@example.org)"
    assert "python" not in str(site.asked[-1][1])
    assert not any(name.lower().startswith("sec-") for name in site.asked[-1][1])


@pytest.mark.parametrize(
    ("here", "there", "sent"),
    [
        ("{}/two?a=1#place", "{}/", "{}/two?a=1"),
        ("http://user:secret@{host}/two", "{}/", "{}/two"),
        ("http://127.0.0.9/page?secret=1", "{}/", "http://127.0.0.9/"),
        ("https://portal.example/page", "{}/", None),
        ("about:blank", "{}/", None),
        (None, "{}/", None),
    ],
)
def test_the_referer_is_what_a_browser_would_send(
    site: Site, plain: HttpClient, here: str | None, there: str, sent: str | None
) -> None:
    host = site.address.removeprefix("http://")
    referer = here.format(site.address, host=host) if here else None
    plain.ask(HttpRequest("GET", there.format(site.address), referer=referer))
    told = site.asked[-1][1].get("Referer")
    assert told == (sent.format(site.address) if sent else None)


def test_no_password_of_a_netrc_and_no_proxy_of_the_environment_goes_to_this_machine(
    site: Site, plain: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "netrc"
    secrets.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(secrets))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    get(plain, site.address + "/two")
    assert "Authorization" not in site.asked[-1][1]


def test_a_form_is_sent_in_the_page_s_own_charset(make_line: Callable[[Answering], Line]) -> None:
    line, fetch_mode = make_line(says(b"<p>thanks</p>")), HttpClient(timeouts=SHORT)
    fetch_mode.ask(
        HttpRequest("POST", line.address, {"q": "café ☕", "r": "a b"}, charset="iso-8859-1")
    )
    assert line.heard[0].endswith(b"q=caf%E9+%26%239749%3B&r=a+b")
    assert b"application/x-www-form-urlencoded" in line.heard[0]


# -- what comes
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (b"caf\xe9 \x96 \x81", b"text/html; charset=ISO-8859-1", "café – \x81"),
        (b"caf\xc3\xa9", b"text/html; charset=utf-8", "café"),
        (b"<meta charset=utf-8>caf\xc3\xa9", b"text/html", "<meta charset=utf-8>café"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", b"text/html; charset=iso-8859-1", "café"),
        (b"caf\xe9", b"text/html", "café"),
        (b'"caf\xc3\xa9"', b"application/json", '"café"'),
        (b"caf\xe9", b"text/html; charset=no-such-thing", "café"),
        (b"caf\xc3\xa9\xff", b"text/html; charset=utf-8", "café�"),
        *[
            (b"caf\xe9", b"text/html; charset=" + name, "café")
            for name in (b"punycode", b"idna", b"undefined", b"rot13", b"base64", b"mbcs", b"hex")
        ],
        (b"\xe9\xc1", b"text/html; charset=koi8-r", "Иа"),
    ],
)
def test_text_is_decoded_as_a_browser_would(
    make_line: Callable[[Answering], Line], content: bytes, kind: bytes, text: str
) -> None:
    assert get(HttpClient(timeouts=SHORT), make_line(says(content, kind)).address).text == text


def test_an_answer_keeps_no_cookie_in_its_headers_and_the_fetch_mode_keeps_it(
    make_line: Callable[[Answering], Line],
) -> None:
    line = make_line(
        lambda one: one.sendall(
            b"HTTP/1.1 200 OK\r\nSet-Cookie: BNES_Criteria=1; path=/\r\n"
            b"Content-Length: 2\r\nConnection: close\r\n\r\nok"
        )
    )
    fetch_mode = HttpClient(timeouts=SHORT)
    assert "set-cookie" not in get(fetch_mode, line.address).headers
    assert fetch_mode.cookies() == ["BNES_Criteria"]
    get(fetch_mode, line.address)
    assert b"Cookie: BNES_Criteria=1" in line.heard[1]
    fetch_mode.drop_cookie("Criteria")
    assert fetch_mode.cookies() == []


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(302, b"GET", b""), (303, b"GET", b""), (307, b"POST", b"q=1"), (308, b"POST", b"q=1")],
)
def test_redirects_on_the_same_host_are_followed_as_a_browser_does(
    make_line: Callable[[Answering], Line], status: int, method: bytes, body: bytes
) -> None:
    told: list[tuple[str, int]] = []
    line = make_line(
        lambda one: one.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nthere"
            if len(line.heard) > 1
            else b"HTTP/1.1 %d Go\r\nLocation: /there\r\nContent-Length: 0\r\n"
            b"Connection: close\r\n\r\n" % status
        )
    )
    fetch_mode = HttpClient(
        timeouts=SHORT, observe=lambda asked, answer: told.append((asked.url, answer.status))
    )
    answer = fetch_mode.ask(
        HttpRequest("POST", line.address + "/here", {"q": "1"}, referer=line.address + "/form")
    )
    assert (answer.url, answer.text) == (line.address + "/there", "there")
    assert line.heard[1].startswith(method + b" /there")
    assert line.heard[1].endswith(b"\r\n\r\n" + body)
    assert b"Referer: " + line.address.encode() + b"/form" in line.heard[1]
    assert told == [(line.address + "/here", status), (line.address + "/there", 200)]


def test_nothing_is_followed_to_another_host(site: Site, plain: HttpClient) -> None:
    with pytest.raises(Blocked, match=r"127\.0\.0\.1:\d+ sent the request to http://127\.0\.0\.2"):
        get(plain, site.address + "/away")
    fetch_mode = HttpClient(elsewhere=lambda asked, found: SignedOut(f"{asked} {found}"))
    with pytest.raises(SignedOut, match=r"/away http://127\.0\.0\.2.*/sign-in"):
        get(fetch_mode, site.address + "/away")


# -- what goes wrong
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/503", Busy),
        ("/429", Busy),
        ("/500", Busy),
        ("/202", Busy),
        ("/404", faults.NoSuchPage),
        ("/sign-in", SignedOut),
        ("/block", Blocked),
        ("/captcha", None),
        ("/maintenance", Maintenance),
        ("/reset", Dropped),
        ("/cut", Dropped),
        ("/cut-late", Dropped),
        ("/silent", Dropped),
    ],
)
def test_each_failure_has_its_name(
    site: Site, plain: HttpClient, path: str, fault: type[Fault] | None
) -> None:
    if fault is None:
        assert get(plain, site.address + path).status == 200  # its captcha is drawn by a script
        return
    with pytest.raises(fault) as caught:
        get(plain, site.address + path)
    assert type(caught.value) is fault
    assert caught.value.url == site.address + path
    assert get(plain, site.address + "/two").status == 200, "the fetch mode works on afterwards"


def test_a_portal_says_how_long_to_wait(site: Site, plain: HttpClient) -> None:
    with pytest.raises(Busy) as caught:
        get(plain, site.address + "/503")
    assert caught.value.retry_after == 7.0


def test_a_captcha_in_the_page_is_one(make_line: Callable[[Answering], Line]) -> None:
    with pytest.raises(CaptchaAsked):
        get(
            HttpClient(timeouts=SHORT),
            make_line(says(b'<div class="g-recaptcha" data-sitekey="x"></div>')).address,
        )


def test_an_allowed_status_is_left_to_the_caller(site: Site, plain: HttpClient) -> None:
    assert plain.ask(HttpRequest("GET", site.address + "/202"), allowed=(202,)).status == 202


def test_nobody_listens(plain: HttpClient) -> None:
    with pytest.raises(faults.Unreachable):
        get(plain, f"http://127.0.0.1:{closed_port()}/")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        lambda line: threading.Event().wait(5),
        drips(HEAD, b"X-Drip: 1\r\n"),
        drips(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["hang", "head drips", "body drips", "chunks drip"],
)
def test_a_whole_exchange_ends_by_its_deadline_however_it_is_drawn_out(
    make_line: Callable[[Answering], Line], answer: Answering
) -> None:
    fetch_mode, begun = HttpClient(timeouts=HASTY), time.monotonic()
    with pytest.raises(Slow):
        get(fetch_mode, make_line(answer).address)
    assert time.monotonic() - begun < HASTY.page + 1.5


def test_redirects_have_one_deadline_together(make_line: Callable[[Answering], Line]) -> None:
    def again(line: socket.socket) -> None:
        threading.Event().wait(0.3)
        line.sendall(
            b"HTTP/1.1 302 Go\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    fetch_mode, line = HttpClient(timeouts=HASTY), make_line(again)
    with pytest.raises(Slow):
        get(fetch_mode, line.address)
    assert len(line.heard) <= 4


def test_a_circle_of_redirects_ends(make_line: Callable[[Answering], Line]) -> None:
    line = make_line(
        lambda one: one.sendall(
            b"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    )
    with pytest.raises(faults.SearchLost, match="circle"):
        get(HttpClient(timeouts=SHORT), line.address)


def test_a_stop_is_heard_in_the_middle_of_an_answer(make_line: Callable[[Answering], Line]) -> None:
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise Stopped("asked to")

    fetch_mode = HttpClient(timeouts=Timeouts(), check=check)
    line = make_line(drips(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"))
    threading.Timer(0.3, stop.set).start()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        get(fetch_mode, line.address)
    assert time.monotonic() - begun < 3.0


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_far_too_long_is_broken_off(
    make_line: Callable[[Answering], Line], packed: bool
) -> None:
    content = b"x" * 3_000_000
    sent = gzip.compress(content) if packed else content
    coding = b"Content-Encoding: gzip\r\n" if packed else b""
    line = make_line(
        lambda one: one.sendall(HEAD + coding + b"Content-Length: %d\r\n\r\n" % len(sent) + sent)
    )
    with pytest.raises(Dropped, match="longer than"):
        get(HttpClient(timeouts=SHORT, biggest=1_000_000), line.address)
    assert len(get(HttpClient(timeouts=SHORT), line.address).text) == 3_000_000


def test_nothing_is_tried_again_in_secret(site: Site, plain: HttpClient) -> None:
    for path in ("/reset", "/503", "/silent"):
        before = site.count(path)
        with pytest.raises(Fault):
            get(plain, site.address + path)
        assert site.count(path) == before + 1


# -- TLS
# --------------------------------------------------------------------------------------------------


def test_legacy_tls_is_a_switch_of_the_fetch_mode_alone() -> None:
    def options(fetch_mode: HttpClient) -> int:
        context = fetch_mode._http.get_adapter("https://x/").poolmanager.connection_pool_kw.get(
            "ssl_context"
        )
        return int(context.options) if context is not None else 0

    assert options(HttpClient()) & 0x4 == 0
    assert options(HttpClient(legacy_tls=True)) & 0x4 == 0x4


def self_signed() -> bytes:
    """A key and a certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.timezone.utc)
    told = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    told = told.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(
        now + dt.timedelta(days=1)
    )
    form = serialization.Encoding.PEM
    plain_key = key.private_bytes(
        form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return plain_key + told.sign(key, hashes.SHA256()).public_bytes(form)


def test_a_certificate_that_nobody_vouches_for_is_refused_in_either_case(tmp_path: Path) -> None:
    made = tmp_path / "own.pem"
    made.write_bytes(self_signed())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made)
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for legacy in (False, True):
            with pytest.raises(faults.TlsRefused):
                get(
                    HttpClient(timeouts=SHORT, legacy_tls=legacy),
                    f"https://127.0.0.1:{server.server_port}/",
                )
    finally:
        server.shutdown()
        server.server_close()
