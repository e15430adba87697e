"""Money in the services' JSON: dollars as numbers (or as text), kept as integer cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from resilience.faults import LayoutChanged
from scrapers.odyssey.parse.blocks import amount, day
from scrapers.odyssey.parse.roa_values import at, described, rows, text
from scrapers.odyssey.records import Financial, Transaction


def money(value: Any, what: str, url: str) -> int | None:
    """Cents of ``54.0`` or ``"$54.00"``; None for null."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int((Decimal(str(value)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return amount(value if isinstance(value, str) else None, what, url)


def _cents(fee: dict[str, Any], key: str, url: str) -> int:
    if key not in fee:
        raise LayoutChanged(url, "amounts of a fee", key, sorted(fee))
    return money(at(fee, key), f"{key} of a fee", url) or 0


def read_financial(answer: Any, url: str, extra: dict[str, Any]) -> Financial | None:
    """Totals over the fees of the first party; other parties' totals go into ``extra``. None where
    there are no fees."""
    if answer is None:
        return None
    by_party: dict[str, list[dict[str, Any]]] = {}
    for row in rows(answer, "CaseFees", url):
        party, fee = text(at(row, "Party", "FormattedName")), row.get("CaseFeeParty")
        if not party or not isinstance(fee, dict):
            raise LayoutChanged(url, "fee of the case", "Party and CaseFeeParty", sorted(row))
        by_party.setdefault(party, []).append(fee)
    parts = [_of_party(party, fees, url) for party, fees in by_party.items()]
    if len(parts) > 1:
        extra["financial_of_others"] = [part.model_dump(mode="json") for part in parts[1:]]
    return parts[0] if parts else None


def _of_party(party: str, fees: list[dict[str, Any]], url: str) -> Financial:
    return Financial(
        party=party,
        assessed_cents=sum(_cents(fee, "Charges", url) for fee in fees),
        payments_and_credits_cents=sum(
            _cents(fee, "Payments", url) + _cents(fee, "Credits", url) for fee in fees
        ),
        transactions=tuple(
            Transaction(
                date=day(text(row.get("Date")), "date of a transaction", url),
                description=described(row.get("TypeKey")) or "",
                receipt=text(row.get("ReceiptNum")),
                amount_cents=_cents(row, "ChgAmt", url)
                - _cents(row, "PayAmt", url)
                - _cents(row, "CreditAmt", url),
            )
            for fee in fees
            for row in (
                rows(fee["TransBalances"], "TransBalances", url) if fee.get("TransBalances") else ()
            )
        ),
    )
