"""What a person may read of their salary, their absences and what was paid beside it; how long it is kept."""

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
from payroll.cdi.models import Absence, Allowance, OpenEndedTerms
from payroll.privacy import SOCIAL


def _terms(person: Person) -> Iterator[dict[str, Any]]:
    for row in OpenEndedTerms.objects.filter(contract__person=person).order_by("valid_from", "pk"):
        yield {"valid_from": row.valid_from, "weekly_hours": row.weekly_hours, "gross": row.gross,
               "category": row.category, "holiday_days": row.holiday_days}  # fmt: skip


def _absences(person: Person) -> Iterator[dict[str, Any]]:
    for row in Absence.objects.filter(contract__person=person).order_by("first_day", "pk"):
        yield {"kind": row.kind, "first_day": row.first_day, "last_day": row.last_day, "half": row.half,
               "note": row.note, "state": row.state, "answer": row.answer}  # fmt: skip


def _certificates(person: Person) -> Iterator[StoredFile]:
    for row in Absence.objects.filter(contract__person=person, file__isnull=False).select_related("file"):
        if row.file is not None:
            yield row.file


def _allowances(person: Person) -> Iterator[dict[str, Any]]:
    for row in Allowance.objects.filter(person=person).order_by("paid_on", "pk"):
        yield {"kind": row.kind, "year": row.year, "paid_on": row.paid_on, "gross": row.gross, "net": row.net}


PARTS = (
    PersonalData("salaries", _("Your salaries"), _terms),
    PersonalData("absences", _("Your absences"), _absences, _certificates),
    PersonalData("allowances", _("What was paid to you beside the salary"), _allowances),
)


def _old_absences(before: date) -> QuerySet[Absence]:
    return Absence.objects.filter(last_day__lt=before)


RULES = (
    RetentionRule(
        "absences", _("Absences with their certificates"), SOCIAL, 5 * YEAR, _old_absences,
        Absence.objects.all, False,
    ),
)  # fmt: skip
