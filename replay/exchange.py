"""The on-disk format of a portal visit: requests and their responses, in order.

A folder ``<half>/<site>/<page>/`` holds ``exchange.json`` (the steps; each names its body file)
and the body files: ``01-search.html``, ``02-list.html``, ... A folder with only ``page.html`` (and
optionally ``about.json``) is an exchange of one step. ``record.json`` in the same folder is the
golden record, which this module does not read.

Bodies are stored byte for byte as received. The encoding comes from the response's
``content-type``, else from the page itself, else it is UTF-8."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from scrapers.halves import HALVES, Half

Made = Literal["by hand", "recorded"]
EXCHANGE, PAGE, ABOUT = "exchange.json", "page.html", "about.json"
KEPT_HEADERS = ("content-type", "location", "retry-after")
"""The only response headers that a fixture keeps: no cookies, no server names."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)""", re.I)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.I)
_KIND = re.compile(r"[^\w-]+")
_STEP_KEYS = {"method", "url", "fields", "status", "headers", "body", "kind"}


class BadExchangeError(ValueError):
    """The folder does not hold a valid exchange; the message names the file and the problem."""


@dataclass(frozen=True)
class Step:
    """One request and its response.

    ``fields`` is the posted form (the first value of each name), ``headers`` the response's
    `KEPT_HEADERS` in lower case, ``kind`` the page kind ("list", "detail", "case", "Charges",
    ...)."""

    method: str
    url: str
    kind: str
    body: str = ""
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.headers) - set(KEPT_HEADERS))
        if unknown:
            raise BadExchangeError(
                f"step {self.kind!r} has headers that a fixture must not keep: {', '.join(unknown)}"
            )

    @property
    def json(self) -> bool:
        """Whether the body is JSON: by its content type or, without one, by its first character."""
        kind = self.headers.get("content-type", "")
        return "json" in kind if kind else self.body.lstrip()[:1] in {"{", "["}

    @property
    def declares_charset(self) -> bool:
        """Whether the body declares its own encoding."""
        return _CHARSET.search(self.body[:2000].encode("ascii", "replace")) is not None

    def bytes(self) -> bytes:
        """The encoded body; characters outside its encoding become character references."""
        charset = _charset(
            self.headers.get("content-type", ""), self.body[:2000].encode("ascii", "replace")
        )
        return self.body.encode(charset, "xmlcharrefreplace")


@dataclass(frozen=True)
class Exchange:
    """A visit or part of one. ``about`` holds what a replay needs to know besides the steps: what
    to run, and whom the pages are about."""

    half: Half
    site: str
    page: str
    made: Made
    steps: tuple[Step, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``half/site/page``."""
        return f"{self.half}/{self.site}/{self.page}"

    @classmethod
    def load(cls, folder: Path) -> Exchange:
        """The exchange in that folder. Raises BadExchangeError."""
        if not folder.is_dir():
            raise BadExchangeError(f"{folder} is not a folder")
        if (folder / EXCHANGE).is_file():
            return _of_steps(folder)
        if (folder / PAGE).is_file():
            return _of_page(folder)
        raise BadExchangeError(f"{folder} is not a fixture: it has neither {EXCHANGE} nor {PAGE}")

    def save(self, folder: Path) -> None:
        """Writes ``exchange.json`` and one file per body. Body files of an earlier save are
        deleted."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / EXCHANGE).is_file():
            for old in _table(folder / EXCHANGE).get("steps", []):
                if isinstance(old, dict) and old.get("body"):
                    _inside(folder, str(old["body"])).unlink(missing_ok=True)
        lines: list[dict[str, Any]] = []
        for number, step in enumerate(self.steps, 1):
            line: dict[str, Any] = {"kind": step.kind, "method": step.method, "url": step.url}
            line |= {"fields": dict(step.fields)} if step.fields else {}
            line["status"] = step.status
            line |= {"headers": dict(step.headers)} if step.headers else {}
            if step.body:
                name = _KIND.sub("-", step.kind).strip("-").lower() or "page"
                line["body"] = f"{number:02d}-{name}.{'json' if step.json else 'html'}"
                (folder / line["body"]).write_bytes(step.bytes())
            lines.append(line)
        whole = {
            "product": self.half,
            "site": self.site,
            "page": self.page,
            "made": self.made,
            "about": dict(self.about),
            "steps": lines,
        }
        text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
        (folder / EXCHANGE).write_text(text, encoding="utf-8")


def _of_steps(folder: Path) -> Exchange:
    place = folder / EXCHANGE
    table = _table(place)
    missing = [key for key in ("product", "site", "page", "made", "steps") if not table.get(key)]
    if missing:
        raise BadExchangeError(f"{place} is missing: {', '.join(missing)}")
    steps = table["steps"]
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise BadExchangeError(f"{place}: steps must be a list of objects, one per request")
    return Exchange(
        half=_half(str(table["product"]), place),
        site=str(table["site"]),
        page=str(table["page"]),
        made=_made(str(table["made"]), place),
        steps=tuple(_step(step, number, folder) for number, step in enumerate(steps, 1)),
        about=_mapping(table.get("about", {}), "about", place),
    )


def _step(table: dict[str, Any], number: int, folder: Path) -> Step:
    place = folder / EXCHANGE
    unknown = sorted(set(table) - _STEP_KEYS)
    if unknown:
        raise BadExchangeError(f"{place}: step {number} has unknown keys: {', '.join(unknown)}")
    missing = [key for key in ("method", "url", "kind") if not table.get(key)]
    if missing:
        raise BadExchangeError(f"{place}: step {number} is missing: {', '.join(missing)}")
    if not isinstance(table.get("status", 200), int):
        raise BadExchangeError(
            f"{place}: the status of step {number} must be a number, not {table['status']!r}"
        )
    headers = _texts(table.get("headers", {}), f"headers of step {number}", place)
    body = table.get("body")
    return Step(
        method=str(table["method"]).upper(),
        url=str(table["url"]),
        kind=str(table["kind"]),
        body=_body(_inside(folder, str(body)), headers.get("content-type", "")) if body else "",
        status=table.get("status", 200),
        fields=_texts(table.get("fields", {}), f"fields of step {number}", place),
        headers=headers,
    )


def _of_page(folder: Path) -> Exchange:
    """``page.html`` alone: half, site and page are the last three parts of the path."""
    place = folder.resolve()
    about = _table(folder / ABOUT) if (folder / ABOUT).is_file() else {}
    step = Step(
        method=str(about.get("method", "GET")),
        url=str(about.get("url", "")),
        kind=str(about.get("kind", place.name)),
        body=_body(folder / PAGE, ""),
        status=int(about.get("status", 200)),
    )
    return Exchange(
        half=_half(place.parents[1].name, folder),
        site=place.parent.name,
        page=place.name,
        made=_made(str(about.get("made", "by hand")), folder / ABOUT),
        steps=(step,),
        about=about,
    )


def _body(place: Path, content_type: str) -> str:
    try:
        raw = place.read_bytes()
    except OSError as error:
        raise BadExchangeError(f"{place} cannot be read: {error.strerror}") from error
    charset = _charset(content_type, raw[:2000])
    try:
        return raw.decode(charset)
    except UnicodeDecodeError as error:
        raise BadExchangeError(f"{place} is not valid {charset}: {error.reason}") from error


def _charset(content_type: str, head: bytes) -> str:
    found = _HEADER_CHARSET.search(content_type)
    inside = None if found else _CHARSET.search(head)
    name = found.group(1) if found else inside.group(1).decode("ascii") if inside else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _table(place: Path) -> dict[str, Any]:
    try:
        table = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadExchangeError(f"{place} cannot be read as JSON: {error}") from error
    return _mapping(table, "the top level", place)


def _mapping(value: Any, what: str, place: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadExchangeError(f"{place}: {what} must be an object, not {type(value).__name__}")
    return value


def _texts(value: Any, what: str, place: Path) -> dict[str, str]:
    return {str(key): str(one) for key, one in _mapping(value, what, place).items()}


def _inside(folder: Path, name: str) -> Path:
    if Path(name).name != name:
        raise BadExchangeError(
            f"{folder / EXCHANGE}: the body {name!r} must be a file in the same folder"
        )
    return folder / name


def _half(word: str, place: Path) -> Half:
    try:
        return Half(word)
    except ValueError:
        raise BadExchangeError(
            f"{place}: the half must be {' or '.join(HALVES)}, not {word!r}"
        ) from None


def _made(word: str, place: Path) -> Made:
    if word not in get_args(Made):
        raise BadExchangeError(
            f"{place}: made must be {' or '.join(map(repr, get_args(Made)))}, not {word!r}"
        )
    return cast(Made, word)
