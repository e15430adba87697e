"""``cj read``: one JSON object on stdout, whatever the file is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cj.__main__ import main

HANDED = Path(__file__).parents[1] / "data" / "handed"
CASE = HANDED / "odyssey" / "c09-hearing-cancelled.html"
SERVICES = HANDED / "odyssey" / "r01-cross-references-in-header.json"
KEYS = ["product", "page", "record", "unread", "doubts", "error"]


def read(
    capsys: pytest.CaptureFixture[str], file: Path, *options: str
) -> tuple[int, dict[str, Any]]:
    code = main(["read", str(file), "--json", *options])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(told) == KEYS
    return code, told


def saved(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "saved.html"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize("options", [(), ("--product", "odyssey"), ("--site", "shelby-tn")])
def test_a_case_page_is_recognized(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    code, told = read(capsys, CASE, *options)
    assert (code, told["product"], told["page"], told["error"]) == (0, "odyssey", "case", None)
    assert told["record"]["hearings"][0]["result"] == "Vacated"
    assert told["unread"] == []


def test_without_a_zone_times_stay_words(capsys: pytest.CaptureFixture[str]) -> None:
    _, told = read(capsys, CASE)
    assert told["record"]["hearings"][0]["starts_at"] is None
    assert told["record"]["as_printed"][0]["text"] == "9:00 AM"
    _, told = read(capsys, CASE, "--product", "odyssey", "--zone", "America/Chicago")
    assert told["record"]["hearings"][0]["starts_at"] == "2026-06-01T09:00:00-05:00"


def test_answers_of_services_are_recognized(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = read(capsys, SERVICES)
    assert (code, told["page"], told["record"]["cross_references"]) == (0, "register", ["XREF-7"])


def test_what_is_unread_leaves_exit_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = CASE.read_text().replace("<h1>Party</h1>", "<h1>Party</h1><em>Sealed in part</em>")
    code, told = read(capsys, saved(tmp_path, page))
    assert code == 0
    assert told["unread"] == [{"section": "Party", "label": None, "text": "Sealed in part"}]


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ('<html><div id="MainContent"><a class="ssSearchHyperlink">x</a></div></html>',
         "PublicAccess"),
        ("<html><body><p>a page of nobody</p></body></html>", None),
        ("", None),
        ("{not json", None),
        ('{"Charges'  , None),
        ("[1, 2]", None),
        ("[" * 100_000, None),
        (b"\x00\x01\x02", None),
        (CASE.read_bytes()[:900], "odyssey"),
    ],
    ids=["other product", "nobody's", "empty", "no json", "cut json", "list", "deep", "binary",
         "cut"],
)  # fmt: skip
def test_what_cannot_be_read_is_exit_2_and_still_one_object(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | bytes, product: str | None
) -> None:
    code, told = read(capsys, saved(tmp_path, text))
    assert (code, told["product"], told["record"]) == (2, product, None)
    assert told["error"]["kind"]
    assert told["error"]["message"]


def test_a_page_of_the_other_product_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = read(capsys, CASE, "--product", "iml")
    assert (code, told["product"], told["record"]) == (2, "odyssey", None)


def test_a_file_that_is_not_there_and_a_zone_that_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert read(capsys, tmp_path / "none.html")[0] == 2
    assert read(capsys, CASE, "--product", "odyssey", "--zone", "Nowhere/Town")[0] == 2


def test_for_a_person_it_prints_what_is_unread(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(CASE)]) == 0
    assert "odyssey: case" in capsys.readouterr().out
