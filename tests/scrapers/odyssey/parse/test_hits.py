"""Parties met on several pages become one."""

from __future__ import annotations

from scrapers.odyssey.parse.hits import CaseLink, PartyHit, merged


def party(
    name: str,
    *numbers: str,
    born: str | None = None,
    id: str | None = None,
    announced: int | None = None,
) -> PartyHit:
    links = tuple(CaseLink(case_number=number, url=f"u-{number}") for number in numbers)
    return PartyHit(
        name=name, printed_birth_date=born, party_id=id, cases=links, announced=announced
    )


def test_the_same_party_of_two_pages_has_all_cases_once() -> None:
    both = merged([party("A, B", "1", "2", announced=3), party("a, b", "2", "3", announced=3)])
    assert [[case.case_number for case in one.cases] for one in both] == [["1", "2", "3"]]
    assert both[0].whole


def test_another_birth_date_or_id_is_another_party() -> None:
    assert (
        len(merged([party("A, B", "1", born="01/02/1990"), party("A, B", "2", born="01/02/1991")]))
        == 2
    )
    assert len(merged([party("A, B", "1", id="7"), party("A, B", "1", id="8")])) == 2


def test_a_party_with_fewer_cases_than_announced_is_not_whole() -> None:
    assert not party("A, B", "1", announced=2).whole


def test_the_link_tells_the_generation_of_the_case_page() -> None:
    assert (
        CaseLink(case_number="1", url="https://x/app/RegisterOfActions/?id=1").generation == "roa"
    )
    assert (
        CaseLink(case_number="1", url="https://x/CJS/Case/CaseDetail?eid=1").generation == "classic"
    )
