"""What others take of net pay, written: the entry, the row that explains it, the payment to whom it goes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.rows import insert_rows
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entries
from ledger.treasury.services import PayoutRequest, request_payouts
from ledger.types import Entry, cr, dr
from payroll.models import PayDeduction
from payroll.payable import NET_WAGES_ACCOUNT, Deduction, DeductionSource, Payable, Taken

DEDUCTION = "payroll.paydeduction"
"""How a deduction names itself in entries and payouts."""

ITEM = "payroll.payitem"


def post_deductions(taken: Taken, payables: Sequence[Payable]) -> None:
    """Post `Dr 455 worker / Cr account` for each, keep the row, ask for the payment to a payee, and tell the
    sources. The items or exit holidays are written before. Nothing taken: no statement.

    Raises `InvalidPayout` for a payee that cannot be paid: the source should have refused it.
    """
    if not taken.deductions:
        return
    owners = {payable.id: payable for payable in payables}
    keys = [uuid7() for _ in taken.deductions]
    asked = [deduction for _, deduction in taken.deductions]
    entry_ids = post_entries(
        [_entry(owners[row.payable_id], row, key) for key, row in zip(keys, asked, strict=True)]
    )
    insert_rows(
        [
            PayDeduction(
                id=key,
                item_id=row.payable_id if _of_item(owners[row.payable_id]) else None,
                holiday_id=None if _of_item(owners[row.payable_id]) else row.payable_id,
                kind=row.kind,
                label=row.label[:120],
                amount=row.amount,
                account=row.account,
                party_id=_creditor(row),
                source_type=row.source_type,
                source_id=row.source_id,
                entry_id=entry_id,
            )
            for key, row, entry_id in zip(keys, asked, entry_ids, strict=True)
        ]
    )
    request_payouts(
        [
            _payout(owners[row.payable_id], row, key)
            for key, row in zip(keys, asked, strict=True)
            if row.payee is not None
        ]
    )
    by_source: dict[int, tuple[DeductionSource, dict[Deduction, UUID]]] = {}
    for (source, row), key in zip(taken.deductions, keys, strict=True):
        by_source.setdefault(id(source), (source, {}))[1][row] = key
    for source, rows in by_source.values():
        source.taken(rows)


def _of_item(payable: Payable) -> bool:
    return payable.source_type == ITEM


def _creditor(row: Deduction) -> UUID | None:
    return row.payee.party_id if row.payee else row.party_id


def _entry(payable: Payable, row: Deduction, key: UUID) -> Entry:
    return Entry(
        entity=payable.entity_id,
        date=payable.on,
        journal=Journal.PAY,
        source_type=DEDUCTION,
        source_id=key,
        kind="taken",
        text=row.label,
        lines=(
            dr(NET_WAGES_ACCOUNT, row.amount, party=payable.party_id),
            cr(row.account, row.amount, party=_creditor(row)),
        ),
    )


def _payout(payable: Payable, row: Deduction, key: UUID) -> PayoutRequest:
    assert row.payee is not None
    return PayoutRequest(
        entity_id=payable.entity_id,
        kind=row.payee.payout_kind,
        party_id=row.payee.party_id,
        payee_name=row.payee.name,
        iban=row.payee.iban,
        amount=row.amount,
        communication=row.payee.communication,
        due_on=payable.paid_on,
        source_type=DEDUCTION,
        source_id=key,
        settles_account=row.account,
    )
