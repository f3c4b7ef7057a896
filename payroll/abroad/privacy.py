"""What work abroad knows of a person, and how long it stays."""

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
from payroll.abroad.models import AbroadMission, MissionStep
from payroll.abroad.selectors import missions
from payroll.privacy import SOCIAL


def _missions(person: Person) -> Iterator[dict[str, Any]]:
    for row in missions().filter(person=person).prefetch_related("requests").order_by("pk"):
        yield {
            "country": row.country,
            "days": [[part.first_day, part.last_day] for part in row.parts.all()],
            "place": row.place,
            "receiver": row.receiver_name,
            "activity": row.activity_kind,
            "transport": row.transport,
            "lodging": row.lodging,
            "other_states": row.other_states,
            "declared_at": row.declared_at,
            "steps": [
                {"kind": step.kind, "state": step.state, "number": step.number} for step in row.steps.all()
            ],
            "requests": [
                {"state": one.state, "asked_on": one.asked_on, "number": one.certificate_number}
                for one in row.requests.all()
            ],
        }


def _files(person: Person) -> Iterator[StoredFile]:
    rows = MissionStep.objects.filter(mission__person=person, file__isnull=False).select_related("file")
    for step in rows.order_by("pk"):
        assert step.file is not None
        yield step.file


PARTS = (PersonalData("abroad", _("Your work abroad"), _missions, _files),)


def _old(before: date) -> QuerySet[AbroadMission]:
    return AbroadMission.objects.filter(ends_on__lt=before)


RULES = (RetentionRule("abroad", _("Work abroad"), SOCIAL, 5 * YEAR, _old, AbroadMission.objects.all, False),)
