"""Pauses: no reminder until a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.types import Actor
from invoicing import selectors as root
from invoicing.collection import selectors
from invoicing.collection.errors import DayPassed, ReasonMissing
from invoicing.collection.models import Pause
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen


@transaction.atomic
def pause_invoices(
    *, client_id: UUID, invoice_ids: Iterable[UUID], until: date, reason: str, on: date, actor: Actor
) -> list[Pause]:
    """Remind a client of some open invoices no more up to and including a day; a pause that runs already gets
    the new day.

    Locks the invoices. Raises `ReasonMissing`, `DayPassed`, `InvoiceNotOpen`. A repeat changes nothing.
    """
    if not reason.strip():
        raise ReasonMissing
    if until < on:
        raise DayPassed
    invoices = selectors.invoices_for_update(invoice_ids)
    if not invoices or any(row.state not in OPEN_STATES or row.client_id != client_id for row in invoices):
        raise InvoiceNotOpen
    pauses = []
    for invoice in invoices:
        pause, _ = Pause.objects.update_or_create(
            invoice=invoice,
            ended_on=None,
            defaults={"until": until, "reason": reason.strip()[:300]},
            create_defaults={"from_day": on, "until": until, "reason": reason.strip()[:300]},
        )
        pauses.append(pause)
    audit.record_all(
        actor, [("invoice.paused", invoice, {"until": until.isoformat()}) for invoice in invoices]
    )
    return pauses


@transaction.atomic
def end_pause(*, invoice_id: UUID, on: date, actor: Actor) -> None:
    """Reminders go on where they stopped. Locks the invoice; a repeat changes nothing."""
    invoice = root.invoice_for_update(invoice_id)
    if Pause.objects.filter(invoice=invoice, ended_on=None).update(ended_on=on):
        audit.record(actor, "invoice.pause_ended", invoice, on=on.isoformat())
