"""Invoices of a person's Activities, and why they stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityHolder
from activities.privacy import ACCOUNTING
from core.privacy.house import YEAR
from core.privacy.registry import Duty, PersonalData, RetentionRule, years_after
from invoicing.models import Invoice, IssuedDocument
from members.models import Person


def _held(person: Person) -> Any:
    return ActivityHolder.objects.filter(person=person, role="holder").values("activity_id")


def _invoices(person: Person) -> Iterator[dict[str, Any]]:
    for row in Invoice.objects.filter(activity__in=_held(person)).order_by("pk"):
        yield {"number": row.number, "issued_on": row.issued_on, "net": row.net, "total": row.total,
               "state": row.state}  # fmt: skip


PARTS = (PersonalData("invoices", _("Invoices of your Activities"), _invoices),)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """Invoices, ten years from the end of their year."""
    del on
    last = Invoice.objects.filter(activity__in=_held(person), issued_on__isnull=False).order_by("-issued_on")
    if row := last.first():
        assert row.issued_on is not None
        yield Duty(_("Invoices belong to the books."), ACCOUNTING, years_after(row.issued_on, 10))


def _old(before: date) -> QuerySet[IssuedDocument]:
    return IssuedDocument.objects.filter(issued_on__lt=before)


RULES = (
    RetentionRule(
        "invoices",
        _("Invoices and credit notes"),
        ACCOUNTING,
        10 * YEAR,
        _old,
        IssuedDocument.objects.all,
        False,
    ),
)
