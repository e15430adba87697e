"""From guarded measures to what a card shows: which chart, which sentence, which note.

Nothing is computed here but places and words; every number comes from `reportcard.measures` and
went through the guard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportcard.guard.release import Public
from reportcard.measures.measure import DEFINITIONS
from reportcard.report import charts, words
from reportcard.report.sentences import between, count, dollars, of_100, trend
from reportcard.report.view import (
    Areas,
    BarRows,
    Block,
    Card,
    Chart,
    PairRows,
    Section,
    StackedBar,
    Table,
    Tile,
)

STAY_NIGHTS = (0, 1, 3, 7, 14, 30, 90, 180, 365)
RETURN_DAYS = (30, 90, 180, 365)
BEDS = (("0", "0 nights"), ("1_3", "1 to 3"), ("4_30", "4 to 30"), ("31_180", "31 to 180"),
        ("181_on", "181 and more"))  # fmt: skip
BONDS = (("to_1000", "$1,000 or less"), ("to_5000", "$5,000 or less"),
         ("to_10000", "$10,000 or less"), ("to_50000", "$50,000 or less"),
         ("any", "any amount"))  # fmt: skip
OUTCOMES = (("pending", "still open"), ("guilty", "guilty"), ("reduced", "guilty of less"),
            ("dismissed", "dismissed or acquitted"))  # fmt: skip


@dataclass(frozen=True)
class About:
    """What a card says beside its numbers. ``read_at`` is aware, in the county's zone; ``last_day``
    the last complete day; ``notes`` come from the site's entry; ``custody_only``: the county lists
    people in custody only; ``nights``: crawls by their state, for the honesty line."""

    county: str
    site: str
    read_at: dt.datetime
    last_day: dt.date | None
    version: str
    notes: tuple[str, ...] = ()
    custody_only: bool = False
    bad_nights: tuple[str, ...] = ()
    internal: bool = False
    practice: bool = False
    csv: str | None = None


class Numbers:
    """The public numbers, looked up by name, part and group."""

    def __init__(self, numbers: Iterable[Public]) -> None:
        self.all = tuple(numbers)
        self._by = {
            (one.name, one.part, one.by, one.group): one for one in self.all if one.day is None
        }

    def one(self, name: str, part: str, by: str = "", group: str = "") -> Public | None:
        """A number; the newest day's where it is a series only."""
        found = self._by.get((name, part, by, group))
        return found or next(reversed(self.series(name, part)), None) if not by else found

    def series(self, name: str, part: str) -> list[Public]:
        """A number by day, oldest first."""
        return sorted(
            (o for o in self.all if o.name == name and o.part == part and not o.by and o.day),
            key=lambda one: one.day or dt.date.min,
        )

    def groups(self, name: str, by: str) -> list[str]:
        """The groups of a measure, in its own order."""
        return list(dict.fromkeys(o.group for o in self.all if o.name == name and o.by == by))

    def value(self, name: str, part: str) -> float | None:
        """Its value, None where there is none."""
        found = self.one(name, part)
        return found.value if found else None


def compose(numbers: Iterable[Public], about: About) -> Card:
    """The card of a county."""
    at = Numbers(numbers)
    sections = (
        Section("held", "Who is held?", _some(_per_day(at, about), *_held_by(at, about))),
        Section("long", "How long?", _some(_stay(at, about), _beds(at, about), _so_far(at, about))),
        Section("bond", "On what bond?",
                _some(_unpaid(at, about), _amounts(at, about), _until(at, about))),
        Section("cases", "What became of the cases?",
                _some(_outcomes(at, about), _ways(at, about))),
        Section("back", "Who comes back?", _some(_returns(at, about),)),
        Section("who", "Who is affected?",
                _some(*_waiting_by(at, about), _rates(at, about), _first(at, about))),
    )  # fmt: skip
    used = {one.name for one in at.all}
    return Card(
        county=about.county,
        read_at=about.read_at.isoformat(),
        under=_under(about),
        statement=_statement(at, about),
        waiting=_waiting(at),
        tiles=_tiles(at),
        honesty=_honesty(at, about),
        sections=tuple(section for section in sections if section.blocks),
        definitions=tuple(
            (one.title, f"{one.text} (Definition {one.version}.)")
            for one in sorted(DEFINITIONS.values(), key=lambda d: d.number)
            if one.name in used
        ),
        made_by=(
            f"Made by cj-report-card {about.version} from the public jail list and court records. "
            "Not in these records: deaths, injuries, medical care, plea offers."
        ),
        internal=about.internal,
        alerts=(("Practice county: every person in these numbers is invented.",)
                if about.practice else ()),
    )  # fmt: skip


def when(moment: dt.datetime) -> str:
    """``Friday, March 6, 2026, 4:30 am``."""
    clock = f"{moment:%I:%M}".lstrip("0") + (" am" if moment.hour < 12 else " pm")
    return f"{moment:%A, %B} {moment.day}, {moment.year}, {clock}"


def _under(about: About) -> str:
    last = about.last_day
    until = f"; trends up to {last:%B} {last.day}, the last complete day" if last else ""
    return f"List read {when(about.read_at)}{until}"


def _statement(at: Numbers, about: About) -> str:
    held = at.one("held", "people")
    waiting, unknown = at.one("awaiting_trial", "people"), at.one("awaiting_trial", "unknown")
    moment = when(about.read_at).split(", ", 1)[1]
    said = f"{count(held)} people were on the jail's list on {moment}."
    if waiting is None or waiting.value is None or unknown is None or unknown.value is None:
        return (
            f"{said} How many of them the court confirms as waiting for a trial cannot be shown "
            "here: too few people, or the court was not read."
        )
    return (
        f"{said} The court confirms that at least {count(waiting)} of them are waiting for a "
        f"trial; for {count(unknown)} more the records do not say."
    )


def _waiting(at: Numbers) -> Block:
    parts = [at.one("awaiting_trial", part) for part in ("people", "unknown", "not_waiting")]
    labels = (
        ("yes", "The court confirms: waiting for a trial"),
        ("unsure", "The records do not say (a jail label only, mixed or missing court answers)"),
        ("no", "The court confirms: not waiting (every listed case has ended)"),
    )
    chart = None
    share = at.one("awaiting_trial", "share")
    if all(one is not None and one.value is not None for one in parts):
        values = [one.value or 0.0 for one in parts if one is not None]
        whole = sum(values) or 1
        chart = StackedBar(
            "People on the list",
            charts.stacked(
                [
                    (kind, label, value, f"{value:,.0f}")
                    for (kind, label), value in zip(labels, values, strict=True)
                ]
            ),
            (
                (100 * values[0] / whole, f"at least {100 * values[0] / whole:.0f} of 100"),
                (
                    100 * (values[0] + values[1]) / whole,
                    f"at most {100 * (values[0] + values[1]) / whole:.0f} of 100",
                ),
            ),
        )
    reasons = [
        (words.UNKNOWN_REASONS[one.part], count(one))
        for one in at.all
        if one.name == "awaiting_trial" and not one.by and one.part in words.UNKNOWN_REASONS
    ]
    rows = [(label, count(one)) for (_, label), one in zip(labels, parts, strict=True)]
    if share is not None and share.value is not None:
        rows.append(("Share waiting", between(share)))
    return Block(
        "waiting",
        "Who is waiting for a trial",
        "",
        chart,
        table=Table(("Answer", "People"), (*rows, *reasons)),
        definition=DEFINITIONS["awaiting_trial"].text,
    )


def _tiles(at: Numbers) -> tuple[Tile, ...]:
    tiles = []
    if (median := at.one("held_so_far", "median")) is not None and median.value is not None:
        tiles.append(Tile(
            f"{median.value:,.0f} nights", "half of the people on the list have been here longer",
            "not how long people stay: see below"))  # fmt: skip
    if (long := at.one("held_so_far", "at_least_500")) is not None:
        share = at.one("held_so_far", "share_at_least_500")
        tiles.append(Tile(count(long), "have been here 500 nights or more",
                          f"{of_100(share)} people held" if share and share.value else "",
                          ))  # fmt: skip
    if (bond := at.one("unpaid_bond", "to_1000")) is not None:
        tiles.append(Tile(
            count(bond), "an unpaid bond of $1,000 or less and no other reason recorded",
            between(bond) if bond.value is not None else "too few people to show"))  # fmt: skip
    back = at.one("returns", "people_90") or at.one("returns", "people_30")
    if back is not None:
        days = back.part.rpartition("_")[2]
        if back.value is not None:
            tiles.append(Tile(of_100(back), f"are booked again within {days} days of a release",
                              between(back)))  # fmt: skip
        else:
            tiles.append(Tile("too early", f"how many come back within {days} days",
                              back.text.removeprefix("too early: ")))  # fmt: skip
    return tuple(tiles)


def _honesty(at: Numbers, about: About) -> tuple[str, ...]:
    said = []
    asked, known = at.value("coverage", "jail_asked"), at.value("coverage", "jail_known")
    court_asked, court = at.value("coverage", "court_asked"), at.value("coverage", "court_known")
    if asked and known is not None:
        line = f"Jail pages read for {100 * known / asked:.1f}% of the people on the list"
        if court_asked and court is not None:
            line += f"; the court answered for {100 * court / court_asked:.1f}%"
        said.append(line + ".")
    elif not court_asked:
        said.append("The court was not read.")
    missing, watched = at.value("coverage", "days_missing"), at.value("coverage", "days_watched")
    if watched is not None:
        nights = f"{watched:,.0f} days watched"
        said.append(
            f"{nights}; {missing:,.0f} night{'s' * (missing != 1)} missing."
            if missing
            else f"{nights}; none missing."
        )
    if about.bad_nights:
        said.append("Nights that are not complete: " + "; ".join(about.bad_nights) + ".")
    if about.custody_only:
        said.append(
            "This county lists people in custody only: whoever leaves before the first morning is "
            "never seen, and nobody is called released."
        )
    said += [note for note in about.notes if note]
    said.append("An arrest is not a conviction.")
    return tuple(said)


# --- blocks


def _per_day(at: Numbers, about: About) -> Block | None:
    series = [one for one in at.series("held", "people") if one.day is not None]
    by_day = {one.day: None if one.note else one.value for one in series}
    if sum(value is not None for value in by_day.values()) < 2:
        return None
    first, last = series[0].day, series[-1].day
    assert first is not None
    assert last is not None
    span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    points = [(day, by_day.get(day)) for day in span]
    gaps = sum(value is None for _, value in points)
    found = trend([value for _, value in points if value is not None])
    return Block(
        "per-day",
        "How many, day by day",
        found,
        charts.days("People held, each day", f"{found} {gaps} days without data.", points),
        "Gaps are days without a list that is complete and exact." if gaps else "",
        _table(about, "held", ("Day", "People held"),
               [(f"{day:%Y-%m-%d}", "no data" if v is None else f"{v:,.0f}") for day, v in points]),
        DEFINITIONS["held"].text,
    )  # fmt: skip


def _held_by(at: Numbers, about: About) -> list[Block]:
    found = []
    for by in ("sex", "race", "age", "grade"):
        block = _bars_by(at, about, "held", "people", by, f"By {words.BY[by]}", "People held")
        if block is not None:
            found.append(block)
    return found


def _waiting_by(at: Numbers, about: About) -> list[Block]:
    block = _bars_by(
        at, about, "awaiting_trial", "people", "race",
        "Waiting for a trial, by race as the jail records it", "People the court confirms",
    )  # fmt: skip
    return [block] if block else []


def _bars_by(
    at: Numbers, about: About, name: str, part: str, by: str, heading: str, title: str
) -> Block | None:
    groups = at.groups(name, by)
    those = [(group, at.one(name, part, by, group)) for group in groups]
    rows = [
        (words.group(group), count(one), (one.value or 0.0) if one else 0.0, None, None)
        for group, one in those
    ]
    if not any(value for _, _, value, _, _ in rows):
        return None
    hidden = sum(one is None or one.value is None for _, one in those)
    return Block(
        f"{name.replace('_', '-')}-{by}",
        heading,
        _largest(rows),
        BarRows(title, charts.bars(rows)),
        "Hidden groups have too few people to show, or protect one that has." if hidden else "",
        _table(about, name, (words.BY[by].capitalize(), "People"),
               [(label, number) for label, number, *_ in rows]),
        DEFINITIONS[name].text,
        wide=False,
    )  # fmt: skip


def _largest(rows: Sequence[tuple[str, str, float, object, object]]) -> str:
    label, number, value, *_ = max(rows, key=lambda row: row[2])
    return f"The largest group: {label}, {number}." if value else "Too few people to show."


def _stay(at: Numbers, about: About) -> Block | None:
    points = [
        (nights, one)
        for nights in STAY_NIGHTS
        if (one := at.one("stay", f"over_{nights}")) is not None and one.value is not None
    ]
    if not points:
        return None
    steps = [charts.Step(n, one.value or 0.0, one.low, one.high) for n, one in points]
    said = dict(points)
    unit = "mornings" if about.custody_only else "nights"
    named = [
        (n, f"{100 * (said[n].value or 0):.0f} of 100 stay more than {n} {unit}")
        for n in (3, 30)
        if n in said
    ]
    first = said.get(1) or said.get(0) or points[0][1]
    quick = int(first.part.rpartition("_")[2])
    text = f"{of_100(first)} stays last more than {quick} night{'s' * (quick != 1)}"
    if 30 in said:
        text += f"; {of_100(said[30])} last more than 30"
    n = points[0][1].n
    watched = at.value("coverage", "days_watched")
    nights = f"these {watched:,.0f} nights" if watched else "these nights"
    title = (
        "Of 100 people still there on the first morning"
        if about.custody_only
        else "Share of stays that last more than so many nights"
    )
    return Block(
        "stay",
        "How long do people stay?",
        text[0].upper() + text[1:] + f", if releases go on as in {nights}.",
        charts.curve(
            title, "; ".join(f"more than {m} nights: {of_100(one)}" for m, one in points), steps,
            marks=named, first=charts.Step(0, 1.0, 1.0, 1.0), unit=unit,
        ),
        f"{n:,} stays. People who were already here count from the first watched day on. Band: how "
        "much this could vary by chance; it does not cover errors in the records."
        if n else "",
        _table(about, "stay", ("More than", "Share", "95% interval"),
               [(f"{m} {unit}", of_100(one), between(one)) for m, one in points]),
        DEFINITIONS["stay"].text,
    )  # fmt: skip


def _beds(at: Numbers, about: About) -> Block | None:
    rows = []
    for part, label in BEDS:
        stays, nights = at.one("bed_days", f"stays_{part}"), at.one("bed_days", f"nights_{part}")
        if stays is None or nights is None:
            return None
        first, second = 100 * (stays.value or 0.0), 100 * (nights.value or 0.0)
        rows.append(charts.Pair(label, first, second, _percent(stays), _percent(nights)))
    few = rows[-1]
    return Block(
        "beds",
        "Who uses the beds?",
        f"{few.first_text} of stays ({few.label} nights) take {few.second_text} of all nights.",
        PairRows("By how long the stay lasts in the end", "of stays", "of nights", tuple(rows)),
        "The last share is at least so much: the longest stays were not followed to their end.",
        _table(about, "bed_days", ("Nights", "Share of stays", "Share of nights"),
               [(r.label, r.first_text, r.second_text) for r in rows]),
        DEFINITIONS["bed_days"].text,
        wide=False,
    )  # fmt: skip


def _so_far(at: Numbers, about: About) -> Block | None:
    rows = []
    for nights in (30, 180, 365, 500):
        one = at.one("held_so_far", f"at_least_{nights}")
        if one is not None:
            rows.append((f"{nights} nights or more", count(one), one.value or 0.0, None, None))
    median = at.one("held_so_far", "median")
    if not rows or median is None:
        return None
    return Block(
        "so-far",
        "How long have they been here so far?",
        f"Half of the people held have been here {count(median)} nights or more. "
        "This is not how long people stay.",
        BarRows("People held", charts.bars(rows)),
        "",
        _table(about, "held_so_far", ("Time held so far", "People"), [(a, b) for a, b, *_ in rows]),
        DEFINITIONS["held_so_far"].text,
        wide=False,
    )


def _unpaid(at: Numbers, about: About) -> Block | None:
    rows = []
    for part, label in BONDS:
        one = at.one("unpaid_bond", part)
        if one is not None:
            rows.append((label, count(one), one.value or 0.0, one.low, one.high))
    every = at.one("unpaid_bond", "any")
    if every is None or not rows:
        return None
    return Block(
        "unpaid",
        "Unpaid bond, no other reason recorded",
        f"For {count(every)} people the records show an unpaid money bond "
        f"and no other reason to be held ({between(every)})."
        if every.value is not None else "Too few people to show.",
        BarRows("People by total bond, each row with those above it", charts.bars(rows)),
        "That no other reason is recorded does not mean that there is none.",
        _table(about, "unpaid_bond", ("Total bond", "People", "Bounds"),
               [(label, number, f"{low:,.0f} to {high:,.0f}" if low is not None and high is not None
                 else "") for label, number, _, low, high in rows]),
        DEFINITIONS["unpaid_bond"].text,
        wide=False,
    )  # fmt: skip


def _amounts(at: Numbers, about: About) -> Block | None:
    parts = (("share_money", "money to pay"), ("share_nominal", "less than $500"),
             ("share_recognizance", "own recognizance"), ("share_none", "no bond set"),
             ("share_unknown", "no decision seen"))  # fmt: skip
    rows = []
    for part, label in parts:
        if (one := at.one("bond_amount", part)) is not None:
            rows.append((label, of_100(one), one.value or 0.0, one.low, one.high))
    median = at.one("bond_amount", "median")
    if not rows:
        return None
    said = "Too few people to show a median."
    if median is not None and median.value is not None:
        low, high = at.one("bond_amount", "quarter"), at.one("bond_amount", "three_quarters")
        said = f"Half of the bonds with money to pay are {dollars(median.value)} or more"
        if low and high and low.value is not None and high.value is not None:
            said += f"; the middle half lies between {dollars(low.value)} and {dollars(high.value)}"
        said += "."
    return Block(
        "amounts",
        "What bond is set first?",
        said,
        BarRows("Of 100 people booked", charts.bars(rows), ranged=True),
        "Lines: 95% intervals.",
        _table(
            about, "bond_amount", ("First decision", "Of 100 people"), [(a, b) for a, b, *_ in rows]
        ),
        DEFINITIONS["bond_amount"].text,
        wide=False,
    )


def _until(at: Numbers, about: About) -> Block | None:
    rows = []
    for part, label in (("bond_1", "bond decision by the first morning"),
                        ("bond_3", "bond decision by the third morning"),
                        ("indicted_90", "indicted within 90 days"),
                        ("decided_90", "every case decided within 90 days")):  # fmt: skip
        if (one := at.one("until_decided", part)) is not None and one.value is not None:
            rows.append((label, of_100(one), one.value, one.low, one.high))
    if not rows:
        return None
    return Block(
        "until",
        "How long until a decision?",
        f"{rows[0][1][0].upper()}{rows[0][1][1:]} people have a {rows[0][0]}.",
        BarRows("Of 100 people, before they left", charts.bars(rows), ranged=True),
        "",
        _table(about, "until_decided", ("Step", "Of 100 people"), [(a, b) for a, b, *_ in rows]),
        DEFINITIONS["until_decided"].text,
        wide=False,
    )


def _outcomes(at: Numbers, about: About) -> Block | None:
    rows = []
    for part, label in OUTCOMES:
        one = at.one("case_outcome", f"share_{part}")
        if one is not None:
            rows.append((label, of_100(one), one.value or 0.0, one.low, one.high))
    if not rows or not any(row[2] for row in rows):
        return None
    return Block(
        "outcomes",
        "What became of their cases?",
        f"{rows[0][1][0].upper()}{rows[0][1][1:]} listed cases are still open.",
        BarRows("Of 100 listed cases", charts.bars(rows), ranged=True),
        "Lines: between what the records confirm and what they do not exclude.",
        _table(about, "case_outcome", ("Outcome", "Of 100 cases"), [(a, b) for a, b, *_ in rows]),
        DEFINITIONS["case_outcome"].text,
        wide=False,
    )


def _ways(at: Numbers, about: About) -> Block | None:
    kinds = []
    for end, kind, label in words.ENDS:
        steps = [
            (float(n), one.value)
            for n in (1, 3, 7, 30)
            if (one := at.one("way_out", f"{end}_{n}")) is not None and one.value is not None
        ]
        if steps:
            kinds.append((kind, label, steps))
    if not kinds or about.custody_only:
        return None
    drawn = charts.areas(kinds, 30)
    told = "; ".join(f"{area.share} of 100 {area.label}" for area in drawn)
    rows = [
        (label, *(of_100(at.one("way_out", f"{end}_{n}")) for n in (1, 3, 7, 30)))
        for end, _, label in words.ENDS
    ]
    return Block(
        "ways",
        "How do stays end?",
        f"Within 30 nights: {told}.",
        Areas("How stays have ended, by nights", told, drawn, charts.night_ticks(30)),
        "What is left above the areas is still held.",
        _table(about, "way_out", ("End", "1 night", "3", "7", "30"), rows),
        DEFINITIONS["way_out"].text,
    )


def _returns(at: Numbers, about: About) -> Block | None:
    rows, early = [], []
    for days in RETURN_DAYS:
        one = at.one("returns", f"people_{days}")
        if one is None:
            continue
        if one.value is None:
            early.append(f"{days} days: {one.text}")
        else:
            rows.append((f"within {days} days", of_100(one), one.value, one.low, one.high))
    if not rows and not early:
        return None
    said = "Too early to say." if not rows else (
        f"{rows[0][1][0].upper()}{rows[0][1][1:]} people released in a month are booked again "
        f"{rows[0][0]}.")  # fmt: skip
    return Block(
        "returns",
        "How many are booked again?",
        said,
        BarRows("Of 100 people released in a month, each counted once",
                charts.bars(rows), ranged=True)
        if rows else None,
        "; ".join(early),
        _table(about, "returns", ("After a release", "Of 100 people"),
               [(a, b) for a, b, *_ in rows])
        if rows else None,
        DEFINITIONS["returns"].text,
        wide=False,
    )  # fmt: skip


def _rates(at: Numbers, about: About) -> Block | None:
    groups = at.groups("disparity", "race")
    rows = []
    for group in groups:
        one = at.one("disparity", "held_rate", "race", group)
        if one is not None and one.value is not None:
            rows.append((words.group(group), f"{one.value:,.0f}", one.value, one.low, one.high))
    if not rows:
        return None
    return Block(
        "rates",
        "People held per 100,000 residents",
        "A gap shows a difference, not its cause.",
        BarRows("By race, as the jail records it", charts.bars(rows), ranged=True),
        "Residents are only a yardstick: not everybody held here lives here.",
        _table(about, "disparity", ("Group", "Per 100,000"), [(a, b) for a, b, *_ in rows]),
        DEFINITIONS["disparity"].text,
        wide=False,
    )


def _first(at: Numbers, about: About) -> Block | None:
    parts = (("no_bond_decision_48h", "held more than 48 hours, no bond decision seen"),
             ("no_indictment_90", "held more than 90 days, no indictment"),
             ("no_court_date", "no future court date on the page"),
             ("only_misdemeanors", "held only on misdemeanors"),
             ("only_violation", "held only on a violation"),
             ("no_attorney", "an open case without an attorney"),
             ("awaiting_500_nights", "500 nights or more, waiting for a trial"),
             ("sentenced_still_here", "sentenced and still here"))  # fmt: skip
    rows = []
    for part, label in parts:
        one = at.one("asked_first", part)
        if one is not None:
            rows.append((label, count(one), one.value or 0.0, one.low, one.high))
    if not any(row[2] for row in rows):
        return None
    return Block(
        "first",
        "Who waits for what?",
        "Of the people on the newest list; a person can stand in several rows.",
        BarRows("People", charts.bars(rows)),
        "",
        _table(about, "asked_first", ("Who", "People"), [(a, b) for a, b, *_ in rows]),
        DEFINITIONS["asked_first"].text,
        wide=False,
    )


def _percent(one: Public) -> str:
    return one.text if one.value is None else f"{100 * one.value:.0f}%"


def _table(
    about: About, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Table:
    return Table(columns, tuple(rows), f"{about.csv}/{name}.csv" if about.csv else None)


def _some(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


__all__ = ["About", "Chart", "Numbers", "compose", "when"]
