"""What a request from inside a page brought back."""

from __future__ import annotations

from dataclasses import dataclass

from resilience.faults import Busy, Fault, in_page, of_status


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, decoded as it declares. Header names are in lower case; ``url`` is where it
    came from at last. ``charset`` is how it was decoded."""

    status: int
    url: str
    headers: dict[str, str]
    text: str
    charset: str = "utf-8"

    @property
    def kind(self) -> str:
        """The media type, in lower case and without parameters: ``text/html``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def fault(self) -> Fault | None:
        """The generic fault that this answer shows, or None."""
        if self.kind in ("", "text/html", "application/xhtml+xml") and self.text.strip():
            shown = in_page(self.text, self.url)
            if shown is not None and not (self.status >= 500 and isinstance(shown, Busy)):
                return shown
        if fault := of_status(self.status, self.headers, url=self.url):
            return fault
        return in_page(self.text, self.url, self.status) if self.status == 202 else None
