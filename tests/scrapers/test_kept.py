"""Kept pages as files: what is in them, what never is, and which ones are not taken for a
reading."""

from __future__ import annotations

import gzip
import json

import pytest

from scrapers.kept import INDEX, NotKept, pack, unpack
from scrapers.record import Seen

PAGE = """<html><head><meta name="csrf-token" content="meta-token-1"></head><body>
<form action="/CJS/Find?id=9&amp;session_token=query-token-2">
<input name="__RequestVerificationToken" type="hidden" value="form-token-3"/>\
<input type="hidden" name="wresult" value="wresult-4">
<input type="hidden" name="sysID" value="4711"></form>
<script>var antiForgeryToken = "script-token-5";
var grid = {"Data": [{"CaseNumber": "C26", "accessToken": "json-token-6"}]};</script>
<td>Cookie: stolen from a shop. Authorization: denied; password = "none given"</td>\
<p>hunter2hunter2</p></body></html>"""
SECRETS = (
    "meta-token-1",
    "query-token-2",
    "form-token-3",
    "wresult-4",
    "script-token-5",
    "json-token-6",
)
SEEN = (
    Seen(
        "results",
        "http://me:pw@127.0.0.2:1/CJS/Find?eid=abc#x",
        PAGE,
        {"text": "DOE, JO", "page": "0"},
    ),
    Seen(
        "roa-Charges",
        "http://127.0.0.2:1/svc/Charges('x')?mode=y",
        '{"Charges": []}',
        {"skip": "0"},
    ),
)
PROOFS = [one.proof for one in SEEN]


def texts(files: dict[str, bytes]) -> str:
    return "\n".join(
        (gzip.decompress(content) if name.endswith(".gz") else content).decode()
        for name, content in files.items()
    )


def test_the_files_are_named_by_place_and_kind_beside_an_index() -> None:
    files = pack("00400001", SEEN)
    assert sorted(files) == ["001-results.html.gz", "002-roa-Charges.json.gz", INDEX]
    index = json.loads(files[INDEX])
    assert index["key"] == "00400001"
    assert index["pages"][0] == {
        "kind": "results",
        "url": "http://127.0.0.2:1/CJS/Find",
        "about": {"text": "DOE, JO", "page": "0"},
        "sha256": PROOFS[0].sha256,
        "file": "001-results.html.gz",
    }


def test_the_same_texts_give_the_same_bytes() -> None:
    assert pack("1", SEEN) == pack("1", SEEN)


def test_no_secret_is_in_any_file() -> None:
    told = texts(pack("1", SEEN, ["hunter2hunter2"]))
    assert [
        secret for secret in (*SECRETS, "hunter2hunter2", "me:pw", "eid=abc") if secret in told
    ] == []


def test_what_a_page_shows_stays_as_it_is() -> None:
    told = texts(pack("1", SEEN))
    shown = '<td>Cookie: stolen from a shop. Authorization: denied; password = "none given"</td>'
    assert shown in told
    assert 'value="4711"' in told
    assert '"CaseNumber": "C26"' in told


def test_the_texts_come_back_with_what_was_asked() -> None:
    back = unpack("1", pack("1", SEEN), PROOFS)
    assert [(one.kind, dict(one.about)) for one in back] == [
        (one.kind, dict(one.about)) for one in SEEN
    ]
    assert back[1].text == SEEN[1].text


def test_pages_of_another_visit_are_not_taken_for_this_one() -> None:
    with pytest.raises(NotKept, match="not those that the file was read from"):
        unpack("1", pack("1", SEEN), PROOFS[:1])


def test_an_earlier_try_that_is_proved_but_not_kept_does_no_harm() -> None:
    lost = Seen("results", "http://127.0.0.2:1/", "<p>lost</p>", {}).proof
    assert len(unpack("1", pack("1", SEEN), [lost, *PROOFS])) == 2


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda files: files.clear(), "no pages were kept"),
        (lambda files: files.pop("001-results.html.gz"), "001-results.html.gz is gone"),
        (
            lambda files: files.update({"001-results.html.gz": files["001-results.html.gz"][:-9]}),
            "is damaged",
        ),
        (lambda files: files.update({"001-results.html.gz": b"no gzip"}), "is damaged"),
        (lambda files: files.update({INDEX: b"{"}), "index of the kept pages is not readable"),
        (
            lambda files: files.update({INDEX: files[INDEX].replace(b'"key": "1"', b'"key": "2"')}),
            "of '2'",
        ),
    ],
)
def test_what_is_missing_or_damaged_is_named(spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    files = pack("1", SEEN)
    spoil(files)
    with pytest.raises(NotKept, match=said):
        unpack("1", files, PROOFS)
