"""Payment plans: instalments that any payment fills in order; one missed breaks the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO
from core.outbox import publish
from core.rates import policy
from core.types import Actor
from core.uuid7 import uuid7
from invoicing.collection import selectors
from invoicing.collection.enums import PlanState
from invoicing.collection.errors import InvoiceHeld, PlanNotActive, PlanWrong, ReasonMissing
from invoicing.collection.models import Instalment, Pause, Plan, PlanInvoice
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice
from invoicing.receivables import Receipt
from invoicing.services.credits import SET_OFF
from invoicing.services.receipts import settle_invoices


@transaction.atomic
def agree_plan(
    *,
    client_id: UUID,
    invoice_ids: Iterable[UUID],
    instalments: Sequence[tuple[date, Decimal]],
    interest_free: bool,
    on: date,
    actor: Actor,
    note: str = "",
) -> Plan:
    """A client pays open invoices, with the charges claimed on them, by instalments: reminders stop.

    `instalments`: (day, euro), which follow each other and add up to what is owed. Locks client, invoices.
    Raises `InvoiceNotOpen`, `InvoiceHeld` (disputed, in a plan, with an agent, lost), `PlanWrong`. A repeat
    raises `InvoiceHeld`.
    """
    [client] = selectors.clients_for_update([client_id])
    invoices = selectors.invoices_for_update(invoice_ids)
    if not invoices or any(row.state not in OPEN_STATES or row.client_id != client_id for row in invoices):
        raise InvoiceNotOpen
    for invoice in invoices:
        why = selectors.why_held(invoice, on, pause=False)
        if why:
            raise InvoiceHeld(number=invoice.number, why=why)
    charges = selectors.open_charges(invoice.pk for invoice in invoices)
    owed = {row.pk: row.open_amount + charges.get(row.pk, ZERO) for row in invoices}
    due = sum(owed.values(), ZERO)
    _check(instalments, due, on)
    plan = Plan.objects.create(
        client=client, agreed_on=on, total=due, interest_free=interest_free, note=note.strip()[:300]
    )
    PlanInvoice.objects.bulk_create(
        [PlanInvoice(plan=plan, invoice=invoice, owed=owed[invoice.pk]) for invoice in invoices]
    )
    Instalment.objects.bulk_create(
        [
            Instalment(plan=plan, position=place, due_on=day, amount=amount)
            for place, (day, amount) in enumerate(instalments, 1)
        ]
    )
    Pause.objects.filter(invoice__in=list(owed), ended_on=None).update(ended_on=on)
    audit.record(actor, "plan.agreed", plan, total=str(due), instalments=len(instalments))
    publish("collection.plan_agreed", plan, client=str(client_id))
    return plan


def _check(instalments: Sequence[tuple[date, Decimal]], due: Decimal, on: date) -> None:
    days = [day for day, _ in instalments]
    total = sum((amount for _, amount in instalments), ZERO)
    in_order = all(before < after for before, after in zip(days, days[1:], strict=False))
    whole = all(amount > 0 and amount == round(amount, 2) for _, amount in instalments)
    if not days or days[0] < on or not in_order or not whole or total != due:
        raise PlanWrong(due=due, sum=total)


@transaction.atomic
def cancel_plan(*, plan_id: UUID, reason: str, on: date, actor: Actor) -> Plan:
    """End a plan by hand: reminders go on at the step where they stood.

    Locks invoices, plan. Raises `PlanNotFound`, `ReasonMissing`, `PlanNotActive` (also a repeat).
    """
    if not reason.strip():
        raise ReasonMissing
    plan = selectors.plan_for_update(plan_id)
    if plan.state != PlanState.ACTIVE:
        raise PlanNotActive
    _end(plan, PlanState.CANCELLED, on, actor, reason=reason.strip()[:300])
    return plan


@transaction.atomic
def follow_plan(*, plan_id: UUID, on: date, actor: Actor) -> Plan:
    """Look at a plan: kept when nothing is owed any more, broken when an instalment was not paid in time (the
    policy `plan_grace_days` lets money arrive). What came in too much on one of its invoices pays the others:
    clients go on paying under the communication they know. Locks invoices, plan; a repeat changes nothing.
    """
    plan = selectors.plan_for_update(plan_id)
    if plan.state == PlanState.ACTIVE:
        _spread(plan, on, actor)
        progress = selectors.progress_of([plan])[plan.pk]
        grace = timedelta(days=int(policy("plan_grace_days", on=on).rate))
        if progress.left <= 0:
            _end(plan, PlanState.KEPT, on, actor)
        elif any(part.left > 0 and part.due_on + grace < on for part in progress.parts):
            _end(plan, PlanState.BROKEN, on, actor)
    return plan


def _spread(plan: Plan, on: date, actor: Actor) -> None:
    """Set what is too much on (locked) invoices of a plan off against what the others and their charges
    still want.
    """
    rows = Invoice.objects.filter(pk__in=plan.invoices.values("invoice_id")).order_by("due_on", "pk")
    invoices = list(rows)
    charges = selectors.open_charges(invoice.pk for invoice in invoices)
    wanted = {row.pk: max(row.open_amount, ZERO) + charges.get(row.pk, ZERO) for row in invoices}
    for source in (row for row in invoices if row.open_amount < 0):
        credit = -source.open_amount
        for target in invoices:
            part = min(credit, wanted[target.pk])
            if part <= 0 or target.pk == source.pk or target.entity_id != source.entity_id:
                continue
            key = uuid7()
            settle_invoices(
                receipts=[
                    Receipt(source.pk, -part, on, SET_OFF, key, text=f"→ {target.number}"),
                    Receipt(target.pk, part, on, SET_OFF, key, text=f"← {source.number}"),
                ],
                actor=actor,
            )
            credit -= part
            wanted[target.pk] -= part


def follow_plans(*, on: date, actor: Actor) -> int:
    """Look at every running plan that may end on a day; says how many did. Safe at any frequency."""
    ended = 0
    for plan_id in selectors.plans_to_follow(on):
        ended += follow_plan(plan_id=plan_id, on=on, actor=actor).state != PlanState.ACTIVE
    return ended


def _end(plan: Plan, state: PlanState, on: date, actor: Actor, **why: str) -> None:
    plan.state, plan.ended_on = state, on
    plan.save(update_fields=["state", "ended_on"])
    PlanInvoice.objects.filter(plan=plan).update(active=False)
    audit.record(actor, f"plan.{state}", plan, **why)
    publish(f"collection.plan_{state}", plan, client=str(plan.client_id))
