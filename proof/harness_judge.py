"""What a parser may make of a changed page (see `harness_mutation`), and which losses are known and
borne.

The same record or a named fault; or exactly what was taken away is gone; or what was only renamed
stands in ``extra``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal

from proof.harness_mutation import Mutation
from proof.harness_parsing import Page

Verdict = Literal["same", "fault", "gone", "extra", "wrong"]
_DERIVED = frozenset(
    {"pretrial", "dispositions", "announced", "assessed_cents", "payments_and_credits_cents"}
)
"""What follows from other parts of a record, and goes with them (sums of fees, outcomes joined to
their charges)."""
_UNUSED = {"detail": "name", "sign-in": "terms"}
"""What no record holds: the name on a booking's page (the roster's counts); whether there is a box
to tick."""


class MovedError(Exception):
    """A value is other than before, or stands where it did not stand."""


KNOWN: tuple[tuple[str, str], ...] = (
    (
        r"^odyssey/\S+-case rename span\.text-primary '(Defendant|State|Plaintiff)[^']*'\[words "
        r"'(Defendant|State|Plaintiff)'\]: \.case\.parties: \{\"role\": \"Renamed Thing\", ",
        "the role of a party is a value and no label: it is kept as it is printed",
    ),
    (
        r"^odyssey/sample-nc/\S+-CaseSummariesSlim remove CaseInformation\.CaseStatuses\.\d+: "
        r"\.case\.status: ",
        "the newest of a list of statuses is taken away whole: the one before it is the newest",
    ),
    (
        r"^odyssey/sample-nc/\S+-Charges (remove|rename) Charges\.\d+\.HideCharge: "
        r"\.case\.charges: .*\"HIDDEN OFFENSE\"",
        "no source shows this flag in Charges, so it cannot be asked for: "
        "without it, or with it under another name (which extra tells), the charge counts as shown",
    ),
    (
        r"^odyssey/sample-nc/\S+-CombinedEvents remove Events\.\d+\.Event\.IsDeleted: "
        r"\.case\.events: .*\"Struck Out\"",
        "the flag that struck the event out is taken away: an event without it stands",
    ),
    (
        r"^odyssey/sample-nc/\S+-Parties remove Parties\.\d+\.Addresses\.\d+\.ConfidentialAddress: "
        r"neither .*\.address\[\d+\]$",
        "an address that does not say that it is not confidential is left out, and extra counts it",
    ),
    (
        r"^odyssey/sample-tn/\S+-case(-financial)? container div#CasePartyTransactions_\d+ "
        r"'[^']*': lost: (\.case\.financial\.transactions\[\d+\](; )?)+$",
        "the box of the transactions is taken away whole: "
        "the totals that stand without any are named in extra",
    ),
    (
        r"^odyssey/sample-tn/case-criminal/\d+-case container div#BondSettingsGrid '[^']*': lost: "
        r"\.case\.bond_settings\[1\]; \.case\.bond_settings\[2\]$",
        "the box of the settings is taken away whole: "
        "a page with nothing but a hold is a page that is met",
    ),
    (
        r"^(odyssey/sample-nc/roa-bare-sentence/\d+-DispositionEvents "
        r"remove Events\.0|jail/salt-lake-ut/detail-money-column/01-detail remove td '261900123'): "
        r"a page that is LayoutChanged ",
        "the one value that cannot be read is itself what is taken away, "
        "and without it the page can be read",
    ),
)
"""What may come of which change of which page, exactly, and why it says nothing false. The result
file counts each."""


def known(page: Page, mutation: Mutation, word: str) -> str | None:
    """Why this loss is known and borne; None if it is not."""
    place = f"{page} {mutation.kind} {mutation.what}: {word}"
    return next((why for pattern, why in KNOWN if re.search(pattern, place, re.S)), None)


# -- what may come of them
# ----------------------------------------------------------------------------------------


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
    if (
        page.kind == "results"
        and mutation.kind != "remove"
        and before["pager"]
        and not after["pager"]
    ):
        return "wrong", "the pager is lost, and with it the further pages"
    if _telltale(after) - _telltale(before):
        return "extra", ""  # the file tells that something is unread, unreadable or doubted
    before, after = _bare(before), _bare(after)
    if after == before:
        return "same", ""
    old, new = _facts(before), _facts(after)
    try:
        lost = taken(old, new) if mutation.kind != "twice" else taken(new, old)
    except MovedError as moved:
        return "wrong", str(moved)
    return _judged(mutation, before, after, lost)


_BESIDE = ("unread", "doubts", "as_printed")


def _telltale(tree: Any) -> Counter[str]:
    """What a record's file tells of itself: unread texts, words that could not be read, doubts."""
    found: Counter[str] = Counter()
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name in _BESIDE:
                found.update(f"{name} {json.dumps(one, sort_keys=True)}" for one in value)
            else:
                found += _telltale(value)
    elif isinstance(tree, list):
        for one in tree:
            found += _telltale(one)
    return found


def _bare(tree: Any) -> Any:
    """The same without what `_telltale` tells."""
    if isinstance(tree, dict):
        return {name: _bare(value) for name, value in tree.items() if name not in _BESIDE}
    return [_bare(one) for one in tree] if isinstance(tree, list) else tree


def _judged(
    mutation: Mutation, before: dict[str, Any], after: dict[str, Any], lost: list[tuple[str, Any]]
) -> tuple[Verdict, str]:
    told = "; ".join(place for place, _ in lost) or "derived values only"
    items = [place for place, _ in lost if place.endswith("]")]
    kept = before.get("extra") != after.get("extra")
    if mutation.kind == "twice":
        whole = len(items) == len(lost) and (len(lost) <= 1 or _whole(mutation, lost))
        return ("gone", "") if whole or (kept and not lost) else ("wrong", f"doubled: {told}")
    if kept and mutation.kind in ("rename", "remove") and _answer(before) == _answer(after):
        return _told(mutation, after["extra"], lost)
    if not lost and _answer(before) == _answer(after):
        return ("extra", "") if kept else ("same", "")
    if mutation.kind == "rename":
        return "wrong", f"renamed, lost: {told}"
    if mutation.kind != "remove":
        return "wrong", f"lost: {told}"
    if _many(items) and not _whole(mutation, lost):
        return "wrong", f"more than one item gone: {told}"
    strange = [place for place, value in lost if not _held(value, mutation.words)]
    return (
        ("wrong", f"gone although it was left on the page: {strange}") if strange else ("gone", "")
    )


def _told(mutation: Mutation, extra: Any, lost: list[tuple[str, Any]]) -> tuple[Verdict, str]:
    """What was only renamed stands in ``extra``, all of it."""
    said = json.dumps(extra, ensure_ascii=False)
    silent = [place for place, value in lost if not _held(value, f"{said} {mutation.words}")]
    return (
        ("wrong", f"neither in the record nor in extra: {'; '.join(silent)}")
        if silent
        else ("extra", "")
    )


def _many(items: list[str]) -> bool:
    """Whether several things of their own went at once.

    The lines of one address are one thing; so are the attorneys of one party: they share a column,
    and no other part of a page tells that there are any."""
    lists = {place.rpartition("[")[0] for place in items}
    return len(items) > 1 and not (
        len(lists) == 1 and all(one.endswith((".address", ".attorneys")) for one in lists)
    )


def _whole(mutation: Mutation, lost: list[tuple[str, Any]]) -> bool:
    """Whether an object of a service with all that stood in it is exactly what went (or came
    twice)."""
    return mutation.words.startswith(("{", "[")) and all(
        _held(text, mutation.words) for _, value in lost for text in _texts(value)
    )


def _answer(record: dict[str, Any]) -> Any:
    return record.get("case", {}).get("pretrial")


def _held(value: Any, words: str) -> bool:
    """Whether the words taken away hold the first text of a value, as the portals print it."""
    texts = [text for text in _texts(value) if text]
    bare = re.sub(r"[^a-z0-9]", "", words.lower())
    if any(_printed(text, bare) for text in texts):
        return True
    apart = words.startswith(
        ("{", "[")
    )  # an object of a service: a line of an address is put together from its values
    return not texts or (
        apart and any(all(_printed(word, bare) for word in text.split()) for text in texts)
    )


def _printed(text: str, bare: str) -> bool:
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d).*)?", text)
    forms = [re.sub(r"[^a-z0-9]", "", text.lower())]
    if day:
        year, month, date, hour, minute = day.groups()
        forms = [f"{month}{date}{year}", f"{year}{month}{date}"]
        forms += [f"{hour}{minute}", f"{int(hour) % 12 or 12}{minute}"] if hour else []
    number = re.fullmatch(r"-?(\d+?)0{0,2}", text) if len(text) > 2 else None
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
    """The record without what follows from other parts, and without ``extra``; of results one line
    for every case."""
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
        return {key: _bare(inner) for key, inner in value.items() if key not in _DERIVED}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def taken(before: Any, after: Any, place: str = "") -> list[tuple[str, Any]]:
    """What ``before`` has and ``after`` has not: places with values. Raises `MovedError` if
    ``after`` has anything else."""
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
            raise MovedError(f"{place}: new {new}")
        found: list[tuple[str, Any]] = []
        for key, value in before.items():
            found += taken(value, after.get(key), f"{place}.{key}")
        return found
    if isinstance(before, list) and isinstance(after, list):
        # Bond settings stand by date; without one a setting goes to the front.
        return _aligned(
            before, _as(before, after) if place.endswith("bond_settings") else after, place
        )
    if place.endswith(".lead") and before is True:  # a flag that is gone says no
        return [(place, before)]
    if ".address[" in place and isinstance(before, str) and (gone := _without(before, after)):
        return [(place, gone)]
    raise MovedError(f"{place}: {_short(before)} became {_short(after)}")


def _aligned(before: list[Any], after: list[Any], place: str) -> list[tuple[str, Any]]:
    """``after`` in the order of ``before``, some items missing or with less in them."""
    lost: list[tuple[str, Any]] = []
    at = 0
    for value in after:
        near = _next(before, at, value, place)
        if near is None:
            raise MovedError(f"{place}: {_short(value)} was not there")
        lost += [(f"{place}[{gap}]", before[gap]) for gap in range(at, near)]
        lost += taken(before[near], value, f"{place}[{near}].") if before[near] != value else []
        at = near + 1
    return lost + [(f"{place}[{gap}]", before[gap]) for gap in range(at, len(before))]


def _as(before: list[Any], after: list[Any]) -> list[Any]:
    """``after`` in the order of ``before``, as far as its items are known there."""
    order: list[tuple[int, Any]] = []
    free = list(range(len(before)))
    tests: tuple[Callable[[int, Any], bool], ...] = (
        lambda at, one: bool(before[at] == one),
        lambda at, one: _within(before[at], one),
    )
    for test in tests:
        for value in [one for one in after if not any(one is known for _, known in order)]:
            at = next((at for at in free if test(at, value)), None)
            if at is not None:
                free.remove(at)
                order.append((at, value))
    strange = [(len(before), one) for one in after if not any(one is known for _, known in order)]
    return [value for _, value in sorted([*order, *strange], key=lambda pair: pair[0])]


def _without(before: str, after: Any) -> str:
    """The words of a line that are gone, where the others stand as they stood."""
    left, gone = str(after or "").split(), []
    for word in before.split():
        if left and left[0] == word:
            left.pop(0)
        else:
            gone.append(word)
    return "" if left else " ".join(gone)


def _next(before: list[Any], start: int, value: Any, place: str) -> int | None:
    later = range(start, len(before))
    same = (at for at in later if before[at] == value)
    less = (at for at in later if _within(before[at], value, f"{place}[{at}]"))
    return next((at for found in (same, less) for at in found), None)


def _within(before: Any, after: Any, place: str = "") -> bool:
    try:
        taken(before, after, place)
    except MovedError:
        return False
    return True


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 120 else text[:120] + "..."
