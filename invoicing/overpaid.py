"""What clients paid too much: read for the pages, and shown on those of the invoice and the client."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.access import identity_of
from core.money import ZERO
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.models import Client, Invoice, Payment
from invoicing.roles import CONTROLLERS
from invoicing.services.credits import REFUND
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import BankTransaction, Payout
from members.types import search_key

LINE = "treasury.banktransaction"


def overpaid_of(client: Client) -> list[Invoice]:
    """Invoices of a client on which more came in than was asked, oldest first."""
    rows = Invoice.objects.filter(client=client).exclude(state=InvoiceState.DRAFT)
    over = rows.filter(paid__gt=F("total") - F("credited"))
    return list(over.select_related("client", "entity").order_by("issued_on", "pk"))


def credits(named: str = "") -> QuerySet[Invoice]:
    """Every invoice on which a client has a credit: more came in than is asked, or was credited after it was
    paid, or a surcharge was given back. `named`: of clients whose name begins so. By client, oldest first.
    """
    rows = Invoice.objects.exclude(state=InvoiceState.DRAFT).filter(paid__gt=F("total") - F("credited"))
    if key := search_key(named):
        rows = rows.filter(client__search_key__gte=key, client__search_key__lt=key + chr(0x10FFFF))
    return rows.select_related("client", "entity").order_by("client__search_key", "issued_on", "pk")


def total_of_credits() -> Decimal:
    """All that is owed to clients on invoices, in euro."""
    sums = credits().order_by().aggregate(total=Sum(F("paid") - F("total") + F("credited"), default=ZERO))
    total: Decimal = sums["total"]
    return total


def reasons_of(invoices: Sequence[Invoice]) -> dict[UUID, str]:
    """Where credits come from, in words, in one query: a payment that came once more, a credit note after the
    payment, or simply too much.
    """
    amounts: dict[UUID, list[Decimal]] = {}
    rows = Payment.objects.filter(invoice__in=[row.pk for row in invoices], source_type=LINE)
    for invoice_id, amount in rows.values_list("invoice_id", "amount"):
        amounts.setdefault(invoice_id, []).append(amount)
    found = {}
    for invoice in invoices:
        twice = amounts.get(invoice.pk, []).count(-invoice.open_amount) > 1
        found[invoice.pk] = (
            _("Paid twice")
            if twice
            else _("Credit note after payment")
            if invoice.credited > 0
            else _("Paid too much")
        )
    return found


def refunds_on_their_way() -> QuerySet[Payout]:
    """Refunds that were asked for and have not left, oldest first."""
    waiting = (PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED)
    return Payout.objects.filter(source_type=REFUND, state__in=waiting).order_by("pk")


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
