"""Reads of hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum

from activities.models import ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.locks import for_update
from invoicing.models import Invoice
from invoicing.timesheets.errors import EntryNotFound, SheetNotFound
from invoicing.timesheets.models import InvoicedHours, SheetAnswer, SheetHours, TimeEntry, TimeSheet
from members.models import Person

_ANSWERED = Exists(SheetAnswer.objects.filter(sheet=OuterRef("sheet_id")))
"""Of hours on a sheet: approved, since those of a refused one leave it."""


def entries() -> QuerySet[TimeEntry]:
    """Hours with whom and what for; `is_invoiced`: whether an invoice took them, `on_invoice`: which;
    `is_with_client`, `is_approved`: whether they stand on a sheet that waits, or was approved.
    """
    taken = InvoicedHours.objects.filter(entry=OuterRef("pk"))
    sheet = SheetHours.objects.filter(entry=OuterRef("pk"))
    rows = TimeEntry.objects.select_related("client", "activity", "person", "order")
    return rows.annotate(
        is_invoiced=Exists(taken),
        on_invoice=Subquery(taken.values("invoice_id")[:1]),
        is_with_client=Exists(sheet.filter(~_ANSWERED)),
        is_approved=Exists(sheet.filter(_ANSWERED)),
    )


def visible_entries(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[TimeEntry]:
    """Hours of the Activities that the person may see, the latest day first."""
    rows = entries().order_by("-day", "-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def entry_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> TimeEntry:
    """Hours that the person may see. Raises `EntryNotFound`."""
    found = visible_entries(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise EntryNotFound
    return found


def own_entry_for(person: Person | None, pk: UUID) -> TimeEntry:
    """Hours of an Activity whose people the person belongs to. Raises `EntryNotFound`."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    found = entries().filter(pk=pk, activity__in=held).first() if person is not None else None
    if found is None:
        raise EntryNotFound
    return found


def waiting(activity_id: UUID, client_id: UUID, first: date | None, last: date) -> QuerySet[TimeEntry]:
    """Hours of a client that no invoice took and that the client is not looking at, up to a day, in order."""
    taken = InvoicedHours.objects.filter(entry=OuterRef("pk"))
    looked_at = SheetHours.objects.filter(~_ANSWERED, entry=OuterRef("pk"))
    rows = entries().filter(
        ~Exists(taken), ~Exists(looked_at), activity_id=activity_id, client_id=client_id, day__lte=last
    )
    return (rows.filter(day__gte=first) if first else rows).order_by("day", "pk")


def waiting_for_update(activity_id: UUID, client_id: UUID, first: date | None, last: date) -> list[TimeEntry]:
    """The same, locked, looked at again under the lock."""
    rows = TimeEntry.objects.filter(activity_id=activity_id, client_id=client_id, day__lte=last)
    locked = list(for_update(rows.filter(day__gte=first) if first else rows))
    taken = set(InvoicedHours.objects.filter(entry__in=locked).values_list("entry_id", flat=True))
    taken |= set(SheetHours.objects.filter(~_ANSWERED, entry__in=locked).values_list("entry_id", flat=True))
    return sorted((row for row in locked if row.pk not in taken), key=lambda row: (row.day, row.pk))


def waiting_by_client(person: Person) -> Sequence[tuple[UUID, UUID, str, str, Decimal, Decimal]]:
    """(activity, client, their names, hours, euro) of the person's Activities that wait to be invoiced."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    taken = InvoicedHours.objects.filter(entry=OuterRef("pk"))
    looked_at = SheetHours.objects.filter(~_ANSWERED, entry=OuterRef("pk"))
    rows = TimeEntry.objects.filter(~Exists(taken), ~Exists(looked_at), activity__in=held)
    rows = rows.order_by("client__search_key")
    sums = rows.values("activity_id", "client_id", "activity__name", "client__name").annotate(
        worked=Sum("hours"), worth=Sum(F("hours") * F("rate"))
    )
    return [
        (row["activity_id"], row["client_id"], row["activity__name"], row["client__name"], row["worked"],
         row["worth"])
        for row in sums
    ]  # fmt: skip


def entry_for_update(entry_id: UUID) -> TimeEntry:
    """The hours, locked. Raises `EntryNotFound`."""
    found = for_update(TimeEntry.objects.filter(pk=entry_id).select_related("activity", "client")).first()
    if found is None:
        raise EntryNotFound
    return found


def hours_of(invoice: Invoice) -> QuerySet[TimeEntry]:
    """Hours that stand on an invoice, in order."""
    taken = InvoicedHours.objects.filter(invoice=invoice).values("entry_id")
    return TimeEntry.objects.filter(pk__in=taken).select_related("person").order_by("day", "pk")


def sheets() -> QuerySet[TimeSheet]:
    """Sheets with their Activity and client; `answered`: what became of them, nothing while they wait."""
    answer = SheetAnswer.objects.filter(sheet=OuterRef("pk")).values("kind")[:1]
    return TimeSheet.objects.select_related("activity", "client").annotate(answered=Subquery(answer))


def visible_sheets(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[TimeSheet]:
    """Sheets of the Activities that the person may see, the latest first."""
    rows = sheets().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def sheet_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> TimeSheet:
    """A sheet that the person may see. Raises `SheetNotFound`."""
    found = visible_sheets(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise SheetNotFound
    return found


def own_sheet_for(person: Person | None, pk: UUID) -> TimeSheet:
    """A sheet of an Activity whose people the person belongs to. Raises `SheetNotFound`."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    found = sheets().filter(pk=pk, activity__in=held).first() if person is not None else None
    if found is None:
        raise SheetNotFound
    return found


def answer_to(sheet: TimeSheet) -> SheetAnswer | None:
    """What became of a sheet; None while it waits."""
    return SheetAnswer.objects.filter(sheet=sheet).first()


def lock_hours_of(sheet: TimeSheet) -> list[TimeEntry]:
    """The hours on a sheet that waits or was approved, locked: whoever answers or withdraws second waits."""
    standing = SheetHours.objects.filter(sheet=sheet).values("entry_id")
    return list(for_update(TimeEntry.objects.filter(pk__in=standing).order_by("pk")))
