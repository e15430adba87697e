"""A small real web site on loopback that misbehaves on purpose."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGES: dict[str, str] = {
    "/": (
        '<h1>Home</h1><a id="two" href="/two">two</a> '
        '<a id="new" target="_blank" href="/window">new</a>'
    ),
    "/two": (
        '<h1>Two</h1><form method="post" action="/echo"><input name="q" value="caf&eacute;"></form>'
    ),
    "/window": "<h1>Window</h1>",
    "/pictures": "<h1>Pictures</h1><img src='/picture'>",
    "/late": "<div id='place'></div><script>setTimeout(() => {"
    "document.getElementById('place').innerHTML = '<p id=x>late</p>'}, 250)</script>",
    "/goes-on": "<p>first</p><script>setTimeout(() => { location.href = '/late' }, 200)</script>",
    "/alert": "<h1>Alert</h1><script>setTimeout(() => alert('Your session ends'), 500)</script>",
    "/overlay": "<button id=b>press</button>"
    "<div style='position:fixed;inset:0;background:#fff9'>Session timeout warning</div>",
    "/sign-in": (
        "<form method=post action=/signed-in><input name=UserName>"
        "<input type=password name=Password></form>"
    ),
    "/block": "<title>Just a moment...</title><script>window._cf_chl_opt = {}</script>",
    "/solved": (
        "<title>Just a moment...</title>"
        "<script>setTimeout(() => { location.href = '/two' }, 300)</script>"
    ),
    "/captcha": "<title>Prove it</title><body style='margin:0'><script>"
    "if (document.cookie.includes('solved=yes')) document.write('<h1>Two</h1>'); "
    "else document.write("
    "`<div class='g-recaptcha' style='position:fixed;inset:0'>I am a person</div>`);"
    "onclick = () => { document.cookie = 'solved=yes; path=/captcha'; "
    "location.reload(); }</script>",
    "/maintenance": "<h1>Service unavailable</h1>",
    "/busy-script": (
        "<p>x</p><script>setTimeout(() => { const t = Date.now(); "
        "while (Date.now() - t < 60000); }, 50)</script>"
    ),
}


class Handler(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *_: Any) -> None:
        pass

    def _answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content_Type", "text/html; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        if path == "/hang":
            self.server.closing.wait(60)
        elif path == "/picture":
            self.server.closing.wait(0.7)
            self._answer(b"no picture", 404)
        elif path == "/reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif path == "/cut":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>half"
            )
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        elif path == "/cut-late":
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            self.wfile.write(b"9000\r\n<h1>Half</h1>" + b"<p>half</p>" * 2000)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        elif path == "/silent":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif path == "/503":
            self._answer(b"<h1>Please come back</h1>", 503, Retry_After="7")
        elif path == "/429":
            self._answer(b"<h1>Too many</h1>", 429)
        elif path == "/500":
            self._answer(b"", 500)
        elif path == "/202":
            self._answer(b"", 202)
        elif path == "/404":
            self._answer(b"<p>No case found for id</p>", 404)
        elif path == "/latin":
            self._answer(b"<p>caf\xe9</p>", Content_Type="text/html; charset=ISO-8859-1")
        elif path == "/latin-meta":
            self._answer(b'<meta charset="iso-8859-1"><p>caf\xe9</p>', Content_Type="text/html")
        elif path == "/strict":
            self._answer(b"<h1>Strict</h1>", Content_Security_Policy="default-src 'none'")
        elif path == "/to":
            status, _, target = self.path.partition("?")[2].partition("&")
            self._answer(b"", int(status), Location=target)
        elif path == "/away":
            self._answer(b"", 302, Location=self.server.elsewhere)
        elif path in PAGES:
            self._answer(f"<!doctype html><html><body>{PAGES[path]}</body></html>".encode())
        else:
            self._answer(b"<p>nothing here</p>", 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path in ("/429", "/reset", "/hang") or self.path.startswith("/to?"):
            return self.do_GET()
        self.server.asked.append((self.path, dict(self.headers)))
        return self._answer(b"<h1>Echo</h1><p>" + body + b"</p>")


class Site(ThreadingHTTPServer):
    """The site; ``asked`` lists every request, ``address`` begins every page's address."""

    daemon_threads = True
    elsewhere = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self.address = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def handle_error(self, *_: Any) -> None:
        pass

    def count(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)

    def end(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
