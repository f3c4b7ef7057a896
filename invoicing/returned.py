"""Payments of clients that went back: the line that left names, or equals, one that had come in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from invoicing.models import Invoice
from invoicing.services.issuing import INVOICE
from ledger.treasury.enums import MatchedBy
from ledger.treasury.matching import Claim, Claims
from ledger.treasury.models import BankTransaction

MOST = 2000
"""Receipts of the same amounts and accounts that are looked at, the latest ones."""


def returned_payments(lines: Sequence[BankTransaction], *, sure: bool = True) -> dict[UUID, Claims]:
    """The receipts that lines which left give back: same end-to-end reference, or a return to the same
    account, and exactly the amount. A return takes off every invoice what the receipt had put on it.

    `sure`: only where one receipt answers and every invoice still counts the money; else the latest one is
    proposed.
    """
    asked = [line for line in lines if line.end_to_end_id or line.return_reason or not sure]
    asked = [line for line in asked if line.end_to_end_id or line.counterparty_iban]
    if not asked:
        return {}
    from ledger.treasury.models import BankTransaction

    came_in = (
        BankTransaction.objects.filter(
            amount__in={-line.amount for line in asked}, source_type__in=(INVOICE, BankTransaction.SPLIT)
        )
        .select_related("statement")
        .prefetch_related("parts")
        .order_by("-pk")
    )
    references = {line.end_to_end_id for line in asked} - {""}
    ibans = {line.counterparty_iban for line in asked} - {""}
    # Two questions, each with an index of its own; the exclusion is what the partial one says of itself.
    named = came_in.exclude(end_to_end_id="").filter(end_to_end_id__in=references) if references else ()
    known = came_in.filter(counterparty_iban__in=ibans)[:MOST] if ibans else ()
    receipts = list({receipt.pk: receipt for receipt in (*named, *known)}.values())
    keys = {pk for receipt in receipts for pk, _ in _invoices_of(receipt)}
    invoices = {row.pk: row for row in Invoice.objects.filter(pk__in=keys).select_related("client")}
    paid = {row.pk: row.paid for row in invoices.values()}
    found: dict[UUID, Claims] = {}
    given_back: set[UUID] = set()
    for line in asked:
        answers = [
            receipt
            for receipt in receipts
            if receipt.amount == -line.amount
            and receipt.statement.account_id == line.statement.account_id
            and receipt.pk not in given_back
            and _is_of(line, receipt)
            and all(pk in invoices and paid[pk] >= part for pk, part in _invoices_of(receipt))
            and _invoices_of(receipt)
        ]
        chosen = [receipt for receipt in answers if _names(line, receipt)] or answers
        if not chosen or (sure and len(chosen) > 1 and not _same(chosen)):
            continue
        given_back.add(chosen[0].pk)
        claims = []
        for pk, part in _invoices_of(chosen[0]):
            paid[pk] -= part
            invoice = invoices[pk]
            claims.append(
                Claim(
                    "400",
                    invoice.client.party_id,
                    INVOICE,
                    pk,
                    f"{invoice.number} {invoice.client.name}",
                    -part,
                    confidence=100 if sure else 70,
                    matched_by=MatchedBy.RETURN,
                )
            )
        found[line.pk] = tuple(claims)
    return found


def _names(line: BankTransaction, receipt: BankTransaction) -> bool:
    return bool(line.end_to_end_id) and line.end_to_end_id == receipt.end_to_end_id


def _is_of(line: BankTransaction, receipt: BankTransaction) -> bool:
    """Named by its reference; or sent back to the account that it came from."""
    same_account = bool(line.counterparty_iban) and line.counterparty_iban == receipt.counterparty_iban
    return _names(line, receipt) or same_account


def _same(receipts: Sequence[BankTransaction]) -> bool:
    """Whether all of them paid the same invoices: then it does not matter which one comes back."""
    first = sorted(_invoices_of(receipts[0]))
    return all(sorted(_invoices_of(receipt)) == first for receipt in receipts)


def _invoices_of(receipt: BankTransaction) -> list[tuple[UUID, Decimal]]:
    """What a receipt put on which invoice; nothing when a part of it went elsewhere."""
    if receipt.source_type == INVOICE and receipt.source_id is not None:
        return [(receipt.source_id, receipt.amount)]
    parts = list(receipt.parts.all())
    if any(part.source_type != INVOICE or part.source_id is None for part in parts):
        return []
    return [
        (part.source_id, part.amount) for part in parts if part.source_id is not None and part.amount > ZERO
    ]
