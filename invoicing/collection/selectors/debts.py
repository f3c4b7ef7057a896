"""Debts as the law sees them, and the charges claimed on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from core.errors import NoRateInForce
from core.locks import for_update
from core.money import ZERO
from invoicing.collection.claims import Debt
from invoicing.collection.enums import ChargeKind, PlanState
from invoicing.collection.errors import ChargeNotFound
from invoicing.collection.law import consumer_rule
from invoicing.collection.models import (
    Charge,
    PlanInvoice,
    PostedLetter,
    WriteDown,
)
from invoicing.enums import ClientKind, DocumentKind, MessageState
from invoicing.models import Invoice, IssuedDocument, Payment, Reminder
from ledger.models import LegalEntity

UNREACHED = (MessageState.FAILED, MessageState.DROPPED)
"""A letter in one of these states told the client nothing."""


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
    for invoice in invoices:
        if invoice.early_taken:  # kept by the client for paying early: owed no more from that day
            movements[invoice.pk].append((invoice.early_until or on, -invoice.early_taken))
    until: dict[UUID, date] = {}
    indemnified: set[UUID] = set()
    for charge in Charge.objects.filter(invoice__in=ids):
        if charge.kind == ChargeKind.INDEMNITY:
            indemnified.add(charge.invoice_id)
        elif charge.kind == ChargeKind.INTEREST and charge.until is not None:
            until[charge.invoice_id] = max(charge.until, until.get(charge.invoice_id, charge.until))
    free, lost = _free_days([i for i in invoices if i.client.kind == ClientKind.CONSUMER], on)
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
            letters_lost=invoice.pk in lost,
        )
        for invoice in invoices
    }


def _free_days(invoices: Sequence[Invoice], on: date) -> tuple[dict[UUID, date], set[UUID]]:
    """Per consumer's invoice the last free day of its first reminder that reached the client; and those of
    which every letter was lost. Without a rule for consumers the letter's own day is the last free one.
    """
    country = {invoice.pk: invoice.entity.country for invoice in invoices}
    if not country:
        return {}, set()
    all_rows = Reminder.objects.filter(invoice__in=country).select_related("message").order_by("step")
    rows = [row for row in all_rows if row.message.state not in UNREACHED]
    lost = {row.invoice_id for row in all_rows} - {row.invoice_id for row in rows}
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
        last = sent_on
        with suppress(NoRateInForce):
            last = consumer_rule(country[row.invoice_id], on).free_until(sent_on, by_post=by_post)
        found[row.invoice_id] = min(last, found.get(row.invoice_id, last))
    return found, lost


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


def receivables_beside(entity: LegalEntity) -> Decimal:
    """Euro on 400 beside what invoices leave open: charges claimed, less what stands on 407 or as lost."""
    charges: dict[str, Any] = Charge.objects.filter(invoice__entity=entity).aggregate(
        total=Sum(OPEN_CHARGE, default=ZERO)
    )
    gone: dict[str, Any] = WriteDown.objects.filter(invoice__entity=entity).aggregate(
        total=Sum("standing", default=ZERO)
    )
    result: Decimal = charges["total"] - gone["total"]
    return result
