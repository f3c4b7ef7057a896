"""Hours that a person worked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy.registry import PersonalData
from invoicing.timesheets.models import TimeEntry
from members.models import Person


def _hours(person: Person) -> Iterator[dict[str, Any]]:
    for row in TimeEntry.objects.filter(person=person).order_by("day", "pk"):
        yield {"day": row.day, "hours": row.hours, "task": row.task, "text": row.text}


PARTS = (PersonalData("hours", _("Hours that you noted"), _hours),)
