"""Writing a published folder: releases that never change, and an index that is put last.

On this machine or in an object store, by `operators.produce`: a release is there whole or not at
all. What stands is never written again; the same numbers change no byte."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from operators import Output, produce
from operators.output import produce_text
from reportcard.guard.release import Public
from reportcard.publish.release import Correction, CountyRelease, Maker, release_files
from reportcard.publish.site import INDEX, LIST, ReleaseMark, marks_of, site_files, withdrawn
from scrapers.crawl.place import read_at

_DIGITS = re.compile(r"\d")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+\b|\b[A-Z]{2,}, [A-Z]{2,}\b")
REASONS = ("error in the numbers", "error in the method", "legal order", "risk to a person")
"""The classes of reason for a withdrawal."""


class PublishError(ValueError):
    """It cannot be published so; the message says what to do."""


@dataclass(frozen=True)
class Done:
    """What a publication did. ``changed`` is False where the same release stood already."""

    release: str
    files: int
    changed: bool


@dataclass(frozen=True)
class Published:
    """A published folder: a path, or an address in a store."""

    folder: str

    def marks(self) -> tuple[ReleaseMark, ...]:
        """Its releases, oldest first. Raises PublishError for a folder that is not ours."""
        try:
            text = read_at(self._at(LIST))
        except FileNotFoundError:
            self._refuse_foreign()
            return ()
        try:
            return marks_of(text)
        except ValueError as wrong:
            raise PublishError(f"{self.folder}: {wrong}") from None

    def publish(
        self,
        counties: Sequence[CountyRelease],
        maker: Maker,
        *,
        cause: str = "",
        names: Iterable[str] = (),
        today: dt.date,
        embargo_until: str | None = None,
    ) -> Done:
        """Write a release of these numbers, and point the index to it.

        Published before with the same numbers: nothing changes. With other numbers: PublishError,
        unless ``cause`` says why (`--correct`): then it is a release of its own that names what
        changed; groups keep the published figures until the next month. ``names`` are people of the
        database, none of whom the cause may name. ``embargo_until`` stamps a release that is given
        away early, in a folder of its own that has no index and no feed."""
        if embargo_until:
            return self._early(counties, maker, embargo_until)
        marks = self.marks()
        base = _base(counties)
        earlier = [mark for mark in marks if _base_of(mark.name) == base and not mark.withdrawn]
        files = release_files(base, counties, maker)
        if not earlier:
            return self._write(base, files, counties, maker, marks, ())
        last = earlier[-1]
        same = release_files(last.name, counties, maker, corrections=last.corrections)
        if _sum(same["checksums.txt"]) == last.checksum:
            return Done(last.name, len(same), changed=False)
        if not cause:
            raise PublishError(
                f"release {last.name} is published with other numbers. "
                'If they were wrong, say why: --correct "..."'
            )
        check_words(cause, names)
        kept = [self._with_published_groups(last.name, county) for county in counties]
        changes = self._changes(last.name, kept, cause, today)
        if not changes:
            return Done(last.name, len(same), changed=False)
        name = f"{base}-c{len(earlier)}"
        files = release_files(name, kept, maker, corrections=changes)
        return self._write(name, files, kept, maker, marks, changes)

    def withdraw(
        self,
        name: str,
        reason: str,
        counties: Sequence[CountyRelease],
        maker: Maker,
        *,
        today: dt.date,
    ) -> Done:
        """Replace a release by a notice: date and class of reason, its hash kept, the feed told."""
        if reason not in REASONS:
            raise PublishError(f"a reason is one of: {'; '.join(REASONS)}")
        try:
            marks = withdrawn(self.marks(), name, reason, today)
        except KeyError:
            raise PublishError(f"there is no release {name!r} in {self.folder}") from None
        folder = Output(self._at(f"releases/{name}/"), mode=_mode(self.folder))
        notice = (
            f"This release was withdrawn on {today.isoformat()}: {reason}.\n"
            f"sha256 of its checksums.txt: {next(m.checksum for m in marks if m.name == name)}\n"
        )

        def write(output_path: str) -> None:
            Path(output_path, "WITHDRAWN.txt").write_text(notice, encoding="utf-8")

        produce(folder, write, replace=True)
        standing = [mark for mark in marks if not mark.withdrawn]
        self._write_site(marks, counties if standing else (), maker)
        return Done(name, 1, changed=True)

    def verify(self, name: str, counties: Sequence[CountyRelease], maker: Maker) -> tuple[str, ...]:
        """What differs between the published release and the same numbers computed again, file by
        file; empty where every byte is the same."""
        mark = next((mark for mark in self.marks() if mark.name == name), None)
        if mark is None:
            raise PublishError(f"there is no release {name!r} in {self.folder}")
        expected = release_files(name, counties, maker, corrections=mark.corrections)
        wrong = []
        for path, body in expected.items():
            try:
                found = read_at(self._at(f"releases/{name}/{path}"))
            except FileNotFoundError:
                wrong.append(f"{path}: missing")
                continue
            if _bytes(found) != body:
                wrong.append(f"{path}: differs")
        return tuple(wrong)

    # --- writing

    def _early(self, counties: Sequence[CountyRelease], maker: Maker, embargo_until: str) -> Done:
        if self.marks():
            raise PublishError(
                f"{self.folder} is the site itself: give the release under embargo another folder"
            )
        name = _base(counties)
        files = release_files(name, counties, maker, embargo_until=embargo_until)
        done = self._folder(name, files)
        return Done(name, len(files), changed=done)

    def _folder(self, name: str, files: Mapping[str, bytes]) -> bool:
        def write(output_path: str) -> None:
            for path, body in files.items():
                file = Path(output_path, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(body)

        output = Output(self._at(f"releases/{name}/"), mode=_mode(self.folder))
        before = output.exists()
        produce(output, write)
        return not before

    def _write(
        self,
        name: str,
        files: Mapping[str, bytes],
        counties: Sequence[CountyRelease],
        maker: Maker,
        marks: Sequence[ReleaseMark],
        corrections: Sequence[Correction],
    ) -> Done:
        self._folder(name, files)
        at = max(county.about.read_at for county in counties).isoformat()
        mark = ReleaseMark(name, at, _sum(files["checksums.txt"]), corrections=tuple(corrections))
        self._write_site((*marks, mark), counties, maker)
        return Done(name, len(files), changed=True)

    def _write_site(
        self, marks: Sequence[ReleaseMark], counties: Sequence[CountyRelease], maker: Maker
    ) -> None:
        for path, body in site_files(marks, counties, maker).items():
            output = Output(self._at(path), mode=_mode(self.folder))
            produce_text(output, body.decode("utf-8"), replace=True)

    # --- what was published

    def _old(self, name: str, county: str, measure: str) -> list[dict[str, object]]:
        try:
            text = read_at(self._at(f"releases/{name}/api/v1/{county}/{measure}.json"))
        except FileNotFoundError:
            return []
        values: list[dict[str, object]] = json.loads(text)["values"]
        return values

    def _with_published_groups(self, name: str, county: CountyRelease) -> CountyRelease:
        """The county with the groups that the release shows: old minus new is never one person."""
        by_key = {(one.name, one.part, one.by, one.group): one for one in county.groups}
        kept = []
        for measure in dict.fromkeys(one.name for one in county.groups):
            for old in self._old(name, county.key, measure):
                new = by_key.get((measure, str(old["part"]), str(old["by"]), str(old["group"])))
                if new is not None and old["by"]:
                    kept.append(_as_published(new, old))
        return replace(county, groups=tuple(kept))

    def _changes(
        self, name: str, counties: Sequence[CountyRelease], cause: str, today: dt.date
    ) -> tuple[Correction, ...]:
        found = []
        for county in counties:
            for measure in dict.fromkeys(one.name for one in county.totals):
                old = {
                    (value["part"], value["by"], value["group"], value["day"]): value
                    for value in self._old(name, county.key, measure)
                }
                for one in county.totals:
                    if one.name != measure:
                        continue
                    day = one.day.isoformat() if one.day else None
                    before = old.get((one.part, one.by, one.group, day))
                    shown = _said(one.value, one.text)
                    was = _said(before["value"], before["text"]) if before else "not there"
                    if shown != was:
                        part = f"{one.part} {day}" if day else one.part
                        found.append(
                            Correction(county.key, measure, part, was, shown, cause, today)
                        )
        return tuple(found)

    def _at(self, path: str) -> str:
        return f"{self.folder.rstrip('/')}/{path}"

    def _refuse_foreign(self) -> None:
        folder = Path(self.folder)
        if "://" not in self.folder and folder.is_dir() and any(folder.iterdir()):
            raise PublishError(
                f"{self.folder} is not empty and not a folder of cj publish: "
                "give a folder of its own"
            )


def check_words(text: str, names: Iterable[str]) -> None:
    """Raises PublishError for a typed text that may point at a person: a digit, two capitalized
    words in a row, or a name that the database knows."""
    if _DIGITS.search(text):
        raise PublishError("the text has a number or a date in it; say it in words without them")
    if found := _NAME.search(text):
        raise PublishError(f"the text has what looks like a name ({found[0]!r}); leave it out")
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}
    for name in names:
        if any(part.casefold() in words for part in re.findall(r"[^\W\d_]{3,}", name)):
            raise PublishError("the text has a word in it that is a person's name; leave it out")


def _base(counties: Sequence[CountyRelease]) -> str:
    days = [county.as_of for county in counties if county.as_of]
    if not days:
        raise PublishError("there is no complete day to publish yet")
    return max(days).isoformat()


def _base_of(name: str) -> str:
    return name[:10]


def _sum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _bytes(found: str | bytes) -> bytes:
    return found.encode("utf-8") if isinstance(found, str) else found


def _said(value: object, text: object) -> str:
    return (
        str(text)
        if value is None
        else f"{value:.10g}"
        if isinstance(value, int | float)
        else str(value)
    )


def _as_published(new: Public, old: Mapping[str, object]) -> Public:
    def number(key: str) -> float | None:
        value = old[key]
        return value if isinstance(value, int | float) else None

    def whole(key: str) -> int | None:
        value = old[key]
        return value if isinstance(value, int) else None

    return replace(
        new,
        value=number("value"),
        low=number("low"),
        high=number("high"),
        n=whole("n"),
        unknown=whole("unknown"),
        suppressed=bool(old["suppressed"]),
        text=str(old["text"]),
    )


__all__ = ["INDEX", "REASONS", "Done", "PublishError", "Published", "check_words"]


def _mode(folder: str) -> int | None:
    """Published files are for everybody to read; a store has no modes."""
    return None if "://" in folder else 0o644
