"""Hours that a person worked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.privacy import ACCOUNTING
from core.privacy.house import YEAR
from core.privacy.registry import PersonalData, RetentionRule
from invoicing.timesheets.models import SheetAnswer, TimeEntry
from members.models import Person


def _hours(person: Person) -> Iterator[dict[str, Any]]:
    for row in TimeEntry.objects.filter(person=person).order_by("day", "pk"):
        yield {"day": row.day, "hours": row.hours, "task": row.task, "text": row.text}


PARTS = (PersonalData("hours", _("Hours that you noted"), _hours),)


def _old_answers(before: date) -> QuerySet[SheetAnswer]:
    return SheetAnswer.objects.filter(answered_on__lt=before)


RULES = (
    RetentionRule(
        "time_sheet_answers",
        _("Answers of clients to time sheets, with network address and browser, as evidence of the approval"),
        ACCOUNTING,
        10 * YEAR,
        _old_answers,
        SheetAnswer.objects.all,
        False,
    ),
)
