"""The coverage page: one self-contained HTML file, without scripts and without anything from
elsewhere.

It shows sums only. Every number stands in the text too, so that colours carry nothing alone.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from reportcard.load import LoadReceipt
from reportcard.page_facts import OUTCOMES, CoverageFacts, HalfFacts, coverage_facts
from scrapers.crawl.place import Where

_OUTCOME_WORDS = {
    "found": "found",
    "not_found": "nobody of that name",
    "unverified": "birth date not confirmed",
    "carried": "fresh from an earlier crawl",
    "failed": "failed",
    "pending": "still to do",
    "not_asked": "not asked",
}
_CUSTODY_WORDS = {
    "pretrial_confirmed": "Pretrial, confirmed by the court",
    "pretrial_by_label": "Pretrial by the jail's labels",
    "open_with_other_hold": "Open cases and another hold",
    "unresolved": "Unresolved",
    "unknown": "Unknown",
    "sentenced_label_mixed": "Some cases sentenced",
    "sentenced_label_all": "All cases sentenced",
    "not_held": "No longer held",
}
_STATES = {
    "no_roster": "no roster",
    "unfinished": "unfinished",
    "complete": "complete",
    "complete_with_failures": "complete, with failures",
}

_STYLE = """
:root{--ink:#1c2430;--soft:#5b6675;--paper:#f6f4ef;--card:#fff;--line:#e3dfd5;--found:#2f6f73;
--not_found:#8fb8b3;
--unverified:#d9a441;--carried:#5d7fb3;--failed:#b5442f;--pending:#b9b4a8;--not_asked:#e3dfd5}
@media (prefers-color-scheme:dark){:root{--ink:#e9e6df;--soft:#a3adba;--paper:#14181e;
--card:#1d232b;--line:#333b46;
--found:#4fa3a0;--not_found:#35605f;--pending:#6d6a63;--not_asked:#39414c;--failed:#d96a53}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
h1{font:600 2.1rem/1.15 Georgia,"Iowan Old Style","DejaVu Serif",serif;
margin:0 0 .35rem;letter-spacing:-.01em}
h2{font:600 1.15rem/1.3 Georgia,"Iowan Old Style","DejaVu Serif",serif;margin:0 0 .9rem}
.kicker{margin:0 0 .2rem;color:var(--found);font-size:.85rem;font-weight:600;
letter-spacing:.08em;text-transform:uppercase}
.under{color:var(--soft);margin:0 0 1.75rem}
.note{border-left:4px solid var(--unverified);
padding:.4rem .9rem;margin:0 0 1.25rem;background:var(--card)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:1.25rem 1.4rem;margin:0 0 1.1rem}
.half{display:flex;justify-content:space-between;align-items:baseline;
gap:1rem;margin:.2rem 0 .45rem}
.half strong{white-space:nowrap;font-variant-numeric:tabular-nums;font-size:1.35rem}
.bar{display:flex;height:1.5rem;border-radius:6px;overflow:hidden;background:var(--not_asked)}
.bar i{display:block;min-width:2px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.25rem;
padding:0;margin:.55rem 0 1.1rem;color:var(--soft);font-size:.9rem}
.legend:last-child{margin-bottom:0}
.legend li::before{content:"";display:inline-block;
width:.7rem;height:.7rem;border-radius:2px;margin-right:.45rem;background:var(--c)}
.legend b{color:var(--ink);font-variant-numeric:tabular-nums}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11.5rem,46%),1fr));
gap:.8rem;margin:0 0 1.1rem}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.85rem 1.1rem}
.tile b{display:block;font:600 1.5rem/1.25 Georgia,"Iowan Old Style","DejaVu Serif",serif;
font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.88rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;font-weight:400;padding:.28rem .6rem .28rem 0;vertical-align:middle}
td.n{text-align:right;font-variant-numeric:tabular-nums;width:5rem;padding-right:.9rem}
td.w{width:45%}
td.w i{display:block;height:.85rem;border-radius:3px;background:var(--found);min-width:2px}
footer{color:var(--soft);font-size:.85rem;margin-top:1.6rem}
"""


def coverage_page(crawl: Where | CoverageFacts, receipt: LoadReceipt | None = None) -> str:
    """The page of a crawl folder, or of facts already counted; with a receipt it says what stands
    in the database.

    The same facts give the same text. Raises BadFolderError.
    """
    facts = crawl if isinstance(crawl, CoverageFacts) else coverage_facts(crawl)
    title = f"Report card: {facts.site}, {facts.day.isoformat()}"
    body = [
        f'<p class="kicker">Report card</p><h1>{_text(facts.site)}</h1>',
        f'<p class="under">{_under(facts)}</p>',
        *(f'<p class="note">{_text(note)}</p>' for note in _notes(facts)),
        _coverage(facts),
        _tiles(facts, receipt),
        _table("How they are held", _custody(facts)),
        _table("Why people are missing", sorted(facts.faults.items(), key=lambda f: (-f[1], f[0]))),
        _table("Tried again, and why", sorted(facts.retries.items(), key=lambda f: (-f[1], f[0]))),
        _footer(),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n<body><main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main></body></html>\n"
    )


def _under(facts: CoverageFacts) -> str:
    state = _STATES.get(facts.state or "", facts.state or "not summarised yet")
    parts = [
        f"Jail roster and court histories as of {facts.day.isoformat()}",
        f"crawl {facts.crawl}",
        state,
    ]
    return " &middot; ".join(_text(part) for part in parts)


def _notes(facts: CoverageFacts) -> list[str]:
    notes = []
    if facts.exact is False:
        notes.append("The roster moved while it was read: that it is complete is not proved.")
    if facts.invalid_files:
        notes.append(f"{facts.invalid_files:,} files are not valid and are not counted.")
    for name, half in (("jail", facts.jail), ("court", facts.court)):
        if half.counts.get("pending"):
            notes.append(f"{half.counts['pending']:,} people are still to do in the {name} half.")
    return notes


def _coverage(facts: CoverageFacts) -> str:
    halves = (("Jail records", facts.jail), ("Court histories", facts.court))
    shown = "".join(_half(name, half) for name, half in halves)
    return f'<section class="card"><h2>Coverage</h2>{shown}</section>'


def _half(name: str, half: HalfFacts) -> str:
    shown = [
        (outcome, half.counts.get(outcome, 0))
        for outcome in OUTCOMES
        if half.counts.get(outcome, 0)
    ]
    bar = "".join(
        f'<i style="width:{100 * count / half.roster:.3f}%;background:var(--{outcome})"></i>'
        for outcome, count in shown
    )
    legend = "".join(
        f'<li style="--c:var(--{outcome})"><b>{count:,}</b> {_OUTCOME_WORDS[outcome]}</li>'
        for outcome, count in shown
    )
    said = f"{name}: {half.known:,} known of {half.asked:,} asked"
    return (
        f'<div class="half"><span>{name}: {half.known:,} of {half.asked:,} asked</span>'
        f"<strong>{percent(half.known, half.asked)}</strong></div>"
        f'<div class="bar" role="img" aria-label="{said}">{bar}</div>'
        f'<ul class="legend">{legend}</ul>'
    )


def percent(part: int, whole: int) -> str:
    """A share as text, cut and never rounded up: only all is 100 %."""
    if whole == 0:
        return "nobody asked"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


def _tiles(facts: CoverageFacts, receipt: LoadReceipt | None) -> str:
    numbers: list[tuple[str, str]] = [
        (f"{facts.people:,}", "people"),
        (f"{facts.bookings:,}", "bookings"),
        (f"{facts.held:,}", "bookings still held"),
        (f"{facts.bonds:,}", "bond entries on those"),
        (f"${facts.bond_cents // 100:,}", "listed as their bond"),
        (f"{facts.cases:,}", "court cases"),
        (f"{facts.cases_pretrial:,}", "cases pretrial by the court"),
        (f"{facts.court_hearings:,}", "court hearings"),
    ]
    if facts.no_birth_date:
        numbers.append((f"{facts.no_birth_date:,}", "people without a birth date"))
    if receipt is not None:
        numbers.append((f"{sum(receipt.rows.values()):,}", "rows in the database"))
        numbers.append((f"{receipt.conflicts:,}", "identities to look at"))
    tiles = "".join(
        f'<div class="tile"><b>{number}</b><span>{_text(word)}</span></div>'
        for number, word in numbers
    )
    return f'<section class="tiles">{tiles}</section>'


def _custody(facts: CoverageFacts) -> list[tuple[str, int]]:
    known = [(words, facts.custody[answer]) for answer, words in _CUSTODY_WORDS.items()]
    strange = [
        (answer, count) for answer, count in facts.custody.items() if answer not in _CUSTODY_WORDS
    ]
    return [(words, count) for words, count in known + sorted(strange) if count]


def _table(title: str, rows: Iterable[tuple[str, int]]) -> str:
    rows = list(rows)
    if not rows:
        return ""
    most = max(count for _, count in rows)
    lines = "".join(
        f'<tr><th scope="row">{_text(words)}</th><td class="n">{count:,}</td>'
        f'<td class="w"><i style="width:{100 * count / most:.2f}%"></i></td></tr>'
        for words, count in rows
    )
    return f'<section class="card"><h2>{_text(title)}</h2><table>{lines}</table></section>'


def _footer() -> str:
    says = (
        "Coverage is the share of people asked about of whom there is an answer, "
        "“nobody of that name” included."
    )
    return f"<footer>{_text(says)}</footer>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


__all__ = ["coverage_page", "percent"]
