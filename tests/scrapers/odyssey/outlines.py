"""Pages made from the outlines of real ones (``tests/data/outlines``): the nesting of the outline,
line by line, with invented values in the place of their kinds. No parser of the house has a hand in
it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "outlines"
NAMES = ("chatham", "dekalb", "snohomish", "older-napa")
NUMBER = "26CV00042"
_LINE = re.compile(r"^(?P<says>.*?)(?: «(?P<text>[^»]*)»)?(?:   x(?P<times>\d+))?$")
_NAME = re.compile(r"^(?P<tag>[a-z0-9]+)(?P<rest>.*)$", re.S)
_ATTRIBUTE = re.compile(r"\[([a-z-]+)=([^\]]*)\]")
_VOID = {"br", "hr", "col"}
_HEADLINE = "p.text-primary"


@dataclass
class Element:
    """An element with its texts: ``text`` before its first child, ``tail`` right behind it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    tail: str = ""
    times: int = 1
    children: list[Element] = field(default_factory=list)

    def html(self) -> str:
        """As mark-up."""
        given = "".join(
            f' {name}="{html.escape(value)}"' for name, value in self.attributes.items()
        )
        inside = html.escape(self.text) + "".join(child.html() for child in self.children)
        end = "" if self.tag in _VOID else f"</{self.tag}>"
        return f"<{self.tag}{given}>{inside}{end}" * self.times + html.escape(self.tail)


class Values:
    """Invented values, no two alike, by their kind."""

    def __init__(self) -> None:
        self._count = 0
        self._headed = False

    def of(self, text: str, element: str) -> str:
        """The text of an outline with its kind made a value; labels stay as they are."""
        if element == _HEADLINE and not self._headed and text.startswith("WORDS"):
            self._headed = True
            return f"{NUMBER} | {self._one(text)}"
        return re.sub(
            r"DATE-?|TIME|MONEY|NUMBER|CASENO|WORDS\(\d+\)", lambda kind: self._one(kind[0]), text
        )

    def _one(self, kind: str) -> str:
        self._count += 1
        count = self._count
        if kind.startswith("WORDS"):
            many = int(kind[6:-1])
            return " ".join(f"Word{count}{chr(97 + place)}" for place in range(many))
        return {
            "DATE": f"{1 + count % 12:02d}/{1 + count % 28:02d}/20{10 + count % 15:02d}",
            "TIME": f"{1 + count % 12}:{count % 60:02d} AM",
            "MONEY": f"${count}.00",
            "NUMBER": str(count),
            "CASENO": f"555-{count:04d}",
        }[kind]


def page_of(name: str) -> list[Element]:
    """The sections of the page that the outline of that name was made from."""
    lines = (FOLDER / f"odyssey-classic-{name}.txt").read_text(encoding="utf-8").splitlines()
    return made(lines)


def made(lines: list[str]) -> list[Element]:
    """The elements that the lines of an outline tell of."""
    values = Values()
    roots: list[Element] = []
    open_: list[tuple[int, Element, str]] = []
    for line in lines:
        depth = (len(line) - len(line.lstrip())) // 2
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        inside = open_[-1][1].children if open_ else roots
        match = _LINE.match(
            line.strip() if not line.strip().startswith("«") else f"? {line.strip()}"
        )
        assert match is not None
        says, text = match["says"], match["text"]
        if says in ("?", ""):  # a text behind the last child
            assert text is not None
            inside[-1].tail = values.of(text, open_[-1][2])
            label = inside[0].text if inside and inside[0].tag == "span" else ""
            if label == "Case Number":
                inside[-1].tail = NUMBER
            continue
        element = _element(says)
        element.times = int(match["times"] or 1)
        element.text = values.of(text, says) if text else ""
        if element.tag == "li" and text:  # the older portals print a byte order mark there
            element.text = "\ufeff"
        inside.append(element)
        open_.append((depth, inside[-1], says))
    return roots


def _element(says: str) -> Element:
    attributes = dict(_ATTRIBUTE.findall(says))
    name = _NAME.match(_ATTRIBUTE.sub("", says))
    assert name is not None
    marks = re.findall(r"([#.])([\w-]+)", name["rest"])
    found = {}
    for mark, word in marks:
        if mark == "#":
            found["id"] = word
        else:
            found["class"] = f"{found.get('class', '')} {word}".strip()
    return Element(name["tag"], {**found, **attributes})


def whole(sections: list[Element]) -> str:
    """The page: its sections in the portal's form, and the sidebar that lists them."""
    anchors = {
        "caseInformationDiv": ("CaseInformation", "Case Information"),
        "CasePartiesPrintSection": ("PartyInformation", "Party"),
        "DispositionEventsPrintSection": ("DispositionEvents", "Disposition Events"),
        "OtherEventsPrintSection": ("OtherEvents", "Events and Hearings"),
        "divFinancialInformation_body": ("FinancialInfo", "Financial"),
    }
    listed = "".join(
        f'<li><a href="#{anchors[one.attributes["id"]][0]}">'
        f"{anchors[one.attributes['id']][1]}</a></li>"
        for one in sections
    )
    body = "\n".join(one.html() for one in sections)
    return (
        '<div class="row" id="PortletSummaryROA"><div class="col-md-9">'
        '<form class="register-of-actions expand-collapse-group" action="/portal/Case/CaseDetail">'
        f"{body}</form></div>"
        f'<div class="col-md-3"><nav id="mysidebar"><ul class="nav bs-docs-sidenav">{listed}</ul>'
        "</nav></div></div>"
    )
