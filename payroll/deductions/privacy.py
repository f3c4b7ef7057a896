"""What deductions know of a person, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from core.privacy.house import YEAR
from core.privacy.registry import PersonalData, RetentionRule
from members.models import Person
from payroll.deductions.models import Advance, Seizure
from payroll.privacy import SOCIAL


def _seizures(person: Person) -> Iterator[dict[str, Any]]:
    for row in Seizure.objects.filter(person=person).order_by("pk"):
        yield {"kind": row.kind, "creditor": row.creditor_name, "reference": row.reference,
               "total": row.total, "per_month": row.per_month, "notified_on": row.notified_on,
               "state": row.state, "children": row.children, "answer": row.answer}  # fmt: skip


def _papers(person: Person) -> Iterator[StoredFile]:
    for row in Seizure.objects.filter(person=person, file__isnull=False).select_related("file"):
        assert row.file is not None
        yield row.file


def _advances(person: Person) -> Iterator[dict[str, Any]]:
    for row in Advance.objects.filter(person=person).order_by("pk"):
        yield {"amount": row.amount, "asked_on": row.asked_on, "reason": row.reason, "state": row.state,
               "answer": row.answer, "written_off": row.written_off}  # fmt: skip


PARTS = (
    PersonalData("seizures", _("Seizures of your pay"), _seizures, _papers),
    PersonalData("advances", _("Your advances on wages"), _advances),
)


def _old_seizures(before: date) -> QuerySet[Seizure]:
    return Seizure.objects.filter(ended_on__lt=before)


def _old_advances(before: date) -> QuerySet[Advance]:
    return Advance.objects.filter(asked_on__lt=before).exclude(state__in=("asked", "agreed"))


RULES = (
    RetentionRule(
        "seizures", _("Seizures of pay"), SOCIAL, 5 * YEAR, _old_seizures, Seizure.objects.all, False
    ),
    RetentionRule(
        "wage_advances", _("Advances on wages"), SOCIAL, 5 * YEAR, _old_advances, Advance.objects.all, False
    ),
)
