"""How clients pay: before or after the due date, in halves, twice, without a reference, never: by habit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.calendar import is_working_day, nth_working_day_after
from core.money import ZERO, r
from invoicing.enums import InvoiceState
from invoicing.models import Invoice
from invoicing.portal.models import GroupedInvoice, GroupedItem
from ledger.models import LegalEntity
from ledger.treasury.bank_simulator import BankMovement
from smart.demo.cast import ClientProfile
from smart.demo.stage import Stage

SOONEST = 3
"""Days that even the promptest client takes after the invoice."""
SECOND_HALF_AFTER = 14
PAID_AGAIN_AFTER = 4
GROUP_PAID_AFTER = 10


def client_payments(stage: Stage, entity: LegalEntity, day: date) -> list[BankMovement]:
    """What clients transfer to an entity on a day."""
    profiles = {client.email: client for client in stage.clients}
    issued = Invoice.objects.filter(entity=entity, issued_on__lt=day).exclude(state=InvoiceState.CREDITED)
    grouped = set(GroupedItem.objects.values_list("invoice_id", flat=True))
    movements = []
    for invoice in issued.exclude(pk__in=grouped).select_related("client").order_by("number"):
        profile = profiles.get(invoice.client.email)
        if profile is None or profile.pays_after is None or invoice.disputed_on is not None:
            continue
        amount = _paid_on(day, invoice, profile)
        if amount > 0:
            movements.append(_transfer(invoice, profile, amount))
    return movements + _grouped_payments(stage, entity, day)


def _grouped_payments(stage: Stage, entity: LegalEntity, day: date) -> list[BankMovement]:
    """Who gets one document a month pays it with one transfer."""
    movements = []
    for group in GroupedInvoice.objects.filter(entity=entity, issued_on__lt=day).order_by("pk"):
        invoices = Invoice.objects.filter(pk__in=group.items.values("invoice_id"), disputed_on=None)
        owed = sum((invoice.open_amount for invoice in invoices), ZERO)
        if owed > 0 and day == _bank_day(group.issued_on + timedelta(days=GROUP_PAID_AFTER)):
            profile = stage.clients[0]
            movements.append(
                BankMovement(
                    amount=owed,
                    structured_reference=group.communication,
                    counterparty_name=profile.name,
                    counterparty_iban=profile.iban,
                )
            )
    return movements


def unsure_payments(stage: Stage, entity: LegalEntity) -> list[BankMovement]:
    """At the end: a part of one invoice, and the whole of one that was paid, neither saying which it is."""
    if entity.code != "PA" or stage.today != stage.script.last_day:
        return []
    profiles = {client.email: client for client in stage.clients if client.country == "BE"}
    rows = Invoice.objects.filter(entity=entity, total__gt=300, client__email__in=profiles, kind="invoice")
    owing = rows.filter(state=InvoiceState.ISSUED, credited=0).order_by("due_on", "number").last()
    settled = rows.filter(state=InvoiceState.PAID, credited=0).order_by("number").last()
    told = ((owing, "Acompte", Decimal("100.00")), (settled, "Paiement", settled.total if settled else ZERO))
    return [
        BankMovement(
            amount=amount,
            communication=text,
            counterparty_name=profiles[invoice.client.email].name,
            counterparty_iban=profiles[invoice.client.email].iban,
        )
        for invoice, text, amount in told
        if invoice is not None
    ]


def _paid_on(day: date, invoice: Invoice, profile: ClientProfile) -> Decimal:
    """What the client transfers for one invoice on that day, in euro."""
    assert invoice.due_on is not None and invoice.issued_on is not None and profile.pays_after is not None
    if invoice.early_amount:
        early = _bank_day(invoice.issued_on + timedelta(days=SOONEST))
        return invoice.total - invoice.credited - invoice.early_amount if day == early else ZERO
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
