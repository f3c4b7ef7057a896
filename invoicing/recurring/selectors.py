"""Reads of recurring invoices."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from activities.models import ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.locks import for_update
from invoicing.line_data import LineData
from invoicing.models import Invoice
from invoicing.recurring.enums import OccurrenceState, TemplateState
from invoicing.recurring.errors import TemplateNotFound
from invoicing.recurring.models import Occurrence, RecurringInvoice, RecurringPrice
from members.models import Person


def templates() -> QuerySet[RecurringInvoice]:
    """Templates with their client, Activity and entity."""
    return RecurringInvoice.objects.select_related("client", "activity", "entity")


def visible_templates(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[RecurringInvoice]:
    """Those of the Activities that the person may see, newest first; every one for staff who read all."""
    rows = templates().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def template_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> RecurringInvoice:
    """A template that the person may see. Raises `TemplateNotFound`."""
    found = visible_templates(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise TemplateNotFound
    return found


def own_template_for(person: Person | None, pk: UUID) -> RecurringInvoice:
    """A template of an Activity whose people the person belongs to. Raises `TemplateNotFound`."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    found = templates().filter(pk=pk, activity__in=held).first() if person is not None else None
    if found is None:
        raise TemplateNotFound
    return found


def template_for_update(template_id: UUID) -> RecurringInvoice:
    """The template, locked. Raises `TemplateNotFound`."""
    found = for_update(templates().filter(pk=template_id)).first()
    if found is None:
        raise TemplateNotFound
    return found


def due_templates(on: date) -> QuerySet[RecurringInvoice]:
    """Active templates with an occurrence due on a day."""
    return RecurringInvoice.objects.filter(state=TemplateState.ACTIVE, next_on__lte=on).order_by("pk")


def lines_on(template: RecurringInvoice, day: date) -> list[LineData]:
    """The lines that hold on a day: those of the latest price up to it, else the template's own."""
    price = RecurringPrice.objects.filter(template=template, valid_from__lte=day).order_by("-valid_from")
    found = price.first()
    lines: list[LineData] = found.lines if found else template.lines
    return lines


def prices_of(template: RecurringInvoice) -> QuerySet[RecurringPrice]:
    """New prices of a template, in order."""
    return RecurringPrice.objects.filter(template=template).order_by("valid_from")


def occurrences_of(template: RecurringInvoice) -> QuerySet[Occurrence]:
    """What came of a template, the latest first."""
    return Occurrence.objects.filter(template=template).select_related("invoice").order_by("-index")


def failed_of(person: Person) -> QuerySet[Occurrence]:
    """Occurrences of the person's Activities that could not be made."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    return (
        Occurrence.objects.filter(state=OccurrenceState.FAILED, template__activity__in=held)
        .select_related("template__client")
        .order_by("pk")
    )


def occurrence_of(invoice: Invoice) -> Occurrence | None:
    """The occurrence that an invoice was made for."""
    return Occurrence.objects.filter(invoice=invoice).select_related("template").first()
