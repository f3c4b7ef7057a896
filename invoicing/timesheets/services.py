"""The only writer of hours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from babel.dates import format_date
from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.calendar import check_days
from core.registry import Message
from core.types import Actor
from invoicing.models import Invoice
from invoicing.quotes.models import Order
from invoicing.quotes.services import take_of_order
from invoicing.selectors import client_for_update
from invoicing.services import create_draft
from invoicing.services.attachments import attach_file
from invoicing.services.clients import work_with
from invoicing.timesheets import selectors
from invoicing.timesheets.annex import annex_of
from invoicing.timesheets.enums import Grouping
from invoicing.timesheets.errors import (
    HoursApproved,
    HoursInvalid,
    HoursInvoiced,
    HoursWithClient,
    NothingToInvoice,
    OrderOfAnother,
    StaleHours,
)
from invoicing.timesheets.models import InvoicedHours, SheetHours, TimeEntry
from invoicing.timesheets.wording import wording
from invoicing.types import LineInput
from members.models import Person

MOST_HOURS = Decimal(24)


@transaction.atomic
def write_hours(
    *,
    activity_id: UUID,
    client_id: UUID,
    person: Person,
    day: date,
    hours: Decimal,
    rate: Decimal,
    actor: Actor,
    task: str = "",
    text: str = "",
    order_id: UUID | None = None,
) -> TimeEntry:
    """Note hours of a person for a client of an open Activity. Locks the Activity and the client. Raises
    `ActivityNotOpen`, `ClientNotFound`, `DayOutOfReach`, `HoursInvalid`, `OrderOfAnother`. A second call
    notes more hours.
    """
    activity = open_activity_for_update(activity_id)
    client = client_for_update(client_id)
    _check(day, hours, rate)
    order = None
    if order_id is not None:
        order = Order.objects.filter(pk=order_id, activity=activity, client=client).first()
        if order is None:
            raise OrderOfAnother
    work_with(client=client, activity_id=activity.pk)
    entry = TimeEntry.objects.create(
        activity=activity,
        client=client,
        order=order,
        person=person,
        day=day,
        hours=hours,
        rate=rate,
        task=task.strip()[:80],
        text=text.strip()[:200],
    )
    audit.record(actor, "hours.written", entry, hours=str(hours))
    return entry


@transaction.atomic
def change_hours(
    *,
    entry_id: UUID,
    day: date,
    hours: Decimal,
    rate: Decimal,
    actor: Actor,
    task: str = "",
    text: str = "",
    version: int | None = None,
) -> TimeEntry:
    """Correct hours that no invoice took. Locks them. Raises `HoursInvoiced`, `HoursWithClient`,
    `HoursApproved`, `StaleHours`, `DayOutOfReach`, `HoursInvalid`.
    """
    entry = _free_for_update(entry_id, version)
    _check(day, hours, rate)
    entry.day, entry.hours, entry.rate = day, hours, rate
    entry.task, entry.text = task.strip()[:80], text.strip()[:200]
    entry.version += 1
    entry.save()
    audit.record(actor, "hours.changed", entry, hours=str(hours))
    return entry


@transaction.atomic
def delete_hours(*, entry_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Throw hours away that no invoice took. Locks them. Raises `HoursInvoiced`, `HoursWithClient`,
    `HoursApproved`, `StaleHours`.
    """
    entry = _free_for_update(entry_id, version)
    audit.record(actor, "hours.deleted", entry, hours=str(entry.hours))
    entry.delete()


@transaction.atomic
def invoice_hours(
    *,
    activity_id: UUID,
    client_id: UUID,
    last: date,
    actor: Actor,
    first: date | None = None,
    grouping: str = Grouping.TASK,
) -> Invoice:
    """Make one draft of the hours of a client that no invoice took, up to a day: grouped, with their period
    in the note, and the time sheet as a file that goes with the invoice, by mail and inside the UBL. Hours of
    an order count on it; hours that the client is looking at wait.

    Hours at several rates never share a line. Locks: Activity, client, hours, order. Raises
    `NothingToInvoice`, `OrderExceeded`, and what `create_draft` raises. A second call finds nothing left.
    """
    open_activity_for_update(activity_id)
    client = client_for_update(client_id)
    entries = selectors.waiting_for_update(activity_id, client_id, first, last)
    orders = {entry.order_id for entry in entries}
    if not entries:
        raise NothingToInvoice
    if len(orders) > 1:  # an invoice counts on one order: the oldest hours decide which
        entries = [entry for entry in entries if entry.order_id == entries[0].order_id]
    words = wording(client.language)
    total = sum((entry.hours for entry in entries), Decimal(0))
    days = [written(entry.day, client.language) for entry in (entries[0], entries[-1])]
    order = Order.objects.filter(pk=entries[0].order_id).first() if entries[0].order_id else None
    invoice = create_draft(
        activity_id=activity_id,
        client_id=client_id,
        lines=_lines(entries, Grouping(grouping), client.language),
        delivery_date=max(entry.day for entry in entries),
        buyer_reference=order.client_reference if order else "",
        note=words["note"] % {"first": days[0], "last": days[1], "hours": f"{total.normalize():f}"},
        actor=actor,
    )
    InvoicedHours.objects.bulk_create([InvoicedHours(entry=entry, invoice=invoice) for entry in entries])
    if order is not None:
        take_of_order(order_id=order.pk, invoice=invoice, actor=actor)
    attach_file(invoice_id=invoice.pk, file=annex_of(invoice, client.language), actor=actor)
    invoice.refresh_from_db(fields=["version"])
    audit.record(actor, "hours.invoiced", invoice, entries=len(entries), hours=str(total))
    return invoice


def draft_thrown_away(invoice: Invoice) -> None:
    """The draft of hours goes: they wait again."""
    InvoicedHours.objects.filter(invoice=invoice).delete()


@transaction.atomic
def invoice_credited(message: Message) -> None:
    """An invoice of hours was given back in full: they wait again. Told twice, it counts once."""
    if message.payload.get("in_full"):
        InvoicedHours.objects.filter(invoice_id=message.subject_id).delete()


def _free_for_update(entry_id: UUID, version: int | None) -> TimeEntry:
    entry = selectors.entry_for_update(entry_id)
    if InvoicedHours.objects.filter(entry=entry).exists():
        raise HoursInvoiced
    standing = SheetHours.objects.filter(entry=entry).select_related("sheet").first()
    if standing is not None:
        raise HoursWithClient if selectors.answer_to(standing.sheet) is None else HoursApproved
    if version is not None and version != entry.version:
        raise StaleHours
    return entry


def _check(day: date, hours: Decimal, rate: Decimal) -> None:
    check_days(day)
    if not 0 < hours <= MOST_HOURS or rate <= 0:
        raise HoursInvalid


def _lines(entries: list[TimeEntry], grouping: Grouping, language: str) -> list[LineInput]:
    groups: dict[tuple[str, Decimal], Decimal] = {}
    for entry in entries:
        groups.setdefault((_text(entry, grouping, language), entry.rate), Decimal(0))
        groups[_text(entry, grouping, language), entry.rate] += entry.hours
    return [LineInput(text[:300], hours, "hour", rate) for (text, rate), hours in groups.items()]


def _text(entry: TimeEntry, grouping: Grouping, language: str) -> str:
    usual = wording(language)["work"]
    if grouping == Grouping.DAY:
        parts = (written(entry.day, language), entry.task, entry.text)
        return " – ".join(filter(None, parts)) if any(parts[1:]) else f"{parts[0]} – {usual}"
    return entry.task or usual if grouping == Grouping.TASK else usual


def written(day: date, language: str) -> str:
    """A day as the client's language writes it."""
    return str(format_date(day, format="d/MM/y", locale=language))
