"""Money in the services' JSON: dollars as numbers (or as text), kept as integer cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scrapers.ledger import Json
from scrapers.odyssey.parse.financial import checked
from scrapers.odyssey.parse.margin import Margin
from scrapers.odyssey.parse.roa_keys import FEE
from scrapers.odyssey.parse.roa_values import Answers, Object
from scrapers.odyssey.records import Financial, Transaction
from scrapers.record import Labeled

_MOST = 10**13


def money(answers: Answers, holder: Object, key: str, margin: Margin, name: str) -> int | None:
    """Cents of ``54.0`` or ``"$54.00"``; None for null, and, with its words noted, for another
    text."""
    value: Json = holder.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST:
        answers.ledger.take(holder, key)
        return int((Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return margin.cents(answers.text(holder, key), name)


def read_financial(answers: Answers, fees: list[Object], margin: Margin) -> list[Financial]:
    """Totals over the fees of each party, in the order in which they are told."""
    by_party: dict[str | None, list[Object]] = {}
    for fee in fees:
        party = answers.text(answers.inner(fee, "Party"), "FormattedName")
        by_party.setdefault(party, []).append(fee)
    return [_Party(answers, party, some, margin).read() for party, some in by_party.items()]


class _Party:
    """The fees of one party."""

    def __init__(
        self, answers: Answers, party: str | None, fees: list[Object], margin: Margin
    ) -> None:
        self._answers = answers
        self._party = party
        self._fees = fees
        self._margin = margin
        self._details: list[Labeled] = []
        self._rows: list[Transaction] = []
        self._totals: dict[str, list[int | None]] = {}
        self._whole = True

    def read(self) -> Financial:
        answers, margin = self._answers, self._margin
        for fee in self._fees:
            answers.text(answers.inner(fee, "Party"), "ConnectionType")  # the party says it too
            self._details += answers.details(fee, FEE)
            account = answers.inner(fee, "CaseFeeParty")
            balances = answers.inner(account, "TransBalances")
            rows = [self._row(row) for row in answers.rows(balances, "TransBalances")]
            self._rows += rows
            self._whole = self._whole and bool(rows)
        for fee in self._fees:
            self._account(answers.inner(fee, "CaseFeeParty"))
        for place, transaction in enumerate(self._rows):
            margin.within(transaction, f"transactions.{place}")
        part = Financial(
            party=self._party,
            assessed_cents=self._sum("Charges"),
            payments_and_credits_cents=self._sum("Payments", "Credits"),
            transactions=tuple(self._rows),
            details=tuple(self._details),
        )
        if self._whole:
            checked(part, margin)
        margin.of(part)
        return part

    def _account(self, account: Object) -> None:
        said = {}
        for key, name in (
            ("Charges", "assessed_cents"),
            ("Payments", "payments_and_credits_cents"),
            ("Credits", "payments_and_credits_cents"),
        ):
            amount = money(self._answers, account, key, self._margin, name)
            if key not in account:
                self._margin.doubt(name, f"the key {key}", "none", "label_missing")
            said[key] = amount
            unread = amount is None and account.get(key) not in (None, "")
            self._totals.setdefault(key, []).append(
                None if unread or key not in account else amount or 0
            )
        balance = money(self._answers, account, "Balance", self._margin, "details.Balance")
        due = (said["Charges"] or 0) - (said["Payments"] or 0) - (said["Credits"] or 0)
        if balance is not None and balance != due:
            self._details.append(Labeled(label="Balance", text=f"{balance / 100:.2f}"))

    def _sum(self, *keys: str) -> int | None:
        amounts = [amount for key in keys for amount in self._totals.get(key, [])]
        known = [amount for amount in amounts if amount is not None]
        return sum(known) if amounts and len(known) == len(amounts) else None

    def _row(self, row: Object) -> Transaction:
        answers, margin = self._answers, self._margin
        parts = [
            money(answers, row, key, margin, "amount_cents")
            for key in ("ChgAmt", "PayAmt", "CreditAmt")
        ]
        charged, paid, credited = parts
        amount = (charged or 0) - (paid or 0) - (credited or 0)
        said = any(part is not None for part in parts)
        transaction = Transaction(
            date=margin.day(answers.text(row, "Date"), "date"),
            description=answers.coded(row, "TypeKey"),
            receipt=answers.text(row, "ReceiptNum"),
            amount_cents=amount if said else None,
        )
        margin.of(transaction)
        return transaction
