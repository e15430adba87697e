from __future__ import annotations

import csv
import datetime as dt
import os
from pathlib import Path
from typing import Any

import pandas
import pytest

from reportcard.database import DatabaseError
from reportcard.load import load
from reportcard.load_csv import safe, write_csv
from scrapers.jail.records import Bond, Inmate
from scrapers.odyssey.records import CourtCharge
from tests.reportcard import folders
from tests.reportcard.folders import case, history, moment, person, put_court, put_jail

MONDAY = dt.date(2026, 1, 5)
TABLES = ("crawls", "people", "bookings", "charges", "bonds", "cases", "dispositions")
NAMES = {f"{name}.csv" for name in TABLES}


def read(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_made_harmless(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_numbers_dates_and_absence_stay_what_they_are() -> None:
    assert safe(-500) == "-500"
    assert safe(None) == ""
    assert safe(False) == "no"
    assert safe(MONDAY) == "2026-01-05"
    assert safe("O'TESTER, ANN") == "O'TESTER, ANN"


def test_the_tables_hold_everybody_and_agree_with_the_truth(
    few: tuple[Path, list[Any]], url: str
) -> None:
    folder, truth = few
    load(folder, url)
    out = folder.parent.parent / "sheets"
    counts = write_csv(url, out)
    jail = [line["jail"] for line in truth]
    bookings = [booking for record in jail for booking in record["bookings"]]
    assert set(counts) == NAMES == {path.name for path in out.iterdir()}
    assert counts["people.csv"] == len(truth)
    assert counts["bookings.csv"] == len(bookings)
    assert counts["charges.csv"] == sum(len(booking["charges"]) for booking in bookings)
    assert counts["bonds.csv"] == sum(len(booking["bonds"]) for booking in bookings)
    assert counts["cases.csv"] == sum(
        len(line["odyssey"]["cases"]) for line in truth if line["odyssey"]
    )
    for name, count in counts.items():
        assert len(read(out / name)) == count
        assert len(pandas.read_csv(out / name, dtype=str)) == count
    assert {row["key"] for row in read(out / "people.csv")} == {record["key"] for record in jail}


def test_folder_and_files_are_private_and_a_second_time_replaces(
    data: Path, tmp_path: Path, url: str
) -> None:
    folder, out = folders.folder_of(data, MONDAY), tmp_path / "out" / "sheets"
    put_jail(folder, person("1", "b1", name='=CMD("X"), ANN'), moment(MONDAY))
    load(folder, url)
    before = os.umask(0)
    try:
        write_csv(url, out)
        put_jail(folder, person("2", "b2"), moment(MONDAY))
        load(folder, url)
        assert write_csv(url, out)["people.csv"] == 2
    finally:
        os.umask(before)
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert [row["name"] for row in read(out / "people.csv")] == [
        '\'=CMD("X"), ANN',
        "SAMPLE, JORDAN",
    ]
    assert (out / "people.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_charge_without_disposition_has_its_line(data: Path, tmp_path: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    charges = (CourtCharge(number="1", description="JAYWALKING"),)
    put_court(folder, "1", history("1", case("C1", charges=charges)), moment(MONDAY))
    load(folder, url)
    write_csv(url, tmp_path / "sheets")
    (row,) = read(tmp_path / "sheets" / "dispositions.csv")
    assert (row["case_number"], row["description"], row["result"]) == ("C1", "JAYWALKING", "")


def test_without_a_database_nothing_is_written(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseError, match="nothing has been loaded"):
        write_csv(url, tmp_path / "sheets")
    assert not (tmp_path / "sheets").exists()


def test_money_is_in_dollars(data: Path, tmp_path: Path, url: str) -> None:
    folder = folders.folder_of(data, MONDAY)
    bonds = (Bond(amount_cents=5_00), Bond(total_cents=1_234_567), Bond(total_cents=-5))
    put_jail(folder, person("1", "b1", bonds=bonds), moment(MONDAY))
    load(folder, url)
    write_csv(url, tmp_path / "sheets")
    rows = read(tmp_path / "sheets" / "bonds.csv")
    assert [(row["amount_dollars"], row["total_dollars"]) for row in rows] == [
        ("5.00", ""),
        ("", "12345.67"),
        ("", "-0.05"),
    ]


def test_fields_that_can_end_in_a_deportation_are_written_only_by_name(
    data: Path, tmp_path: Path, url: str
) -> None:
    folder = folders.folder_of(data, MONDAY)
    inmate = Inmate(fbi_number="F1", ice_number="A1", citizen="US", country_of_birth="XX")
    put_jail(folder, person("1", "b1", inmate=inmate), moment(MONDAY))
    load(folder, url)
    write_csv(url, tmp_path / "sheets")
    for path in (tmp_path / "sheets").iterdir():
        header = path.read_text(encoding="utf-8-sig").splitlines()[0]
        assert not [name for name in ("fbi", "ice_number", "citizen", "country") if name in header]
    write_csv(url, tmp_path / "sheets", ["citizen"])
    (row,) = read(tmp_path / "sheets" / "bookings.csv")
    assert row["citizen"] == "US"
    assert "ice_number" not in row


@pytest.mark.parametrize("kind", ["text", "link", "folder", "device"])
def test_a_file_that_is_not_ours_is_not_replaced(
    data: Path, tmp_path: Path, url: str, kind: str
) -> None:
    load(folders.folder_of(data, MONDAY), url)
    sheets, other = tmp_path / "sheets", tmp_path / "mine.csv"
    sheets.mkdir()
    other.write_text("my own", encoding="utf-8")
    path = sheets / "crawls.csv"
    if kind == "text":
        path.write_text("site,my own\n", encoding="utf-8")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(other if kind == "link" else "/dev/null")
    before = path.lstat()
    with pytest.raises(OSError, match="not a table that cj wrote"):
        write_csv(url, sheets)
    assert path.lstat() == before
    assert other.read_text(encoding="utf-8") == "my own"
