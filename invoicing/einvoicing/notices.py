"""What the people of an Activity are told by mail when a document does not reach its client."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from activities.enums import HolderRole
from activities.models import ActivityHolder
from core.registry import Message
from invoicing.einvoicing.enums import AnswerCode
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.words import why
from members.notices.services import notify

KINDS = {
    "invoice_rejected": (
        _("%(client)s rejected %(number)s"),
        (
            _("The client says: %(why)s"),
            _("Settle it with the client, or give the invoice back with a credit note on its page."),
        ),
    ),
    "invoice_lost": (
        _("%(number)s did not reach %(client)s"),
        (
            _("What is known: %(why)s"),
            _("Look at the invoice's page: correct the client, then send it again or another way."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def tell_rejected(message: Message) -> None:
    """Write to the holders of the Activity, unless the house found another way meanwhile or somebody noted it
    by hand; the same news writes once.
    """
    key = message.payload.get("delivery")
    if not key:
        return
    rows = Delivery.objects.filter(pk=key, handled=False).select_related("document__invoice__client")
    row = rows.first()
    if row is None or row.reason_code == "returned":
        return
    invoice = row.document.invoice
    holders = ActivityHolder.objects.filter(activity_id=invoice.activity_id, role=HolderRole.HOLDER)
    for holder in holders.select_related("person__user").order_by("pk"):
        notify(
            person=holder.person,
            kind="invoice_rejected" if row.response == AnswerCode.REJECTED else "invoice_lost",
            cause=row.pk,
            client=invoice.client.name,
            number=row.document.number,
            why=row.reason or row.reason_code if row.response == AnswerCode.REJECTED else why(row),
        )
