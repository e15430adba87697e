"""How a visit is kept on disk: byte for byte, readable, and refused with a clear word where it is
broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from replay import BadExchangeError, Exchange, Step
from scrapers.halves import JAIL

LATIN = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
    "</head>é Â¤</html>"
)
VISIT = Exchange(
    half=JAIL,
    site="shelby-tn",
    page="visit",
    made="by hand",
    steps=(
        Step("GET", "https://jail.example/IML", "search", LATIN),
        Step(
            "POST",
            "https://jail.example/IML",
            "list",
            "<p>ü</p>",
            fields={"flow_action": "searchbyid"},
        ),
        Step("GET", "https://jail.example/x", "moved", status=302, headers={"location": "/IML"}),
        Step(
            "GET",
            "https://jail.example/y",
            "Charges",
            '{"Charges": []}',
            status=503,
            headers={"retry-after": "3"},
        ),
    ),
    about={"asked": "26100001"},
)


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    VISIT.save(tmp_path / "fixture")
    assert Exchange.load(tmp_path / "fixture") == VISIT


def test_every_body_has_a_file_of_its_own_with_number_kind_and_form(tmp_path: Path) -> None:
    VISIT.save(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["01-search.html", "02-list.html", "04-charges.json", "exchange.json"]
    assert (
        "body"
        not in json.loads((tmp_path / "exchange.json").read_text(encoding="utf-8"))["steps"][2]
    )


def test_a_body_is_kept_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    VISIT.save(tmp_path)
    assert (tmp_path / "01-search.html").read_bytes() == LATIN.encode("latin-1")
    assert (tmp_path / "02-list.html").read_bytes() == "<p>ü</p>".encode()


def test_the_header_goes_before_what_the_page_says_of_its_encoding() -> None:
    step = Step("GET", "u", "k", LATIN, headers={"content-type": "text/html; charset=UTF-8"})
    assert step.bytes() == LATIN.encode()


def test_what_an_encoding_cannot_say_becomes_a_character_reference() -> None:
    assert Step("GET", "u", "k", LATIN + "€").bytes() == LATIN.encode("latin-1") + b"&#8364;"


def test_saving_again_leaves_no_body_of_the_earlier_save(tmp_path: Path) -> None:
    VISIT.save(tmp_path)
    Exchange(JAIL, "shelby-tn", "visit", "recorded", VISIT.steps[1:2]).save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01-list.html", "exchange.json"]


@pytest.mark.parametrize("header", ["set-cookie", "server", "Location"])
def test_a_header_that_no_fixture_may_hold_is_refused(header: str) -> None:
    with pytest.raises(BadExchangeError, match=header):
        Step("GET", "u", "list", headers={header: "x"})


def test_a_page_alone_is_an_exchange_of_one_step_named_by_its_folders(tmp_path: Path) -> None:
    folder = tmp_path / "odyssey" / "sample-tn" / "no-match"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("<p>No cases match your search</p>", encoding="utf-8")
    (folder / "about.json").write_text(
        '{"kind": "results", "url": "https://portal.example/CJS"}', encoding="utf-8"
    )
    found = Exchange.load(folder)
    assert (found.name, found.made) == ("odyssey/sample-tn/no-match", "by hand")
    assert found.steps == (
        Step("GET", "https://portal.example/CJS", "results", "<p>No cases match your search</p>"),
    )


def broken(tmp_path: Path, text: str) -> str:
    (tmp_path / "exchange.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadExchangeError) as caught:
        Exchange.load(tmp_path)
    return str(caught.value)


STEP = {"method": "GET", "url": "u", "kind": "k"}
WHOLE = {"product": "jail", "site": "s", "page": "p", "made": "by hand", "steps": [STEP]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"product": "bank"}, "half must be jail or odyssey"),
        ({"made": "found"}, "'by hand' or 'recorded'"),
        ({"steps": []}, "is missing: steps"),
        ({"steps": ["x"]}, "list of objects"),
        ({"steps": [{"method": "GET", "url": "u"}]}, "step 1 is missing: kind"),
        ({"steps": [{**STEP, "cookie": "c"}]}, "unknown keys: cookie"),
        ({"steps": [{**STEP, "status": "ok"}]}, "status of step 1"),
        ({"steps": [{**STEP, "fields": []}]}, "fields of step 1 must be an object"),
        (
            {"steps": [{**STEP, "body": "../x.html"}]},
            "must be a file in the same folder",
        ),
        ({"steps": [{**STEP, "body": "01.html"}]}, "01.html cannot be read"),
        ({"about": 7}, "about must be an object"),
    ],
)
def test_a_broken_exchange_says_what_is_wrong(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    assert says in broken(tmp_path, json.dumps({**WHOLE, **change}))


def test_unreadable_json_names_its_file(tmp_path: Path) -> None:
    assert "exchange.json cannot be read as JSON" in broken(tmp_path, "{")


def test_a_folder_that_is_no_fixture_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(BadExchangeError, match=r"neither exchange\.json nor page\.html"):
        Exchange.load(tmp_path)
    with pytest.raises(BadExchangeError, match="is not a folder"):
        Exchange.load(tmp_path / "nowhere")
