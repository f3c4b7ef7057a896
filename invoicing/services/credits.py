"""What clients paid too much: given back as a payout, or set off against another invoice of theirs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.locks import for_update
from core.money import ZERO, r
from core.types import Actor
from core.uuid7 import uuid7
from invoicing import selectors
from invoicing.errors import CreditCannotMove, NoCreditLeft, RefundNotFound
from invoicing.models import Invoice, Payment
from invoicing.receivables import Receipt
from invoicing.services.receipts import settle_invoices
from ledger.treasury.enums import PayoutKind
from ledger.treasury.models import Payout
from ledger.treasury.services import lower_payout, request_payout

REFUND = "invoicing.payment"
"""Source type of payouts that give a client's credit back: the payment that took it off the invoice."""

SET_OFF = "invoicing.setoff"
REFUNDED = "invoicing.refund"
"""Source types of payments that no statement brought."""


@transaction.atomic
def refund_credit(*, invoice_id: UUID, amount: Decimal, iban: str, on: date, actor: Actor) -> Payout:
    """Ask for what a client paid too much on an invoice (or `amount` of it) to be paid back to an account.

    The invoice no longer holds the credit; releasing the payout posts `Dr 400 / Cr 580`. Locks the invoice.
    Raises `NoCreditLeft`, `InvalidPayout`; every call gives back more, until nothing is left.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    amount = _within(amount, -invoice.open_amount)
    source = uuid7()
    settle_invoices(receipts=[Receipt(invoice.pk, -amount, on, REFUNDED, source, text=iban)], actor=actor)
    payment = Payment.objects.get(source_type=REFUNDED, source_id=source)
    payout = request_payout(
        entity_id=invoice.entity_id,
        kind=PayoutKind.REFUND,
        party_id=invoice.client.party_id,
        payee_name=invoice.client.name,
        iban=iban,
        amount=amount,
        communication=f"Remboursement {invoice.number}",
        due_on=on,
        source_type=REFUND,
        source_id=payment.pk,
        settles_account="400",
    )
    audit.record(actor, "invoice.credit_refunded", invoice, amount=str(amount))
    return payout


@transaction.atomic
def cancel_refund(*, payout_id: UUID, on: date, actor: Actor) -> Invoice:
    """Give up a refund that has not left: the credit stands on its invoice again, nothing is posted.

    Locks the payout, then the invoice. Raises `RefundNotFound`, `PayoutOnItsWay` (a file holds it, it left,
    or was given up before: also a repeat).
    """
    payout = for_update(Payout.objects.filter(pk=payout_id, source_type=REFUND)).first()
    if payout is None:
        raise RefundNotFound
    payment = Payment.objects.get(pk=payout.source_id)
    amount = payout.amount
    lower_payout(payout_id=payout.pk, amount=ZERO, actor=actor)
    back = Receipt(
        payment.invoice_id, amount, on, REFUNDED, payment.source_id, text=payment.text, turn=payment.turn + 1
    )
    [invoice] = settle_invoices(receipts=[back], actor=actor)
    audit.record(actor, "invoice.refund_cancelled", invoice, amount=str(amount))
    return invoice


@transaction.atomic
def set_off_credit(*, from_id: UUID, to_id: UUID, amount: Decimal, on: date, actor: Actor) -> Invoice:
    """Pay an open invoice of a client with what the same client paid too much on another of the same entity.

    Nothing is posted: both stand on 400, under the same party. Locks both invoices. Raises `NoCreditLeft`,
    `CreditCannotMove`; gives back the invoice that was paid.
    """
    source, target = selectors.invoices_for_update([from_id, to_id])
    if source.pk == target.pk or (source.client_id, source.entity_id) != (
        target.client_id,
        target.entity_id,
    ):
        raise CreditCannotMove
    amount = _within(amount, min(-source.open_amount, target.open_amount))
    key = uuid7()
    settle_invoices(
        receipts=[
            Receipt(source.pk, -amount, on, SET_OFF, key, text=f"→ {target.number}"),
            Receipt(target.pk, amount, on, SET_OFF, key, text=f"← {source.number}"),
        ],
        actor=actor,
    )
    audit.record(actor, "invoice.credit_set_off", source, amount=str(amount), to=target.number)
    target.refresh_from_db()
    return target


def _within(amount: Decimal, most: Decimal) -> Decimal:
    """The amount, in cents, when there is that much. Raises `NoCreditLeft`."""
    cents = r(amount)
    if cents <= ZERO or cents != amount or cents > most:
        raise NoCreditLeft(most=max(most, ZERO))
    return cents
