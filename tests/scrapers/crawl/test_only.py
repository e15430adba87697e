from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scrapers.crawl.errors import BadListError
from scrapers.crawl.only import read_only


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "list"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_bare_keys_with_blanks_and_remarks(tmp_path: Path) -> None:
    only = read_only(written(tmp_path, "\ufeff# mine\n00400001\n\n  booking-26000001 \r\n"))
    assert only.keys == ("00400001", "booking-26000001")
    assert not only.named


def test_a_table_with_names(tmp_path: Path) -> None:
    only = read_only(
        written(tmp_path, 'key,name,date_of_birth\nx1,"DOE, JORDAN",1990-01-02\nx2,CHER,\n')
    )
    assert only.named
    assert [(p.key, p.name, p.date_of_birth) for p in only.people] == [
        ("x1", "DOE, JORDAN", dt.date(1990, 1, 2)),
        ("x2", "CHER", None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00400001\n!?!\n", r"line 2: '!\?!' is no key"),
        ("00400001\ntwo words\n", "line 2"),
        ("00400001\n00400001\n", "line 2: key '00400001' stands in line 1"),
        ("id,who\n1,2\n", "line 1: the columns must be key,name,date_of_birth"),
        ("key,name,date_of_birth\nx1,DOE, JORDAN,1990-01-02\n", "line 2: 4 cells"),
        ('key,name,date_of_birth\nx1,"DOE, J",01/02/1990\n', "line 2: date of birth '01/02/1990'"),
        ("key,name,date_of_birth\n,CHER,\n", "line 2: a key cannot be empty"),
        ("key,name,date_of_birth\nx1,,\n", "line 2: '' is no name"),
        ("key,name,date_of_birth\n", "nobody"),
        ("", "nobody"),
        (b"ok1\n\xff\xfe\x00\n", "line 2: not a text"),
    ],
)
def test_rubbish_is_refused_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(BadListError, match=said):
        read_only(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadListError, match="cannot be read"):
        read_only(tmp_path / "none")
