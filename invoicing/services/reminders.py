"""Reminders: a ladder per kind of client, climbed one step at a time, whatever the schedule does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import audit
from core.rates import find_policy
from core.tenancy import current_tenant_id
from core.types import Actor
from invoicing.enums import OPEN_STATES, ClientKind, MessageKind
from invoicing.late_charges import NONE, LateCharges, business_charges, consumer_charges
from invoicing.models import Client, Invoice, Reminder
from invoicing.services.messages import payment_sentence, write_message, written_amount, written_day
from invoicing.wording import wording


@dataclass(frozen=True, slots=True)
class _Due:
    """An invoice with the step that it has reached."""

    invoice: Invoice
    step: int
    days_late: int
    charges: LateCharges


@transaction.atomic
def run_reminders(*, on: date, actor: Actor) -> list[Reminder]:
    """Remind every client of what is late on a day, by the policy `reminder_ladder.<kind of client>` of that
    day.

    One letter per client with all its invoices that reached a step; each (invoice, step) once, ever; never
    while disputed, paid or credited. A step waits as long after the one before as the ladder says, however
    late the run comes, so that a pause of the schedule skips no step and hurries none. Running again the same
    day sends nothing. One run at a time per cooperative; locks the invoices. A cooperative without ladder for
    a kind reminds none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('invoicing.reminders'), %s)", [current_tenant_id()]
        )
    by_client: dict[UUID, list[_Due]] = {}
    for due in _due(on):
        by_client.setdefault(due.invoice.client_id, []).append(due)
    sent: list[Reminder] = []
    for dues in by_client.values():
        sent += _remind(dues[0].invoice.client, dues, on)
    for reminder in sent:
        audit.record(actor, "invoice.reminded", reminder.invoice, step=reminder.step)
    return sent


def _due(on: date) -> list[_Due]:
    ladders = {kind: _ladder(kind, on) for kind in ClientKind.values}
    rate = find_policy("late_interest.business", on=on)
    rows = (
        Invoice.objects.filter(state__in=OPEN_STATES, due_on__lt=on, disputed_on=None)
        .select_related("client", "entity")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    late = list(rows)
    taken: dict[UUID, Reminder] = {}
    for reminder in Reminder.objects.filter(invoice__in=[row.pk for row in late]).order_by("step"):
        taken[reminder.invoice_id] = reminder
    found = []
    for invoice in late:
        kind, days = invoice.client.kind, invoice.days_late(on)
        step = _step(ladders[kind], taken.get(invoice.pk), days, on)
        if step is None:
            continue
        charges = NONE
        if step["charges"] and kind == ClientKind.CONSUMER:
            charges = consumer_charges(invoice.open_amount)
        elif step["charges"] and rate is not None:
            charges = business_charges(invoice.open_amount, days, rate.rate)
        found.append(_Due(invoice, step["step"], days, charges))
    return found


def _ladder(kind: str, on: date) -> list[dict[str, Any]]:
    value = find_policy(f"reminder_ladder.{kind}", on=on)
    return sorted(value.value, key=lambda row: row["step"]) if value else []


def _step(
    ladder: Sequence[dict[str, Any]], last: Reminder | None, days_late: int, on: date
) -> dict[str, Any] | None:
    """The next step of the ladder, if its time has come."""
    before, last_step = 0, last.step if last else 0
    for row in ladder:
        if row["step"] <= last_step:
            before = row["days_late"]
            continue
        waited = last is None or (on - last.sent_on).days >= row["days_late"] - before
        return row if days_late >= row["days_late"] and waited else None
    return None


def _remind(client: Client, dues: list[_Due], on: date) -> list[Reminder]:
    words, language = wording(client.language), client.language
    parts = [words["reminder_open"], ""]
    for due in dues:
        invoice = due.invoice
        parts.append(
            words["reminder_line"]
            % {
                "number": invoice.number,
                "issued_on": written_day(invoice.issued_on or on, language),
                "due_on": written_day(invoice.due_on or on, language),
                "days": due.days_late,
                "open": written_amount(invoice.open_amount, language),
                "payment": payment_sentence(invoice),
            }
        )
        if due.charges.flat or due.charges.interest:
            parts.append(
                "  "
                + words["reminder_charges"]
                % {
                    "flat": written_amount(due.charges.flat, language),
                    "interest": written_amount(due.charges.interest, language),
                    "law": due.charges.law,
                }
            )
    if client.kind == ClientKind.CONSUMER and all(due.step == 1 for due in dues):
        parts += ["", words["reminder_first"]]
    sellers = " · ".join(dict.fromkeys(due.invoice.entity.name for due in dues))
    parts += ["", words["reminder_close"] % {"seller": sellers}]
    message = write_message(
        client=client,
        kind=MessageKind.REMINDER,
        subject=words["reminder_subject"] % {"count": len(dues)},
        body="\n".join(parts),
        on=on,
    )
    return Reminder.objects.bulk_create(
        [
            Reminder(
                invoice=due.invoice,
                step=due.step,
                sent_on=on,
                open_amount=due.invoice.open_amount,
                days_late=due.days_late,
                interest=due.charges.interest,
                flat=due.charges.flat,
                law=due.charges.law,
                message=message,
            )
            for due in dues
        ]
    )
