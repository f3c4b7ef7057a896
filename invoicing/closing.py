"""What invoicing wants to be so before a month of the books is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.links import link
from core.registry import ClosingPoint
from invoicing.enums import InvoiceState
from invoicing.models import Invoice


def draft_points(entity_id: UUID, first: date, last: date) -> Iterator[ClosingPoint]:
    """No work of the month waits as a draft to be invoiced, or somebody says why it may."""
    drafts = Invoice.objects.filter(
        entity_id=entity_id, state=InvoiceState.DRAFT, delivery_date__range=(first, last)
    ).count()
    yield ClosingPoint(
        "drafts",
        _("Work of the month is invoiced"),
        drafts == 0,
        _("Drafts that are not issued: %d.") % drafts if drafts else "",
        f"{link('invoicing:invoices')}?situation=draft",
        explainable=True,
    )
