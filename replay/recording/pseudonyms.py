"""One invented value for every value, and a count of what was replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from replay.recording.dates import Printed, days_of, moved_birth, other_year
from replay.recording.digits import other_digits
from replay.recording.invented import invented, is_invented, letters
from replay.recording.key import Key
from replay.recording.personal import Personal

_TRIES = 100
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SIGNS = {"0": "0123456789", "a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass
class Kind:
    """What was replaced of one kind: how many different values, and one of the new ones."""

    originals: set[str] = field(default_factory=set)
    example: str = ""


class Pseudonyms:
    """The values of one visit. The same value always gets the same one; no two get one, and none
    gets another's own."""

    def __init__(self, key: Key, personal: Personal) -> None:
        self.key = key
        self.personal = personal
        self.kinds: dict[str, Kind] = {}
        self._words: dict[str, int] = {}
        self._taken: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._taken_runs: dict[str, str] = {}
        self._long = personal.long_digits

    def count(self, kind: str, old: str, new: str) -> str:
        """Counts a replacement and gives the new value."""
        if old != new:
            entry = self.kinds.setdefault(kind, Kind())
            entry.originals.add(old)
            entry.example = max(entry.example, new, key=len)
        return new

    def word(self, word: str) -> str:
        """The invented word for a word of a name or an unknown one."""
        plain = letters(word)
        again = self._words.get(plain, -1)
        if again < 0:
            again = 0
            while again < _TRIES and len(plain) > 2:
                made = letters(invented(plain, self.key, again))
                fits = is_invented(made) and made not in self.personal.words
                if fits and self._taken.setdefault(made, plain) == plain:
                    break
                again += 1
            self._words[plain] = again
        return invented(word, self.key, again)

    def digits(self, run: str) -> str:
        """The digits for a run of digits."""
        if run not in self._runs:
            made, again = other_digits(run, self.key), 0
            while again < _TRIES and not self._free(made, run):
                again += 1
                made = other_digits(run, self.key, again)
            self._runs[run] = made
            self._taken_runs.setdefault(made, run)
        return self._runs[run]

    def _free(self, made: str, run: str) -> bool:
        bare = made.lstrip("0")
        if len(bare) < 5:
            return True
        return bare not in self._long and made != run and self._taken_runs.get(made, run) == run

    def token(self, text: str) -> str:
        """A token of the same length and kinds of signs."""
        hexed = len(text) >= 16 and _HEX.fullmatch(text) is not None
        alphabet = (
            ("0123456789abcdef" if text.islower() or text.isdigit() else "0123456789ABCDEF")
            if hexed
            else ""
        )

        def one(place: int, sign: str) -> str:
            if not sign.isascii() or not sign.isalnum():
                return sign
            of = alphabet or _SIGNS["0" if sign.isdigit() else "a" if sign.islower() else "A"]
            return of[self.key.draw(f"token {place}", text, len(of))]

        return "".join(one(place, sign) for place, sign in enumerate(text))

    def birth(self, printed: Printed) -> str:
        """The birth date for one, in its form."""
        again, day = 0, moved_birth(printed.day, self.key)
        while day in self.personal.births and again < _TRIES:
            again += 1
            day = moved_birth(printed.day, self.key, again)
        return self.count("birth date", printed.day.isoformat(), printed.like(day))

    def date(self, printed: Printed, person: str) -> str:
        """Any other date of a person, in its form."""
        new = printed.like(printed.day + days_of(person, self.key))
        return self.count("date", printed.text, new)

    def masked(self, text: str) -> str:
        """``XX/XX/1990`` with a year near it."""
        return self.count("masked birth date", text, text[:-4] + other_year(text[-4:], self.key))

    def email(self, text: str) -> str:
        """An address that nobody can have."""
        name = text.split("@")[0]
        return self.count(
            "e-mail",
            text,
            f"{self.word(re.sub('[^A-Za-z]', '', name) or 'nobody').lower()}@example.invalid",
        )

    def phone(self, text: str) -> str:
        """A number from the range that is kept free for stories: 555-01xx."""
        last = f"01{self.key.draw('phone', text, 100):02d}"
        new = re.sub(r"\d{3}(?=\D+\d{4}$)", "555", text)
        return self.count(
            "telephone",
            text,
            re.sub(r"\d{4}$", last, re.sub(r"^(\(?)\d{3}(?=\D+\d{3}\D)", r"\g<1>555", new)),
        )

    def ssn(self, text: str) -> str:
        """A number with the area 000, which was never given out."""
        return self.count(
            "social security number", text, f"000-{self.key.draw('ssn', text, 99) + 1:02d}-0000"
        )
