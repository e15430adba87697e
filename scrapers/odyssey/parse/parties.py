"""The parties of a classic case page with their attorneys (odyssey.md, section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from resilience.faults import LayoutChanged
from scrapers.markup import (
    below,
    by_id,
    closest,
    first,
    has,
    lines,
    own,
    rest,
    select,
    within,
    words,
)
from scrapers.odyssey.parse.blocks import birth_date, labelled, unlabelled
from scrapers.odyssey.records import Attorney, Party

_BODY = "divPartyInformation_body"
_KNOWN = {"dob", "date of birth", "race", "gender", "sex", "address"}
_COUNSEL = "tyler-toggle-container"


def read_parties(root: HtmlElement, url: str, extra: dict[str, Any]) -> list[Party]:
    """All parties in page order; at least one must stand there."""
    body = by_id(root, _BODY)
    if body is None:
        raise LayoutChanged(url, "parties of the case", f"#{_BODY}", "none")
    parties = []
    for row in select(body, "div.row"):
        heading = first(row, "span.text-primary")
        if heading is not None and within(heading, "row", "div") is row:
            parties.append(_party(row, heading, url, extra))
        elif row.getparent() is body and words(row):
            raise LayoutChanged(
                url, "party of the case", "its role in span.text-primary", words(row)
            )
    for part in own(body):
        if words(part) and not has(part, "row"):
            raise LayoutChanged(url, "parties of the case", "div.row", words(part))
    if not parties:
        raise LayoutChanged(url, "parties of the case", "a party with its role", words(body))
    return parties


def _party(row: HtmlElement, heading: HtmlElement, url: str, extra: dict[str, Any]) -> Party:
    paragraph = closest(heading, "p")
    role, name = words(heading), rest(row if paragraph is None else paragraph, heading)
    if not role or not name:
        raise LayoutChanged(url, "party of the case", "a role and a name", words(row))
    strange: dict[str, str | None] = {}
    values: dict[str, str | None] = {}
    for label, value in labelled(row):
        values.setdefault(label.lower(), value)
        if label.lower() not in _KNOWN:
            strange[label] = value
    address: tuple[str, ...] = ()
    answers = dict(_apart(row))
    for label, answer in answers.items():
        if label.lower() == "address" and answer is not None:
            address = lines(answer)
        else:
            strange[label] = words(answer)
    if strange:
        extra.setdefault("party_labels", {}).setdefault(role, {}).update(strange)
    for paragraph, text in unlabelled(row):
        if paragraph not in answers.values() and within(paragraph, _COUNSEL) is None:
            extra.setdefault("unlabelled", []).append(text)
    attorneys = [one for box in select(row, f".{_COUNSEL}") for one in _attorneys(box, url)]
    if not attorneys and "attorney" in (words(row) or "").lower():
        raise LayoutChanged(url, "attorneys of a party", f".{_COUNSEL} with names", words(row))
    return Party(
        role=role,
        name=name,
        date_of_birth=birth_date(values.get("dob") or values.get("date of birth")),
        race=values.get("race"),
        sex=values.get("gender") or values.get("sex"),
        address=address,
        attorneys=tuple(attorneys),
    )


def _apart(row: HtmlElement) -> Iterator[tuple[str, HtmlElement | None]]:
    """Labels that stand before the paragraph of their value and not in it (``Address``)."""
    for span in below(row, "span"):
        label = words(span)
        parent = span.getparent()
        if not label or parent is None or parent.tag == "p" or has(span, "text-primary"):
            continue
        if within(span, _COUNSEL) is None and closest(span, "p") is None:
            yield label.rstrip(":"), next(span.itersiblings("p"), None)


def _attorneys(box: HtmlElement, url: str) -> list[Attorney]:
    """``span`` (Lead Attorney), ``div`` (the name), ``p`` (how retained), again for every
    attorney."""
    found: list[dict[str, Any]] = []
    for part in own(box, "span", "div", "p"):
        text = words(part)
        if not text:
            continue
        if part.tag == "span":
            if "attorney" not in text.lower():
                raise LayoutChanged(url, "attorneys of a party", "Lead Attorney or Attorney", text)
            found.append({"lead": "lead" in text.lower()})
        elif not found:
            raise LayoutChanged(
                url, "attorneys of a party", "Lead Attorney or Attorney above each", text
            )
        elif part.tag == "div" and "name" not in found[-1]:
            found[-1]["name"] = text
        elif part.tag == "div":
            raise LayoutChanged(
                url, "attorneys of a party", "Lead Attorney or Attorney above each", text
            )
        else:
            found[-1]["kind"] = text
    if any("name" not in one for one in found):
        raise LayoutChanged(url, "attorneys of a party", "a name below each", words(box))
    return [Attorney(**one) for one in found]
