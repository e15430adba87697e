"""What a parser may make of a changed page (see `harness_mutation`), and which losses are known and borne.

The same record or a named fault; or exactly what was taken away is gone; or what was only renamed stands in ``extra``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from proof.harness_mutation import Mutation
from proof.harness_parsing import Page

Verdict = Literal["same", "fault", "gone", "extra", "wrong"]
_DERIVED = frozenset(
    {"pretrial", "dispositions", "announced", "assessed_cents", "payments_and_credits_cents"}
)
"""What follows from other parts of a record, and goes with them (sums of fees, outcomes joined to their charges)."""
_UNUSED = {"detail": "name", "sign-in": "terms"}
"""What no record holds: the name on a booking's page (the roster's counts); whether there is a box to tick."""


class Moved(Exception):
    """A value is other than before, or stands where it did not stand."""


_OPTIONAL = (
    "date|statute|degree|sex|race|style|court|case_type|kind|receipt|description|comment|judicial_officer"
    "|starts_at|result|party|text|amount_cents|address|attorneys|transactions|cross_references"
)
KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"\.(born|day)\b",
        "a birth date under another label is missed: the case page confirms the party, or it stays unverified",
    ),
    (
        r"CaseStatuses",
        "the newest status is what is left of a list: with its line gone the one before it is newest",
    ),
    (
        r"results .*was not there",
        "the rows are gone, the embedded JSON still tells the parties, without the printed birth date",
    ),
    (r"words 'Defendant'|words 'State'|words 'Plaintiff'", "a role is a value: it is kept as it is printed"),
    (
        r"(HearingTime|Addresses|Amount|SettingDate|IsLead|ConfidentialAddress|HideCharge|IsDeleted)",
        "a value of a service that others are made of (a time, a line of an address, a flag) is missing as if it were null",
    ),
    (
        r"party-case-(style|location|type|status|filedate)",
        "an optional cell of a result row under another class: the case page has it",
    ),
    (r"doubled: \[\d+\]", "a party's heading doubled: its cases are merged again"),
    (
        rf"^odyssey/sample-nc/.*renamed, lost: [^;]*({_OPTIONAL})",
        "an optional key of a service under another name reads as null",
    ),
)
"""What may be lost without a fault, by the words about it, and why it says nothing false. Counted and listed as known."""


def known(place: str, word: str) -> str | None:
    """Why this loss is known and borne; None if it is not."""
    return next((why for pattern, why in KNOWN if re.search(pattern, f"{place} {word}", re.S)), None)


# -- what may come of them ----------------------------------------------------------------------------------------


def judge(page: Page, mutation: Mutation, after: dict[str, Any]) -> tuple[Verdict, str]:
    """What came of a change, and a word about it if it is wrong."""
    before, unused = page.record, _UNUSED.get(page.kind)
    if after == before or (unused and {**after, unused: 0} == {**before, unused: 0}):
        return "same", ""
    if "fault" in after or after.get("shape") == "loading":
        return "fault", ""  # a grid without a row that can be read is SearchLost
    if "fault" in before:
        return "wrong", f"a page that is {before['fault']} became a record"
    if page.kind == "list":
        rows = after["end"] - after["start"] + 1 if after["total"] else 0
        if len(after["rows"]) != rows:
            return "fault", ""  # the scan counts the rows of every page: RosterMoved
    if page.kind == "results" and mutation.kind != "remove" and before["pager"] and not after["pager"]:
        return "wrong", "the pager is lost, and with it the further pages"
    old, new = _facts(before), _facts(after)
    try:
        lost = taken(old, new) if mutation.kind != "twice" else taken(new, old)
    except Moved as moved:
        return "wrong", str(moved)
    return _judged(mutation, before, after, lost)


def _judged(
    mutation: Mutation, before: dict[str, Any], after: dict[str, Any], lost: list[tuple[str, Any]]
) -> tuple[Verdict, str]:
    told = "; ".join(place for place, _ in lost) or "derived values only"
    items = [place for place, _ in lost if place.endswith("]")]
    kept = before.get("extra") != after.get("extra")
    if mutation.kind == "twice":
        whole = len(items) == len(lost) <= 1
        return ("gone", "") if whole or (kept and not lost) else ("wrong", f"doubled: {told}")
    if kept and mutation.kind in ("rename", "remove") and _answer(before) == _answer(after):
        return "extra", ""
    if not lost and _answer(before) == _answer(after):
        return ("extra", "") if kept else ("same", "")
    if mutation.kind == "rename":
        return "wrong", f"renamed, lost: {told}"
    if mutation.kind != "remove":
        return "wrong", f"lost: {told}"
    if len({place.rpartition("[")[0] for place in items}) > 1 or _many(before, items):
        return "wrong", f"more than one item gone: {told}"
    strange = [place for place, value in lost if not _held(value, mutation.words)]
    return ("wrong", f"gone although it was left on the page: {strange}") if strange else ("gone", "")


def _many(before: dict[str, Any], items: list[str]) -> bool:
    """Whether several things of their own went at once; the lines of one address are one thing."""
    return len(items) > 1 and not all(".address[" in place for place in items)


def _answer(record: dict[str, Any]) -> Any:
    return record.get("case", {}).get("pretrial")


def _held(value: Any, words: str) -> bool:
    """Whether the words taken away hold the first text of a value, as the portals print it."""
    texts = [text for text in _texts(value) if text]
    bare = re.sub(r"[^a-z0-9]", "", words.lower())
    return not texts or any(_printed(text, bare) for text in texts)


def _printed(text: str, bare: str) -> bool:
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(T.*)?", text)
    forms = (
        [f"{day[2]}{day[3]}{day[1]}", f"{day[1]}{day[2]}{day[3]}"]
        if day
        else [re.sub(r"[^a-z0-9]", "", text.lower())]
    )
    number = re.fullmatch(r"-?(\d+?)(00)?", text)
    return any(form in bare for form in (*forms, *([number[1]] if number else [])))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _facts(record: dict[str, Any]) -> Any:
    """The record without what follows from other parts, and without ``extra``; of results one line for every case."""
    if "parties" in record and "shape" in record:
        lines = [
            {
                **case,
                "name": party["name"],
                "born": party["printed_birth_date"],
                "day": party["date_of_birth"],
            }
            for party in record["parties"]
            for case in party["cases"] or [{}]
        ]
        return sorted(lines, key=lambda line: str(line.get("url")))
    return _bare({key: value for key, value in record.items() if key != "extra"})


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        told = {key: _bare(inner) for key, inner in value.items() if key not in _DERIVED}
        if "bond_settings" in told:  # they stand by date; without one a setting goes to the front
            told["bond_settings"].sort(key=lambda one: json.dumps([one["comment"], one["text"]]))
        return told
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def taken(before: Any, after: Any, place: str = "") -> list[tuple[str, Any]]:
    """What ``before`` has and ``after`` has not: places with values. Raises `Moved` if ``after`` has anything else."""
    if before == after:
        return []
    if after in (None, "", [], {}, ()) and before not in (None, "", [], {}):
        if isinstance(before, list):
            return [(f"{place}[{at}]", value) for at, value in enumerate(before)]
        return [(place, before)]
    if isinstance(before, dict) and isinstance(after, dict):
        new = [
            key
            for key, value in after.items()
            if value not in (None, "", [], {}) and before.get(key) in (None, "", [], {})
        ]
        if new:
            raise Moved(f"{place}: new {new}")
        found: list[tuple[str, Any]] = []
        for key, value in before.items():
            found += taken(value, after.get(key), f"{place}.{key}")
        return found
    if isinstance(before, list) and isinstance(after, list):
        return _aligned(before, after, place)
    raise Moved(f"{place}: {_short(before)} became {_short(after)}")


def _aligned(before: list[Any], after: list[Any], place: str) -> list[tuple[str, Any]]:
    """``after`` in the order of ``before``, some items missing or with less in them."""
    lost: list[tuple[str, Any]] = []
    at = 0
    for value in after:
        near = _next(before, at, value)
        if near is None:
            raise Moved(f"{place}: {_short(value)} was not there")
        lost += [(f"{place}[{gap}]", before[gap]) for gap in range(at, near)]
        lost += taken(before[near], value, f"{place}[{near}].") if before[near] != value else []
        at = near + 1
    return lost + [(f"{place}[{gap}]", before[gap]) for gap in range(at, len(before))]


def _next(before: list[Any], start: int, value: Any) -> int | None:
    for test in (lambda one: one == value, lambda one: _within(one, value)):  # type: Callable[[Any], bool]
        for at in range(start, len(before)):
            if test(before[at]):
                return at
    return None


def _within(before: Any, after: Any) -> bool:
    try:
        taken(before, after)
    except Moved:
        return False
    return True


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 120 else text[:120] + "..."
