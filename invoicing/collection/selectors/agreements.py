"""Plans, and files given away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from core.money import ZERO
from invoicing.collection.enums import PlanState
from invoicing.collection.models import (
    Charge,
    HandOver,
    HandOverInvoice,
    Instalment,
    Plan,
    PlanInvoice,
    WriteDown,
)
from invoicing.collection.selectors.debts import OPEN_CHARGE, open_charges
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.models import ClientMessage, Invoice, Reminder


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment with what of it is paid and left, in euro."""

    position: int
    due_on: date
    amount: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """Euro still to come."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a plan stands: what is left of it in euro, and its instalments filled in order."""

    left: Decimal
    parts: tuple[Part, ...]

    @property
    def next_part(self) -> Part | None:
        """The first instalment that is not paid."""
        return next((part for part in self.parts if part.left > 0), None)


def progress_of(plans: Iterable[Plan]) -> dict[UUID, Progress]:
    """Where plans stand: whatever lowered what is owed on their invoices fills the instalments in order. In
    three queries. What was claimed after a plan began is not its affair.
    """
    rows = {plan.pk: plan for plan in plans}
    owed: dict[UUID, Decimal] = dict.fromkeys(rows, ZERO)
    for plan_id, left in PlanInvoice.objects.filter(plan__in=list(rows)).values_list(
        "plan_id", F("invoice__total") - F("invoice__credited") - F("invoice__paid")
    ):
        owed[plan_id] += max(left, ZERO)
    charges = (
        Charge.objects.filter(
            invoice__in=PlanInvoice.objects.filter(plan__in=list(rows)).values("invoice_id")
        )
        .annotate(left=OPEN_CHARGE)
        .filter(left__gt=0)
    )
    plan_of: dict[UUID, list[UUID]] = {}
    for plan_id, invoice_id in PlanInvoice.objects.filter(plan__in=list(rows)).values_list(
        "plan_id", "invoice_id"
    ):
        plan_of.setdefault(invoice_id, []).append(plan_id)
    for charge in charges:
        for plan_id in plan_of[charge.invoice_id]:
            if charge.claimed_on <= rows[plan_id].agreed_on:
                owed[plan_id] += charge.open_amount
    parts: dict[UUID, list[Part]] = {key: [] for key in rows}
    paid = {key: max(plan.total - owed[key], ZERO) for key, plan in rows.items()}
    for row in Instalment.objects.filter(plan__in=list(rows)).order_by("position"):
        filled = min(row.amount, paid[row.plan_id])
        paid[row.plan_id] -= filled
        parts[row.plan_id].append(Part(row.position, row.due_on, row.amount, filled))
    return {key: Progress(owed[key], tuple(parts[key])) for key in rows}


def plans_to_follow(on: date) -> list[UUID]:
    """Running plans with an instalment whose day has passed, or of which nothing may be owed any more."""
    of_it = OuterRef("pk")
    passed = Exists(Instalment.objects.filter(plan=of_it, due_on__lt=on))
    open_one = Exists(PlanInvoice.objects.filter(plan=of_it, invoice__state__in=OPEN_STATES))
    rows = Plan.objects.filter(passed | ~open_one, state=PlanState.ACTIVE).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def active_plan_of(invoice_id: UUID) -> Plan | None:
    """The running plan that covers an invoice."""
    return Plan.objects.filter(invoices__invoice=invoice_id, invoices__active=True).first()


def open_file_of(invoice_id: UUID) -> HandOver | None:
    """The file in which an invoice is with an agent."""
    return HandOver.objects.filter(invoices__invoice=invoice_id, invoices__active=True).first()


def owed_of_file(file: HandOver) -> Decimal:
    """What is still owed of a file, in euro: invoices and their charges."""
    rows = list(
        HandOverInvoice.objects.filter(hand_over=file).values_list(
            "invoice_id", F("invoice__total") - F("invoice__credited") - F("invoice__paid")
        )
    )
    charges = open_charges(invoice_id for invoice_id, _ in rows)
    return sum((max(left, ZERO) for _, left in rows), ZERO) + sum(charges.values(), ZERO)


def charges_to_give_back(count: int, on: date) -> list[UUID]:
    """Paid charges after which the client paid at least so many invoices on time and none late.

    Counted are invoices issued after the charge was paid and paid since; one that is late on the day counts
    as late.
    """
    later = Invoice.objects.filter(
        client=OuterRef("client"), issued_on__gt=OuterRef("paid_on"), state=InvoiceState.PAID
    )
    late_now = Invoice.objects.filter(client=OuterRef("client"), state__in=OPEN_STATES, due_on__lt=on)
    on_time = later.filter(paid_on__lte=F("due_on")).order_by().values("client")
    rows = (
        Charge.objects.filter(paid__gt=0, given_back=0, paid_on__isnull=False)
        .annotate(on_time=Subquery(on_time.annotate(n=Count("pk")).values("n")))
        .filter(~Exists(later.filter(paid_on__gt=F("due_on"))), ~Exists(late_now), on_time__gte=count)
        .order_by("pk")
    )
    return list(rows.values_list("pk", flat=True))


def letters_about(invoice: Invoice) -> QuerySet[ClientMessage]:
    """Reminders that named an invoice, in order."""
    reminders = Reminder.objects.filter(invoice=invoice)
    return ClientMessage.objects.filter(pk__in=reminders.values("message")).order_by("pk")


def plans_with(invoice: Invoice) -> list[tuple[Plan, PlanInvoice]]:
    """Every plan that an invoice was in, in order."""
    rows = PlanInvoice.objects.filter(invoice=invoice).select_related("plan").order_by("pk")
    return [(row.plan, row) for row in rows]


def files_with(invoice: Invoice) -> QuerySet[HandOver]:
    """Every file that an invoice was in, in order."""
    members = HandOverInvoice.objects.filter(invoice=invoice)
    return HandOver.objects.filter(pk__in=members.values("hand_over")).order_by("pk")


def write_downs_of(invoice: Invoice) -> QuerySet[WriteDown]:
    """What the books thought of an invoice, in order."""
    return WriteDown.objects.filter(invoice=invoice).order_by("pk")
