"""What the activities app knows of a person, and why it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.models import ActivityHolder, Expense
from core.models import StoredFile
from core.privacy.registry import Duty, PersonalData, years_after
from members.models import Person

ACCOUNTING = "Code de droit économique, art. III.88"


def _activities(person: Person) -> Iterator[dict[str, Any]]:
    for row in ActivityHolder.objects.filter(person=person).select_related("activity"):
        yield {"name": row.activity.name, "role": row.role, "state": row.activity.state,
               "opened_on": row.activity.opened_on}  # fmt: skip


def _expenses(person: Person) -> Iterator[dict[str, Any]]:
    for row in Expense.objects.filter(person=person).order_by("pk"):
        yield {"incurred_on": row.incurred_on, "category": row.category, "text": row.text, "amount":
        row.amount,
               "state": row.state}  # fmt: skip


def _receipts(person: Person) -> Iterator[StoredFile]:
    for row in Expense.objects.filter(person=person, receipt__isnull=False).select_related("receipt"):
        yield row.receipt


PARTS = (
    PersonalData("activities", _("Your Activities"), _activities),
    PersonalData("expenses", _("Your expenses"), _expenses, _receipts),
)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """An Activity that is open, and expenses as long as the books are kept."""
    del on
    held = ActivityHolder.objects.filter(person=person, role="holder")
    if held.exclude(activity__state__in=("closed", "refused")).exists():
        yield Duty(_("An Activity is open: close it first."), "Smart", None)
    last = Expense.objects.filter(person=person).order_by("-incurred_on").first()
    if last is not None:
        yield Duty(_("Receipts belong to the books."), ACCOUNTING, years_after(last.incurred_on, 10))
