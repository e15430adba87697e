"""Where a browser goes: every top-level request is held until its origin has been checked.

A browser follows links, redirects and scripts by itself, and WebDriver tells of it only afterwards.
The guard speaks the Chrome DevTools protocol with the browser on a line of its own: its ``Fetch``
domain pauses each request for a document, redirects and new windows too, and the guard lets it go
on or fails it. A browser whose guard is gone is not used any longer."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import requests
import websocket

from resilience.faults import BrowserLost, Fault
from resilience.origins import ANYWHERE, Origins, sent_away

_LOG = logging.getLogger(__name__)
_DOCUMENTS = {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]}
_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


class NavigationGuard:
    """Binds the top-level pages of one browser to `Origins`. Does nothing before `bind`."""

    def __init__(self) -> None:
        self._origins = ANYWHERE
        self._line: websocket.WebSocket | None = None
        self._refused: Fault | None = None
        self._ready = threading.Event()
        self._gone = threading.Event()
        self._main_frames: dict[str, str] = {}
        self._number = 0
        self._on_answer: dict[int, Callable[[], None]] = {}

    def bind(self, address: str | None, origins: Origins, *, seconds: float) -> None:
        """From now on the browser goes to these origins only. ``address`` is its DevTools port's
        (``127.0.0.1:9222``), None if that cannot be reached: then nothing is held, and pages are
        judged when they have come. Raises `BrowserLost` if it does not answer in time."""
        self._origins = origins
        self._refused = None
        if self._line is not None or address is None or origins is ANYWHERE:
            return
        try:
            told = requests.get(
                f"http://{address}/json/version",
                timeout=seconds,
                proxies={"http": "", "https": "", "all": ""},
            ).json()
            self._line = websocket.create_connection(
                told["webSocketDebuggerUrl"],
                timeout=seconds,
                suppress_origin=True,
                http_no_proxy=["*"],
                enable_multithread=True,
            )
            self._line.settimeout(None)
            threading.Thread(target=self._listen, name="navigation-guard", daemon=True).start()
            self._send("Target.setAutoAttach", _ATTACH)
        except (OSError, ValueError, KeyError, websocket.WebSocketException) as error:
            raise BrowserLost(f"the browser's DevTools port does not answer: {error}") from error
        if not self._ready.wait(seconds):
            raise BrowserLost(f"the browser's DevTools port was silent for {seconds:g} s")

    def trouble(self) -> Fault | None:
        """The fault of a top-level request that was refused since the last call, or `BrowserLost`
        if the guard itself is gone; else None."""
        refused, self._refused = self._refused, None
        if refused is None and self._gone.is_set():
            return BrowserLost("the line that guards where the browser goes has broken")
        return refused

    def _listen(self) -> None:
        assert self._line is not None
        try:
            while text := self._line.recv():
                self._heard(json.loads(text))
        except (OSError, ValueError, websocket.WebSocketException) as error:
            _LOG.debug("the guard's line ended: %s", error)
        finally:
            self._gone.set()
            self._line.shutdown()  # type: ignore[no-untyped-call]

    def _heard(self, message: dict[str, Any]) -> None:
        if (then := self._on_answer.pop(message.get("id", -1), None)) is not None:
            then()
        elif message.get("method") == "Target.attachedToTarget":
            self._attached(message["params"])
        elif message.get("method") == "Fetch.requestPaused":
            self._paused(message["params"], message["sessionId"])

    def _attached(self, target: dict[str, Any]) -> None:
        session = target["sessionId"]
        if target["targetInfo"]["type"] == "page":
            self._main_frames[session] = target["targetInfo"]["targetId"]
            self._send("Fetch.enable", _DOCUMENTS, session, then=self._ready.set)
        if target.get("waitingForDebugger"):
            self._send("Runtime.runIfWaitingForDebugger", {}, session)

    def _paused(self, request: dict[str, Any], session: str) -> None:
        asked = {"requestId": request["requestId"]}
        url = str(request["request"]["url"])
        top = request.get("frameId") == self._main_frames.get(session)
        if not top or url in self._origins:
            self._send("Fetch.continueRequest", asked, session)
            return
        redirected = bool(request.get("redirectedRequestId"))
        self._refused = sent_away(None, url) if redirected else self._origins.off_site(url)
        self._send("Fetch.failRequest", {**asked, "errorReason": "BlockedByClient"}, session)

    def _send(
        self,
        method: str,
        parameters: dict[str, Any],
        session: str | None = None,
        *,
        then: Callable[[], None] | None = None,
    ) -> None:
        assert self._line is not None
        self._number += 1
        if then is not None:
            self._on_answer[self._number] = then
        message = {"id": self._number, "method": method, "params": parameters}
        self._line.send(
            json.dumps(message if session is None else {**message, "sessionId": session})
        )
