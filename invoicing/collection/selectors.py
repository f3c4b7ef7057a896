"""Reads of collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.locks import for_update
from core.money import ZERO
from invoicing.collection.claims import Debt
from invoicing.collection.enums import ChargeKind, HandOverState, PlanState, WriteDownState
from invoicing.collection.errors import ChargeNotFound
from invoicing.collection.ladders import Ladder
from invoicing.collection.law import consumer_rule
from invoicing.collection.models import (
    Charge,
    HandOver,
    HandOverInvoice,
    Pause,
    Plan,
    PlanInvoice,
    PostedLetter,
    WriteDown,
)
from invoicing.enums import OPEN_STATES, ClientKind, DocumentKind, MessageState
from invoicing.models import Client, Invoice, InvoiceLine, IssuedDocument, Payment, Reminder
from ledger.models import LegalEntity

UNREACHED = (MessageState.FAILED, MessageState.DROPPED)
"""A letter in one of these states told the client nothing."""


# --- what may be reminded ----------------------------------------------------------------------------------


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


def why_held(invoice: Invoice, on: date) -> str:
    """What keeps an invoice from being reminded, in words; empty when nothing does."""
    if invoice.disputed_on:
        return _("disputed")
    if PlanInvoice.objects.filter(invoice=invoice, active=True).exists():
        return _("in a payment plan")
    if HandOverInvoice.objects.filter(invoice=invoice, active=True).exists():
        return _("with an agent")
    if WriteDown.objects.filter(invoice=invoice, ended_on=None, state=WriteDownState.LOST).exists():
        return _("lost")
    if Pause.objects.filter(invoice=invoice, ended_on=None, until__gte=on).exists():
        return _("paused")
    return ""


# --- the schedule ------------------------------------------------------------------------------------------


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


# --- debts as the law sees them ----------------------------------------------------------------------------


def debts_of(invoices: Sequence[Invoice], on: date) -> dict[UUID, Debt]:
    """Debts of issued invoices (with client and entity loaded), in a number of queries that does not grow."""
    ids = [invoice.pk for invoice in invoices]
    movements: dict[UUID, list[tuple[date, Decimal]]] = {
        invoice.pk: [(invoice.issued_on or on, invoice.total)] for invoice in invoices
    }
    for invoice_id, day, amount in Payment.objects.filter(invoice__in=ids).values_list(
        "invoice_id", "received_on", "amount"
    ):
        movements[invoice_id].append((day, -amount))
    notes = IssuedDocument.objects.filter(invoice__in=ids, kind=DocumentKind.CREDIT_NOTE)
    for invoice_id, day, amount in notes.values_list("invoice_id", "issued_on", "total"):
        movements[invoice_id].append((day, -amount))
    until: dict[UUID, date] = {}
    indemnified: set[UUID] = set()
    for charge in Charge.objects.filter(invoice__in=ids):
        if charge.kind == ChargeKind.INDEMNITY:
            indemnified.add(charge.invoice_id)
        elif charge.kind == ChargeKind.INTEREST and charge.until is not None:
            until[charge.invoice_id] = max(charge.until, until.get(charge.invoice_id, charge.until))
    free = _free_days([i for i in invoices if i.client.kind == ClientKind.CONSUMER], on)
    frozen = dict(
        PlanInvoice.objects.filter(
            invoice__in=ids, plan__interest_free=True, plan__state__in=(PlanState.ACTIVE, PlanState.KEPT)
        )
        .order_by("-plan__agreed_on")
        .values_list("invoice_id", "plan__agreed_on")
    )
    return {
        invoice.pk: Debt(
            number=invoice.number,
            country=invoice.entity.country,
            kind=invoice.client.kind,
            due_on=invoice.due_on or on,
            open_amount=invoice.open_amount,
            movements=tuple(movements[invoice.pk]),
            reminded_until=free.get(invoice.pk),
            interest_until=until.get(invoice.pk),
            has_indemnity=invoice.pk in indemnified,
            frozen_on=frozen.get(invoice.pk),
        )
        for invoice in invoices
    }


def _free_days(invoices: Sequence[Invoice], on: date) -> dict[UUID, date]:
    """Per consumer's invoice the last free day of its first reminder that reached the client."""
    country = {invoice.pk: invoice.entity.country for invoice in invoices}
    if not country:
        return {}
    rows = list(
        Reminder.objects.filter(invoice__in=country)
        .exclude(message__state__in=UNREACHED)
        .select_related("message")
        .order_by("step")
    )
    posted = dict(
        PostedLetter.objects.filter(
            message__in=[row.message_id for row in rows if row.message.state == MessageState.NO_ADDRESS]
        ).values_list("message_id", "posted_on")
    )
    found: dict[UUID, date] = {}
    for row in rows:
        by_post = row.message.state == MessageState.NO_ADDRESS
        sent_on = posted.get(row.message_id) if by_post else row.sent_on
        if sent_on is None:
            continue
        last = consumer_rule(country[row.invoice_id], on).free_until(sent_on, by_post=by_post)
        found[row.invoice_id] = min(last, found.get(row.invoice_id, last))
    return found


# --- charges -----------------------------------------------------------------------------------------------


def charges_of(invoices: Iterable[UUID]) -> QuerySet[Charge]:
    """Charges of invoices, in the order in which money settles them."""
    return Charge.objects.filter(invoice__in=list(invoices)).order_by("claimed_on", "pk")


def charge(charge_id: UUID) -> Charge:
    """A charge. Raises `ChargeNotFound`."""
    found = Charge.objects.filter(pk=charge_id).first()
    if found is None:
        raise ChargeNotFound
    return found


def charge_for_update(charge_id: UUID) -> Charge:
    """The charge, locked; the invoice's lock comes first. Raises `ChargeNotFound`."""
    found = for_update(Charge.objects.filter(pk=charge_id)).first()
    if found is None:
        raise ChargeNotFound
    return found


OPEN_CHARGE = F("amount") - F("paid") - F("waived")


def open_charges(invoices: Iterable[UUID]) -> Mapping[UUID, Decimal]:
    """Per invoice what is still to be paid of its charges, in euro."""
    rows = (
        Charge.objects.filter(invoice__in=list(invoices))
        .values("invoice_id")
        .annotate(left=Sum(OPEN_CHARGE))
        .filter(left__gt=0)
    )
    return {row["invoice_id"]: row["left"] for row in rows}


# --- the books ---------------------------------------------------------------------------------------------


def receivables_beside(entity: LegalEntity) -> Decimal:
    """Euro on 400 beside what invoices leave open: charges claimed, less what stands on 407 or as lost."""
    charges: dict[str, Any] = Charge.objects.filter(invoice__entity=entity).aggregate(
        total=Sum(F("amount") - F("paid") - F("waived") - F("given_back"), default=ZERO)
    )
    gone: dict[str, Any] = WriteDown.objects.filter(invoice__entity=entity).aggregate(
        total=Sum("standing", default=ZERO)
    )
    result: Decimal = charges["total"] - gone["total"]
    return result


# --- plans and files ---------------------------------------------------------------------------------------


def plans() -> QuerySet[Plan]:
    """Payment plans, newest first."""
    return Plan.objects.select_related("client").order_by("-pk")


def open_files() -> QuerySet[HandOver]:
    """Files that are with an agent, newest first."""
    return HandOver.objects.filter(state=HandOverState.OPEN).select_related("client").order_by("-pk")
