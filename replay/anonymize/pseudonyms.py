"""Maps each personal value to one invented value, and counts the replacements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from replay.anonymize.dates import PrintedDate, date_shift_of, shifted_birth_date, shifted_year
from replay.anonymize.digits import replacement_digits
from replay.anonymize.invented import invented_word, is_invented, letters
from replay.anonymize.key import Key
from replay.anonymize.personal import PersonalValues

_TRIES = 100
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SIGNS = {"0": "0123456789", "a": "abcdefghijklmnopqrstuvwxyz", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass
class ReplacementCount:
    """The different values of one kind that were replaced, and an example of a new one."""

    originals: set[str] = field(default_factory=set)
    example: str = ""


class Pseudonyms:
    """The invented values of one visit. The same value always gets the same invented one, no two
    values share one, and none gets another person's real value."""

    def __init__(self, key: Key, personal: PersonalValues) -> None:
        self.key = key
        self.personal = personal
        self.counts: dict[str, ReplacementCount] = {}
        self._words: dict[str, int] = {}
        self._taken: dict[str, str] = {}
        self._runs: dict[str, str] = {}
        self._taken_runs: dict[str, str] = {}
        self._long = personal.long_digits

    def count(self, kind: str, old: str, new: str) -> str:
        """Counts a replacement and returns the new value."""
        if old != new:
            entry = self.counts.setdefault(kind, ReplacementCount())
            entry.originals.add(old)
            entry.example = max(entry.example, new, key=len)
        return new

    def word(self, word: str) -> str:
        """The invented word for a word of a name, or for an unknown word."""
        plain = letters(word)
        attempt = self._words.get(plain, -1)
        if attempt < 0:
            attempt = 0
            while attempt < _TRIES and len(plain) > 2:
                made = letters(invented_word(plain, self.key, attempt))
                fits = is_invented(made) and made not in self.personal.words
                if fits and self._taken.setdefault(made, plain) == plain:
                    break
                attempt += 1
            self._words[plain] = attempt
        return invented_word(word, self.key, attempt)

    def digits(self, run: str) -> str:
        """The replacement for a run of digits."""
        if run not in self._runs:
            made, attempt = replacement_digits(run, self.key), 0
            while attempt < _TRIES and not self._free(made, run):
                attempt += 1
                made = replacement_digits(run, self.key, attempt)
            self._runs[run] = made
            self._taken_runs.setdefault(made, run)
        return self._runs[run]

    def _free(self, made: str, run: str) -> bool:
        bare = made.lstrip("0")
        if len(bare) < 5:
            return True
        return bare not in self._long and made != run and self._taken_runs.get(made, run) == run

    def token(self, text: str) -> str:
        """A token with the same length and kinds of characters."""
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

    def birth(self, printed: PrintedDate) -> str:
        """The invented birth date, in the same format."""
        attempt, day = 0, shifted_birth_date(printed.day, self.key)
        while day in self.personal.births and attempt < _TRIES:
            attempt += 1
            day = shifted_birth_date(printed.day, self.key, attempt)
        return self.count("birth date", printed.day.isoformat(), printed.like(day))

    def date(self, printed: PrintedDate, person: str) -> str:
        """Any other date of a person, shifted, in the same format."""
        new = printed.like(printed.day + date_shift_of(person, self.key))
        return self.count("date", printed.text, new)

    def masked(self, text: str) -> str:
        """``XX/XX/1990`` with a nearby year."""
        return self.count("masked birth date", text, text[:-4] + shifted_year(text[-4:], self.key))

    def email(self, text: str) -> str:
        """An e-mail address that cannot exist (``.invalid``)."""
        name = text.split("@")[0]
        return self.count(
            "e-mail",
            text,
            f"{self.word(re.sub('[^A-Za-z]', '', name) or 'nobody').lower()}@example.invalid",
        )

    def phone(self, text: str) -> str:
        """A number from the range reserved for fiction: 555-01xx."""
        last = f"01{self.key.draw('phone', text, 100):02d}"
        new = re.sub(r"\d{3}(?=\D+\d{4}$)", "555", text)
        return self.count(
            "telephone",
            text,
            re.sub(r"\d{4}$", last, re.sub(r"^(\(?)\d{3}(?=\D+\d{3}\D)", r"\g<1>555", new)),
        )

    def ssn(self, text: str) -> str:
        """A number with the area 000, which is never issued."""
        return self.count(
            "social security number", text, f"000-{self.key.draw('ssn', text, 99) + 1:02d}-0000"
        )
