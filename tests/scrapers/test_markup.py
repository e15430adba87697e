"""The bare tree is BeautifulSoup's: the same elements, attributes and words, on every saved
page."""

from __future__ import annotations

import random

import pytest
from bs4 import BeautifulSoup

from proof.harness_mutation import noise
from proof.harness_parsing import SERVICES, Page, pages
from resilience.faults import LayoutChanged
from scrapers import markup
from scrapers.values import DEEPEST, LONGEST, clean, soup_of

PAGES = [page for page in pages() if page.kind not in SERVICES and page.text.strip()]


def _soup(html: str) -> list[tuple[str, dict[str, str], str | None]]:
    soup = soup_of(html)
    for tag in soup.find_all(["script", "style"]):
        tag.decompose()
    told = []
    for tag in soup.find_all(True):
        attributes = {
            name: " ".join(value) if isinstance(value, list) else str(value)
            for name, value in tag.attrs.items()
        }
        told.append((tag.name, attributes, clean(tag.get_text(" "))))
    return told


def _bare(html: str) -> list[tuple[str, dict[str, str], str | None]]:
    root = markup.page_of(html)
    told = []
    for tag in root.iter():
        attributes = {
            name: " ".join(value.split())
            if name in ("class", "rel", "headers", "accesskey")
            else value
            for name, value in tag.attrib.items()
        }
        told.append((str(tag.tag), attributes, markup.words(tag)))
    return told


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_saved_page_has_the_same_elements_attributes_and_words(page: Page) -> None:
    assert _bare(page.text) == _soup(page.text)


@pytest.mark.parametrize("page", PAGES[::6], ids=str)
def test_so_has_a_page_with_noise_in_it(page: Page) -> None:
    chance = random.Random(f"markup {page}")
    for _ in range(4):
        spoiled = noise(page, chance).replace("\x00", "")
        assert _bare(spoiled) == _soup(spoiled)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<!-- nothing -->",
        "\x00",
        "words",
        "<p>one",
        "</div>",
        "<?xml version='1.0' encoding='utf-16'?><p>x</p>",
    ],
)
def test_whatever_comes_is_a_tree(html: str) -> None:
    assert markup.by_id(markup.page_of(html), "x") is None


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><p>a</p></body></html><table><tr><td>1</td></tr></table><p>x</p>",
        "<!DOCTYPE html><html><body><p>a</p></html><p>b</p></html><!-- c --><p>d</p></body></html>",
        "<html><head></head></html><html><body><p>a</p></body></html>",
        "<html><body><p>a</p></body></html>words<p>b</p>",
    ],
)
def test_what_stands_behind_an_end_that_came_too_early_is_not_lost(html: str) -> None:
    told = _bare(html)
    assert [line[:2] for line in told] == [line[:2] for line in _soup(html)]
    assert [said for name, _, said in told if name in ("p", "td")] == [
        said for name, _, said in _soup(html) if name in ("p", "td")
    ]


def test_a_page_beyond_reason_is_a_changed_layout() -> None:
    with pytest.raises(LayoutChanged, match="elements within each other"):
        markup.page_of("<div>" * (DEEPEST + 10))
    with pytest.raises(LayoutChanged, match="characters"):
        markup.page_of("x" * (LONGEST + 1))


HTML = """<div id=a class="one two"><p>first <span>inner</span> last<br>line</p><!-- no -->\
<script>var x</script>
<table><tr><td id=b>cell</td></tr></table></div><div class=three></div>"""


def test_elements_are_found_by_id_class_and_kin() -> None:
    root = markup.page_of(HTML)
    box, cell = markup.by_id(root, "a"), markup.by_id(root, "b")
    assert box is not None
    assert cell is not None
    assert markup.select(root, ".one, .three") == [box, *markup.after(box, "div")]
    assert markup.first(box, "div") is None
    assert markup.has(box, "two")
    assert not markup.has(box, "tw")
    assert markup.within(cell, "one") is box
    assert [one.tag for one in markup.own(box)] == ["p", "table"]
    assert markup.closest(cell, "table") is markup.below(box, "table")[0]


def test_texts_are_read_whole_in_part_and_by_line() -> None:
    root = markup.page_of(HTML)
    paragraph = markup.below(root, "p")[0]
    assert markup.words(paragraph) == "first inner last line"
    assert markup.rest(paragraph, paragraph[0]) == "first last line"
    assert markup.lines(paragraph) == ("first inner last", "line")
    assert markup.words(markup.by_id(root, "a")) == "first inner last line cell"


def test_the_words_are_what_beautifulsoup_reads() -> None:
    soup = BeautifulSoup(HTML, "lxml")
    assert clean(soup.get_text(" ")) == markup.words(markup.page_of(HTML))


def test_elements_are_taken_out_with_what_stands_in_them_and_control_characters_are_gone() -> None:
    root = markup.page_of("<p>a</p><ul><li>b</li></ul>\x01tail<nav>c</nav>")
    assert markup.words(markup.without(root, "ul", "nav")) == "a tail"
