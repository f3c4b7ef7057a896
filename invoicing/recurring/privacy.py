"""Recurring invoices of a person's Activities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.models import ActivityHolder
from core.privacy.registry import PersonalData
from invoicing.recurring.models import RecurringInvoice
from members.models import Person


def _templates(person: Person) -> Iterator[dict[str, Any]]:
    held = ActivityHolder.objects.filter(person=person, role="holder").values("activity_id")
    for row in RecurringInvoice.objects.filter(activity__in=held).order_by("pk"):
        yield {"title": row.title, "first_on": row.first_on, "rhythm": row.rhythm, "state": row.state}


PARTS = (PersonalData("recurring_invoices", _("Recurring invoices of your Activities"), _templates),)
