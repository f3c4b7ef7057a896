"""What clients paid too much: read for the pages, and shown on those of the invoice and the client."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core.access import identity_of
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.models import Client, Invoice, Payment
from invoicing.roles import CONTROLLERS
from ledger.treasury.models import BankTransaction

LINE = "treasury.banktransaction"


def overpaid_of(client: Client) -> list[Invoice]:
    """Invoices of a client on which more came in than was asked, oldest first."""
    rows = Invoice.objects.filter(client=client).exclude(state=InvoiceState.DRAFT)
    over = rows.filter(paid__gt=F("total") - F("credited"))
    return list(over.select_related("client", "entity").order_by("issued_on", "pk"))


def payable_with(invoice: Invoice) -> QuerySet[Invoice]:
    """Open invoices of the same client and entity, the earliest due first."""
    rows = Invoice.objects.filter(
        client_id=invoice.client_id, entity_id=invoice.entity_id, state__in=OPEN_STATES
    )
    return rows.order_by("due_on", "pk")


def account_of_payer(invoice: Invoice) -> str:
    """The account from which the invoice was paid last, as the bank said; empty when it did not."""
    lines = Payment.objects.filter(invoice=invoice, source_type=LINE, amount__gt=0).order_by("-pk")
    known = BankTransaction.objects.filter(pk__in=lines.values("source_id")).exclude(counterparty_iban="")
    return str(known.order_by("-pk").values_list("counterparty_iban", flat=True).first() or "")


def paid_twice(invoice: Invoice) -> bool:
    """Whether the excess is a payment that came once more: the same amount as one before."""
    amounts = list(Payment.objects.filter(invoice=invoice, source_type=LINE).values_list("amount", flat=True))
    return -invoice.open_amount in amounts and amounts.count(-invoice.open_amount) > 1


def client_credits(request: HttpRequest, client: Client) -> SafeString | None:
    """On the client's page: what is owed to the client, and the way to give it back."""
    rows = overpaid_of(client)
    if not rows:
        return None
    may_act = bool(identity_of(request).roles & set(CONTROLLERS))
    return render_to_string(
        "invoicing/parts/client_credits.html", {"rows": rows, "may_act": may_act}, request
    )


def invoice_credit(request: HttpRequest, invoice: Invoice) -> SafeString | None:
    """On the invoice's page: too much came in."""
    if invoice.open_amount >= 0:
        return None
    may_act = bool(identity_of(request).roles & set(CONTROLLERS))
    context = {
        "invoice": invoice,
        "amount": -invoice.open_amount,
        "twice": paid_twice(invoice),
        "may_act": may_act,
    }
    return render_to_string("invoicing/parts/invoice_credit.html", context, request)
