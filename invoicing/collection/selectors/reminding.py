"""What may be reminded, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.locks import for_update
from invoicing.collection.enums import WriteDownState
from invoicing.collection.ladders import Ladder
from invoicing.collection.models import (
    HandOverInvoice,
    Pause,
    PlanInvoice,
    WriteDown,
)
from invoicing.enums import OPEN_STATES
from invoicing.models import Client, Invoice, InvoiceLine, Reminder


def late_invoices(on: date) -> QuerySet[Invoice]:
    """Open invoices past their due date, whatever stands in the way of reminding them."""
    return Invoice.objects.filter(state__in=OPEN_STATES, due_on__lt=on)


def remindable(on: date) -> QuerySet[Invoice]:
    """Late invoices of which a client may be reminded on a day: not disputed, paused, in a plan, given to an
    agent, or lost.
    """
    of_it = OuterRef("pk")
    return late_invoices(on).filter(
        ~Exists(Pause.objects.filter(invoice=of_it, ended_on=None, until__gte=on)),
        ~Exists(PlanInvoice.objects.filter(invoice=of_it, active=True)),
        ~Exists(HandOverInvoice.objects.filter(invoice=of_it, active=True)),
        ~Exists(WriteDown.objects.filter(invoice=of_it, ended_on=None, state=WriteDownState.LOST)),
        disputed_on=None,
    )


def why_held(invoice: Invoice, on: date, *, pause: bool = True, dispute: bool = True) -> str:
    """What keeps an invoice from being reminded, in words; empty when nothing does. A pause or a dispute
    counts unless said otherwise.
    """
    if dispute and invoice.disputed_on:
        return _("disputed")
    if PlanInvoice.objects.filter(invoice=invoice, active=True).exists():
        return _("in a payment plan")
    if HandOverInvoice.objects.filter(invoice=invoice, active=True).exists():
        return _("with an agent")
    if WriteDown.objects.filter(invoice=invoice, ended_on=None, state=WriteDownState.LOST).exists():
        return _("lost")
    if pause and Pause.objects.filter(invoice=invoice, ended_on=None, until__gte=on).exists():
        return _("on hold")
    return ""


def clients_to_remind(
    ladders: Mapping[str, Ladder], on: date, *, after: UUID | None = None, most: int = 50
) -> list[UUID]:
    """Keys of clients with an invoice whose next step has come, in order, at most so many after one."""
    last = Reminder.objects.filter(invoice=OuterRef("pk")).order_by("-step")
    due = Q(pk__in=[])
    for ladder in ladders.values():
        below = 0
        for rung in ladder.rungs:
            due |= Q(
                Q(last_on=None) | Q(last_on__lte=on - timedelta(days=rung.waits)),
                client__kind=ladder.kind,
                due_on__lte=on - timedelta(days=rung.days_late),
                last_step__gte=below,
                last_step__lt=rung.step,
            )
            below = rung.step
    rows = remindable(on).annotate(
        last_step=Coalesce(Subquery(last.values("step")[:1]), 0),
        last_on=Subquery(last.values("sent_on")[:1]),
    )
    if after is not None:
        rows = rows.filter(client_id__gt=after)
    return list(rows.filter(due).order_by("client_id").values_list("client_id", flat=True).distinct()[:most])


def clients_for_update(ids: Iterable[UUID]) -> QuerySet[Client]:
    """Clients, locked against another reminder; invoices may still be made for them meanwhile."""
    return Client.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)


def lock_late_invoices(clients: Iterable[UUID], on: date) -> int:
    """Lock what clients have late, in order of the keys; says how many."""
    return len(for_update(late_invoices(on).filter(client__in=list(clients))))


def remindable_of(clients: Iterable[UUID], on: date) -> QuerySet[Invoice]:
    """What clients may be reminded of, the earliest due first."""
    rows = remindable(on).filter(client__in=list(clients))
    return rows.select_related("client", "entity").order_by("client_id", "due_on", "pk")


def last_reminders(invoices: Iterable[UUID]) -> dict[UUID, Reminder]:
    """The highest step taken per invoice."""
    found: dict[UUID, Reminder] = {}
    for reminder in Reminder.objects.filter(invoice__in=list(invoices)).order_by("step"):
        found[reminder.invoice_id] = reminder
    return found


def works_of(invoices: Iterable[UUID]) -> dict[UUID, str]:
    """What invoices are for, in their own words."""
    found: dict[UUID, list[str]] = {}
    for line in InvoiceLine.objects.filter(invoice__in=list(invoices)).order_by("position"):
        found.setdefault(line.invoice_id, []).append(line.description)
    return {key: ", ".join(words)[:300] for key, words in found.items()}
