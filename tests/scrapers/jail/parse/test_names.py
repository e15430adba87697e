from __future__ import annotations

import pytest

from scrapers.jail.parse import name_of


@pytest.mark.parametrize(
    ("printed", "full", "parts"),
    [
        ("SAMPLE, JORDAN LEE", "SAMPLE, JORDAN LEE", ("SAMPLE", "JORDAN", "LEE", None)),
        ("SAMPLE, JORDAN LEE JR", "SAMPLE, JORDAN LEE JR", ("SAMPLE", "JORDAN", "LEE", "JR")),
        ("SAMPLE, JORDAN Jr.", "SAMPLE, JORDAN Jr.", ("SAMPLE", "JORDAN", None, "Jr.")),
        ("SAMPLE JR, JORDAN", "SAMPLE JR, JORDAN", ("SAMPLE", "JORDAN", None, "JR")),
        ("SAMPLE   ,\xa0JORDAN", "SAMPLE, JORDAN", ("SAMPLE", "JORDAN", None, None)),
        (
            "DE LA SAMPLE, ANA MARIA LUZ",
            "DE LA SAMPLE, ANA MARIA LUZ",
            ("DE LA SAMPLE", "ANA", "MARIA LUZ", None),
        ),
        ("SAMPLITA", "SAMPLITA", ("SAMPLITA", None, None, None)),
        ("SAMPLE, V", "SAMPLE, V", ("SAMPLE", "V", None, None)),
        ("SAMPLE,", "SAMPLE,", ("SAMPLE", None, None, None)),
        ("0, SAMPLE, JORDAN", "0, SAMPLE, JORDAN", ("SAMPLE", "JORDAN", None, None)),
        ("O'Sample-Test, Riley", "O'Sample-Test, Riley", ("O'Sample-Test", "Riley", None, None)),
    ],
)
def test_printed_name_falls_into_its_parts(
    printed: str, full: str, parts: tuple[str | None, str | None, str | None, str | None]
) -> None:
    name = name_of(printed)
    assert (name.full, (name.last, name.first, name.middle, name.suffix)) == (full, parts)
