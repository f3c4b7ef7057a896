"""What members are told by mail of their late clients: a plan, an agent, a loss."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activities.enums import HolderRole
from activities.models import ActivityHolder
from core.kit.formats import money
from core.money import ZERO
from core.registry import Message
from invoicing.collection.models import HandOver, Plan
from invoicing.models import Invoice
from members.models import Person
from members.notices.services import notify

KINDS = {
    "collection_plan": (
        _("A payment plan was agreed for your invoices"),
        (
            _("%(client)s pays by instalments what it owes on your invoices: %(amount)s."),
            _("Reminders stop while the plan runs; each invoice says when the next instalment is due."),
        ),
    ),
    "collection_agent": (
        _("A collector now follows your late invoices"),
        (
            _("%(house)s gave invoices of %(client)s to %(agent)s."),
            _("If the client writes to you about them, send it on to your adviser."),
        ),
    ),
    "collection_lost": (
        _("An invoice of yours is given up"),
        (
            _("Invoice %(number)s of %(client)s will not be paid: the guarantee fund bears it."),
            _("Your budget does not move: what you earned stays yours."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def _holders(activities: Iterable[UUID]) -> dict[UUID, list[Person]]:
    found: dict[UUID, list[Person]] = {}
    rows = ActivityHolder.objects.filter(activity__in=set(activities), role=HolderRole.HOLDER)
    for row in rows.select_related("person__user").order_by("pk"):
        found.setdefault(row.activity_id, []).append(row.person)
    return found


def _tell(kind: str, cause: UUID, owed: Iterable[tuple[UUID, Decimal]], **values: str) -> None:
    """Write to each person once, with the part that stands on invoices of their own Activities."""
    amounts: dict[UUID, Decimal] = {}
    for activity_id, amount in owed:
        amounts[activity_id] = amounts.get(activity_id, ZERO) + amount
    mine: dict[UUID, Decimal] = {}
    people: dict[UUID, Person] = {}
    for activity_id, holders in _holders(amounts).items():
        for person in holders:
            people[person.pk] = person
            mine[person.pk] = mine.get(person.pk, ZERO) + amounts[activity_id]
    for key, person in people.items():
        notify(person=person, kind=kind, cause=cause, amount=money(mine[key]), **values)


def plan_agreed(message: Message) -> None:
    """Each holder hears of their own part only."""
    plan = Plan.objects.filter(pk=message.subject_id).select_related("client").first()
    if plan is not None:
        owed = plan.invoices.values_list("invoice__activity_id", "owed")
        _tell("collection_plan", plan.pk, owed, client=plan.client.name)


def handed_over(message: Message) -> None:
    """Holders hear who collects."""
    file = HandOver.objects.filter(pk=message.subject_id).select_related("client").first()
    if file is not None:
        owed = file.invoices.values_list("invoice__activity_id", "owed")
        _tell("collection_agent", file.pk, owed, client=file.client.name, agent=file.agent)


def given_up(message: Message) -> None:
    """Holders hear that nobody waits any more, and that it costs them nothing."""
    invoice = Invoice.objects.filter(pk=message.subject_id).select_related("client").first()
    if invoice is not None:
        owed = [(invoice.activity_id, invoice.total)]
        values = {"client": invoice.client.name, "number": invoice.number}
        _tell("collection_lost", message.id, owed, **values)


LISTENERS = (
    ("collection.plan_agreed", plan_agreed),
    ("collection.handed_over", handed_over),
    ("collection.lost", given_up),
)
"""Topic and who writes."""
