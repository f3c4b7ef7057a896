"""What the cooperative knows of somebody's days without work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy.registry import PersonalData
from members.models import Person
from payroll.unemployment.models import UnemploymentSpell


def _spells(person: Person) -> Iterator[dict[str, Any]]:
    rows = (
        UnemploymentSpell.objects.filter(person=person)
        .select_related("withdrawal")
        .prefetch_related("dates")
        .order_by("pk")
    )
    for row in rows:
        yield {
            "days": row.days_named,
            "reason": row.reason,
            "note": row.note,
            "net": row.net,
            "paid_on": row.paid_on,
        }


PARTS = (PersonalData("unemployment", _("Your days without work"), _spells),)
