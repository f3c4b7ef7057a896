"""What the notices know of a person, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.privacy.house import YEAR, start_of
from core.privacy.registry import PersonalData, RetentionRule
from members.models import Person
from members.notices.models import Notice


def _notices(person: Person) -> Iterator[dict[str, Any]]:
    for row in Notice.objects.filter(person=person).order_by("pk"):
        yield {
            "written_at": row.written_at, "to": row.recipient, "subject": row.subject, "sent_at": row.sent_at,
        }  # fmt: skip


def _old(before: date) -> QuerySet[Notice]:
    return Notice.objects.filter(written_at__lt=start_of(before))


PARTS = (PersonalData("notices", _("Mail about your account and your rights"), _notices),)
RULES = (RetentionRule("notices", _("Mail to people"), "Smart", YEAR, _old, Notice.objects.all, False),)
