"""Early-payment discount: what a client keeps because it paid in time, and what it owes again when the money
goes back.

VAT is untouched: the law kept the discount out of the taxable amount from the start, taken or not (VAT Code,
article 28, 1°). The Activity bears it; the levy on it is given back, as by a credit note.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core import audit
from core.money import ZERO
from core.types import Actor
from core.uuid7 import uuid7
from invoicing.content import parts_of
from invoicing.enums import DocumentKind
from invoicing.models import Invoice
from invoicing.selectors import documents_of
from invoicing.types import levy_of
from ledger.enums import Fund, Journal
from ledger.services import post_entry
from ledger.types import Entry, cr, dr, without_zeros

EARLY_PAYMENT = "invoicing.early_payment"
"""Source type of the entries; the source is the invoice."""


def accept_early_payment(*, invoice: Invoice, on: date, actor: Actor) -> Decimal:
    """Close what a client who paid in time may keep of a (locked, unsaved) invoice; `on`: the day of the
    money that `invoice.paid` counts already. Answers the amount, in euro, or zero.

    Accepted as soon as what is open is not more than the discount: `Dr 657 [Activity] / Cr 400`, and of the
    levy `Dr 748 [pot] / Cr 6190 [Activity]`; it counts in `credited` and `early_taken`, which the caller
    saves. What the client paid above is its credit. Imposed: the agreement stands on the document.
    """
    if invoice.early_until is None or on > invoice.early_until or invoice.early_taken:
        return ZERO
    open_amount = invoice.open_amount
    if open_amount <= 0 or open_amount > invoice.early_amount:
        return ZERO  # before the documents are read: nearly every payment
    offered, credited = _offered(invoice)
    if not 0 < open_amount <= offered:
        return ZERO
    _post(invoice, offered, credited, on, back=False)
    invoice.early_taken = offered
    invoice.credited += offered
    audit.record(actor, "invoice.early_payment", invoice, amount=str(offered))
    return offered


def withdraw_early_payment(*, invoice: Invoice, on: date, actor: Actor) -> Decimal:
    """Owe again what was kept for paying early, when the money of a (locked, unsaved) invoice went back and
    it is open again. Answers the amount, in euro, or zero. The caller saves `credited` and `early_taken`.
    """
    taken = invoice.early_taken
    if not taken or invoice.open_amount <= 0:
        return ZERO
    _, credited = _offered(invoice)
    _post(invoice, taken, credited, on, back=True)
    invoice.early_taken = ZERO
    invoice.credited -= taken
    audit.record(actor, "invoice.early_payment_withdrawn", invoice, amount=str(taken))
    return taken


def _offered(invoice: Invoice) -> tuple[Decimal, Decimal]:
    """What is left of the discount after credit notes, and what these gave back without VAT."""
    offered = credited = ZERO
    for document in documents_of(invoice):
        parts = parts_of(document.content)
        if document.kind == DocumentKind.INVOICE:
            offered += sum((part.early for part in parts), ZERO)
        else:
            offered -= sum((part.early for part in parts), ZERO)
            credited += sum((part.net for part in parts), ZERO)
    return offered, credited


def _post(invoice: Invoice, amount: Decimal, credited: Decimal, on: date, *, back: bool) -> None:
    """The entry of a discount taken, or `back`, given up; the levy as f(after) − f(before)."""
    rate = invoice.levy_rate or Decimal(0)
    levy = levy_of(credited + amount, rate) - levy_of(credited, rate)
    budget, party = invoice.activity.budget_id, invoice.client.party_id
    lines = (
        (
            dr("400", amount, party=party),
            cr("657", amount, budget=budget),
            dr("6190", levy, budget=budget),
            cr("748", levy, fund=Fund.POT),
        )
        if back
        else (
            dr("657", amount, budget=budget),
            cr("400", amount, party=party),
            dr("748", levy, fund=Fund.POT),
            cr("6190", levy, budget=budget),
        )
    )
    post_entry(
        Entry(
            entity=invoice.entity_id,
            date=on,
            journal=Journal.SALES,
            source_type=EARLY_PAYMENT,
            source_id=invoice.pk,
            kind=f"early:{uuid7().hex}",
            text=f"{invoice.number} {invoice.client.name}",
            lines=without_zeros(*lines),
            imposed=True,
        )
    )
