"""Reasons why members of a portfolio need their adviser: requests, expenses, budgets near zero."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from activities.enums import ActivityState, ExpenseState, HolderRole
from activities.models import ActivityHolder, Expense
from core.kit.formats import money
from core.links import link
from core.money import ZERO
from core.registry import Reason

NEAR_ZERO = Decimal("100.00")
"""A budget with less than this available, euro, and something set aside, is watched."""


def requests_to_answer(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Activities that wait for an adviser's agreement."""
    rows = ActivityHolder.objects.filter(
        person_id__in=people, role=HolderRole.HOLDER, activity__state=ActivityState.REQUESTED
    ).select_related("activity")
    for row in rows.order_by("pk"):
        yield Reason(
            row.person_id,
            "activity_request",
            _("Asks to open “%(name)s”") % {"name": row.activity.name},
            90,
            link("activities:activity", pk=row.activity_id),
            waits=True,
            group=_("Activities to open"),
        )


def expenses_to_answer(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Expenses that wait for an adviser."""
    rows = Expense.objects.filter(person_id__in=people, state=ExpenseState.SUBMITTED).order_by("pk")
    for expense in rows:
        yield Reason(
            expense.person_id,
            "expense",
            _("Expense of %(amount)s waits: %(text)s")
            % {"amount": money(expense.amount), "text": expense.text},
            85,
            link("activities:expense", pk=expense.pk),
            waits=True,
            group=_("Expenses to approve"),
        )


def budgets_near_zero(people: Collection[UUID], on: date) -> Iterator[Reason]:
    """Budgets with commitments and almost nothing left, or that owe the pot."""
    rows = ActivityHolder.objects.filter(
        person_id__in=people,
        role=HolderRole.HOLDER,
        activity__state=ActivityState.OPEN,
        activity__budget__balance__lt=F("activity__budget__reserved") + NEAR_ZERO,
    ).select_related("activity__budget")
    for row in rows.order_by("pk"):
        budget = row.activity.budget
        if budget.reserved > ZERO or budget.shortfall > ZERO:
            yield Reason(
                row.person_id,
                "budget_low",
                _("Budget of “%(name)s”: %(available)s left")
                % {"name": row.activity.name, "available": money(budget.available)},
                50,
                link("activities:activity", pk=row.activity_id),
                group=_("Budgets near zero"),
            )
