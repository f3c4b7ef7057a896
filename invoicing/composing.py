"""What only some documents say: discounts, early payment, advances, attachments, the share of employment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from core.money import CENT, r
from core.rates import policy
from invoicing.content import Content, plain, reference_to
from invoicing.enums import InvoiceKind
from invoicing.models import Invoice, InvoiceAttachment
from invoicing.types import Totals, levy_of


def more_of(
    invoice: Invoice,
    totals: Totals,
    *,
    on: date,
    advances: Iterable[Invoice],
    attachments: Sequence[InvoiceAttachment],
) -> Content:
    """The parts of the content that this invoice has beyond every other; nothing of what it lacks."""
    more: Content = {}
    if invoice.kind != InvoiceKind.INVOICE:
        more["purpose"] = str(invoice.kind)
    deducts = sorted(advances, key=lambda row: row.number)
    if deducts:
        more["deducts"] = [reference_to(row) for row in deducts]
    if totals.allowance:
        percent = invoice.discount_percent
        more["discount"] = {
            "percent": plain(percent) if percent else None,
            "amount": str(totals.allowance),
        }
    if invoice.early_percent:
        more["early_payment"] = {
            "percent": plain(invoice.early_percent),
            "days": invoice.early_days,
            "until": early_until(invoice, on).isoformat(),
            "amount": str(totals.early),
            "payable": str(totals.total - totals.early),
        }
    if attachments:
        more["attachments"] = [attachment_of(row) for row in attachments]
    if invoice.show_employment:
        more["employment"] = employment_of(totals.net, on)
    return more


def early_until(invoice: Invoice, on: date) -> date:
    """The last day on which an invoice of that day may be paid less the early-payment discount."""
    return on + timedelta(days=invoice.early_days or 0)


def attachment_of(row: InvoiceAttachment) -> Content:
    """A file as the document names it; its bytes are found by their digest."""
    return {
        "name": row.name,
        "media_type": row.file.content_type,
        "size": row.file.size,
        "sha256": row.file.sha256,
    }


def employment_of(net: Decimal, on: date) -> Content:
    """What an amount without VAT would pay for, were all of it to become a contract of an employee (DOMAIN
    §6): levy, gross pay, and what the employer owes on it, at the levy and multiplier of a day.

    The largest gross whose cost fits, as contracts are counted. Raises `NoRateInForce`.
    """
    levy_rate = policy("levy.rate", on=on).rate
    multiplier = policy("multiplier.employee", on=on).rate
    levy = levy_of(net, levy_rate)
    budget = net - levy
    gross = r(budget / multiplier)
    while r(gross * multiplier) > budget:
        gross -= CENT
    return {
        "net": str(net),
        "levy_rate": plain(levy_rate * 100),
        "levy": str(levy),
        "multiplier": plain(multiplier),
        "gross": str(gross),
        "charges": str(budget - gross),
    }
