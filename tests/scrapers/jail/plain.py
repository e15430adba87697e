"""A session without a browser: what the page objects ask of it goes to the portal as plain
requests."""

from __future__ import annotations

from typing import Any

import requests

from resilience import faults
from resilience.pace import Pace
from resilience.session import Session


class PlainSession(Session):
    """Posts what a page object would submit. ``naps`` are the waits that were asked for, none of
    which takes time."""

    def __init__(self) -> None:
        self.naps: list[float] = []
        super().__init__(pace=Pace.free(sleep=self.naps.append))
        self.pace._clock = lambda: sum(self.naps)  # time passes only in naps
        self.asked: list[dict[str, str]] = []
        self.instead: tuple[str, str] | None = None
        self._http = requests.Session()
        self._page = ("about:blank", "")
        self._runs = False

    @property
    def running(self) -> bool:
        return self._runs

    def restart(self) -> None:
        self._http = requests.Session()
        self._runs = True
        self.generation += 1

    def open(self, url: str) -> None:
        if not self._runs:
            self.restart()
        self.asked.append({})
        self._took(self._http.get(url, timeout=10))

    def leave(self, script: str, *args: Any, what: str) -> None:
        url, _, values = args
        self.asked.append(values)
        self._took(
            self._http.post(url, data=values, headers={"Referer": self._page[0]}, timeout=10)
        )

    def run(self, script: str, *args: Any) -> Any:
        return list(self.instead or self._page)

    def close(self) -> None:
        self._http.close()

    def _took(self, answer: requests.Response) -> None:
        fault = faults.of_status(answer.status_code, dict(answer.headers), url=answer.url)
        self._page = (answer.url, answer.content.decode("iso-8859-1"))
        if fault is not None:
            raise self.note(fault)
