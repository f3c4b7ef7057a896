"""What returns know of a person, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.documents import finished_file
from core.models import StoredFile
from core.privacy.house import YEAR
from core.privacy.registry import Duty, PersonalData, RetentionRule, years_after
from members.models import Person
from payroll.privacy import SOCIAL
from payroll.returns.models import PublicReturn, WorkerPaper
from payroll.returns.services.papers import KIND


def _papers(person: Person) -> Iterator[dict[str, Any]]:
    for row in WorkerPaper.objects.filter(person=person).select_related("entity").order_by("pk"):
        yield {
            "kind": row.kind,
            "entity": row.entity.name,
            "first": row.first,
            "last": row.last,
            "issued_on": row.issued_on,
        }


def _files(person: Person) -> Iterator[StoredFile]:
    for key in WorkerPaper.objects.filter(person=person).order_by("pk").values_list("pk", flat=True):
        file = finished_file(KIND, key)
        if file is not None:
            yield file


PARTS = (PersonalData("worker_papers", _("Your tax slips, accounts and ends of contracts"), _papers, _files),)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """Individual accounts are kept for five years from the end of their year."""
    del on
    last = WorkerPaper.objects.filter(person=person).order_by("-last").first()
    if last is not None:
        yield Duty(_("Social documents are kept for five years."), SOCIAL, years_after(last.last, 5))


def _old_papers(before: date) -> QuerySet[WorkerPaper]:
    return WorkerPaper.objects.filter(last__lt=before)


def _old_returns(before: date) -> QuerySet[PublicReturn]:
    return PublicReturn.objects.filter(last__lt=before)


RULES = (
    RetentionRule(
        "worker_papers",
        _("Tax slips, individual accounts, ends of contracts"),
        SOCIAL,
        5 * YEAR,
        _old_papers,
        WorkerPaper.objects.all,
        False,
    ),
    RetentionRule(
        "public_returns",
        _("Returns of pay to public bodies"),
        SOCIAL,
        5 * YEAR,
        _old_returns,
        PublicReturn.objects.all,
        False,
    ),
)
