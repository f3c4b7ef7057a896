"""How clients pay: before or after the due date, in halves, twice, without a reference, never: by habit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.calendar import is_working_day, nth_working_day_after
from core.money import ZERO, r
from invoicing.enums import InvoiceState
from invoicing.models import Invoice
from ledger.models import LegalEntity
from ledger.treasury.bank_simulator import BankMovement
from smart.demo.cast import ClientProfile
from smart.demo.stage import Stage

SOONEST = 3
"""Days that even the promptest client takes after the invoice."""
SECOND_HALF_AFTER = 14
PAID_AGAIN_AFTER = 4


def client_payments(stage: Stage, entity: LegalEntity, day: date) -> list[BankMovement]:
    """What clients transfer to an entity on a day."""
    profiles = {client.email: client for client in stage.clients}
    issued = Invoice.objects.filter(entity=entity, issued_on__lt=day).exclude(state=InvoiceState.CREDITED)
    movements = []
    for invoice in issued.select_related("client").order_by("number"):
        profile = profiles.get(invoice.client.email)
        if profile is None or profile.pays_after is None or invoice.disputed_on is not None:
            continue
        amount = _paid_on(day, invoice, profile)
        if amount > 0:
            movements.append(_transfer(invoice, profile, amount))
    return movements


def _paid_on(day: date, invoice: Invoice, profile: ClientProfile) -> Decimal:
    """What the client transfers for one invoice on that day, in euro."""
    assert invoice.due_on is not None and invoice.issued_on is not None and profile.pays_after is not None
    wanted = invoice.due_on + timedelta(days=profile.pays_after)
    first = _bank_day(max(wanted, invoice.issued_on + timedelta(days=SOONEST)))
    owed = invoice.total - invoice.credited
    if day == first:
        return r(owed / 2) if profile.manner == "half" else owed
    if profile.manner == "half" and day == _bank_day(first + timedelta(days=SECOND_HALF_AFTER)):
        return invoice.open_amount
    if profile.manner == "twice" and day == _bank_day(first + timedelta(days=PAID_AGAIN_AFTER)):
        return owed
    return ZERO


def _bank_day(day: date) -> date:
    return day if is_working_day(day) else nth_working_day_after(day, 1)


def _transfer(invoice: Invoice, profile: ClientProfile, amount: Decimal) -> BankMovement:
    free = ""
    if profile.manner == "no_reference":
        free = f"Facture de {invoice.issued_on:%m/%Y}, merci"
    elif profile.country != "BE":
        free = f"Facture {invoice.number}"
    return BankMovement(
        amount=amount,
        communication=free,
        structured_reference="" if free else invoice.communication,
        counterparty_name=profile.name,
        counterparty_iban=profile.iban if profile.country == "BE" else "",
    )
