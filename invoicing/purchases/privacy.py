"""Purchases of a person's Activities, and why they stay."""

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
from invoicing.purchases.models import Purchase, SupplierDocument
from members.models import Person


def _rows(person: Person) -> QuerySet[Purchase]:
    held = ActivityHolder.objects.filter(person=person, role="holder").values("activity_id")
    return Purchase.objects.filter(activity__in=held).select_related("supplier").order_by("pk")


def _purchases(person: Person) -> Iterator[dict[str, Any]]:
    for row in _rows(person):
        yield {"supplier": row.supplier.name, "number": row.number, "issued_on": row.issued_on,
               "total": row.total, "state": row.state}  # fmt: skip


PARTS = (PersonalData("purchases", _("Purchases of your Activities"), _purchases),)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """Purchases, ten years from the end of their year."""
    del on
    if last := _rows(person).order_by("-issued_on").first():
        yield Duty(_("Purchases belong to the books."), ACCOUNTING, years_after(last.issued_on, 10))


def _old(before: date) -> QuerySet[SupplierDocument]:
    return SupplierDocument.objects.filter(issued_on__lt=before)


RULES = (
    RetentionRule(
        "purchases",
        _("Documents of suppliers"),
        ACCOUNTING,
        10 * YEAR,
        _old,
        SupplierDocument.objects.all,
        False,
    ),
)
