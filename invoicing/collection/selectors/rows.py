"""Single rows, and their locks."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.locks import for_update
from invoicing import selectors as root
from invoicing.collection.errors import HandOverNotFound, PlanNotFound, WriteDownNotFound
from invoicing.collection.models import (
    Dispute,
    HandOver,
    Plan,
    PlanInvoice,
    WriteDown,
)
from invoicing.models import ClientMessage, Invoice


def invoices_for_update(ids: Iterable[UUID]) -> list[Invoice]:
    """Invoices with client and entity, locked in order of their keys. Raises `InvoiceNotFound`."""
    return root.invoices_for_update(sorted(set(ids)))


def open_dispute_of(invoice: Invoice) -> Dispute | None:
    """The dispute that stands on an invoice (whose lock guards it)."""
    return Dispute.objects.filter(invoice=invoice, closed_on=None).first()


def plan(plan_id: UUID) -> Plan:
    """A plan with its client. Raises `PlanNotFound`."""
    found = Plan.objects.filter(pk=plan_id).select_related("client").first()
    if found is None:
        raise PlanNotFound
    return found


def hand_over(hand_over_id: UUID) -> HandOver:
    """A file with its client. Raises `HandOverNotFound`."""
    found = HandOver.objects.filter(pk=hand_over_id).select_related("client").first()
    if found is None:
        raise HandOverNotFound
    return found


def plan_for_update(plan_id: UUID) -> Plan:
    """The plan, locked after its invoices. Raises `PlanNotFound`."""
    members = PlanInvoice.objects.filter(plan_id=plan_id).values("invoice_id")
    list(for_update(Invoice.objects.filter(pk__in=members)))
    found = for_update(Plan.objects.filter(pk=plan_id)).first()
    if found is None:
        raise PlanNotFound
    return found


def hand_over_for_update(hand_over_id: UUID) -> HandOver:
    """The file, locked. Raises `HandOverNotFound`."""
    found = for_update(HandOver.objects.filter(pk=hand_over_id).select_related("client")).first()
    if found is None:
        raise HandOverNotFound
    return found


def write_down(write_down_id: UUID) -> WriteDown:
    """A write-down. Raises `WriteDownNotFound`."""
    found = WriteDown.objects.filter(pk=write_down_id).first()
    if found is None:
        raise WriteDownNotFound
    return found


def write_down_for_update(write_down_id: UUID) -> WriteDown:
    """The write-down, locked after its invoice. Raises `WriteDownNotFound`."""
    found = for_update(WriteDown.objects.filter(pk=write_down_id)).first()
    if found is None:
        raise WriteDownNotFound
    return found


def write_down_of(invoice: Invoice) -> WriteDown | None:
    """What the books think of an invoice now, or what was proposed; locked."""
    return for_update(WriteDown.objects.filter(invoice=invoice, ended_on=None)).first()


def standing_write_down(invoice: Invoice) -> WriteDown | None:
    """The same, only to be shown."""
    return WriteDown.objects.filter(invoice=invoice, ended_on=None).first()


def letter_for_update(message_id: UUID, client_id: UUID) -> ClientMessage | None:
    """A letter to a client, locked."""
    return for_update(ClientMessage.objects.filter(pk=message_id, client=client_id)).first()
