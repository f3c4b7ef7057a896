"""Letters to clients that did not leave, as the operations page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import ZONE
from core.links import link
from core.operations.given_up import letters
from invoicing.models import ClientMessage, IssuedDocument

LETTERS = letters(
    "client_letter",
    gettext_lazy("Letter to a client"),
    ClientMessage,
    task="invoicing.send_messages",
    subject=lambda row: _("Letter to a client: %(kind)s") % {"kind": row.get_kind_display()},
    since=lambda row: datetime.combine(row.written_on, time(), ZONE),
    link=lambda row: link("invoicing:client", pk=row.client_id),
    related=("client",),
    recipient=lambda row: row.client.email or row.recipient,
)


def document_links(keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Documents → pages of their invoices."""
    rows = IssuedDocument.objects.filter(pk__in=list(keys)).values_list("pk", "invoice_id")
    return {key: link("invoicing:invoice", pk=invoice) for key, invoice in rows}
