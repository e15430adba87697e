from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.crawl.keys import BadKeyError, file_name, key_of_file

RESERVED = ["CON", "con", "nul", "AUX", "COM1", "lpt9", "CONIN$"]


@given(st.text(min_size=1, max_size=16).filter(lambda text: text.strip() != ""))
def test_every_key_comes_back_from_its_file_name(key: str) -> None:
    name = file_name(key)
    assert key_of_file(name) == key
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_%.")


@pytest.mark.parametrize("key", [*RESERVED, "..", ".", "a/b", "a\\b", ".hidden", "x."])
def test_no_key_names_a_device_or_leaves_its_folder(key: str) -> None:
    stem = file_name(key).removesuffix(".json")
    assert stem.lower() not in {word.lower() for word in RESERVED}
    assert not set(stem) & set("./\\:$")
    assert key_of_file(file_name(key)) == key


def test_usual_keys_stand_as_they_are() -> None:
    assert file_name("00400001") == "00400001.json"
    assert file_name("booking-26000123") == "booking-26000123.json"


@pytest.mark.parametrize("key", ["", "  ", "x" * 300])
def test_impossible_keys_are_refused(key: str) -> None:
    with pytest.raises(BadKeyError):
        file_name(key)


@pytest.mark.parametrize("name", ["x", ".00400001.json.invalid", "a b.json", "%2.json", ".json"])
def test_strangers_are_nobody(name: str) -> None:
    assert key_of_file(name) is None
