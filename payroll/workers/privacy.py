"""What worker files know of a person, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.documents import finished_file
from core.models import StoredFile
from core.privacy.house import YEAR
from core.privacy.registry import PersonalData, RetentionRule
from members.models import Person
from payroll.privacy import SOCIAL
from payroll.workers.models import Attestation, ElsewhereHours, HolidayCertificate, WorkAccident
from payroll.workers.services.certificates import KIND

ACCIDENTS = "Loi du 10 avril 1971 sur les accidents du travail, art. 69"


def _attestations(person: Person) -> Iterator[dict[str, Any]]:
    for row in Attestation.objects.filter(person=person).order_by("pk"):
        yield {"kind": row.kind, "level": row.level, "number": row.number, "valid_from": row.valid_from,
               "valid_to": row.valid_to, "state": row.state, "answer": row.answer}  # fmt: skip


def _attestation_files(person: Person) -> Iterator[StoredFile]:
    for row in Attestation.objects.filter(person=person, file__isnull=False).select_related("file"):
        assert row.file is not None
        yield row.file


def _accidents(person: Person) -> Iterator[dict[str, Any]]:
    for row in WorkAccident.objects.filter(person=person).order_by("pk"):
        yield {"day": row.happened_on, "kind": row.kind, "place": row.place, "text": row.text,
               "days_lost": row.days_lost, "declared_on": row.declared_on}  # fmt: skip


def _accident_files(person: Person) -> Iterator[StoredFile]:
    for row in WorkAccident.objects.filter(person=person, file__isnull=False).select_related("file"):
        assert row.file is not None
        yield row.file


def _hours(person: Person) -> Iterator[dict[str, Any]]:
    for row in ElsewhereHours.objects.filter(person=person).order_by("pk"):
        yield {"year": row.year, "hours": row.hours, "noted_on": row.noted_on}


def _certificates(person: Person) -> Iterator[dict[str, Any]]:
    for row in HolidayCertificate.objects.filter(person=person).order_by("pk"):
        yield {"year": row.year, "issued_on": row.issued_on, **row.content}


def _certificate_files(person: Person) -> Iterator[StoredFile]:
    for key in HolidayCertificate.objects.filter(person=person).order_by("pk").values_list("pk", flat=True):
        file = finished_file(KIND, key)
        if file is not None:
            yield file


PARTS = (
    PersonalData("attestations", _("Your attestations"), _attestations, _attestation_files),
    PersonalData("accidents", _("Your accidents at work"), _accidents, _accident_files),
    PersonalData("student_hours", _("Your student hours elsewhere"), _hours),
    PersonalData("holiday_certificates", _("Your holiday certificates"), _certificates, _certificate_files),
)


def _old_attestations(before: date) -> QuerySet[Attestation]:
    return Attestation.objects.filter(valid_to__lt=before)


def _old_accidents(before: date) -> QuerySet[WorkAccident]:
    return WorkAccident.objects.filter(closed_on__lt=before)


def _old_certificates(before: date) -> QuerySet[HolidayCertificate]:
    return HolidayCertificate.objects.filter(issued_on__lt=before)


RULES = (
    RetentionRule(
        "attestations", _("Attestations"), SOCIAL, 5 * YEAR, _old_attestations, Attestation.objects.all, True
    ),
    RetentionRule(
        "accidents", _("Accidents at work"), ACCIDENTS, 10 * YEAR, _old_accidents, WorkAccident.objects.all,
        False,
    ),
    RetentionRule(
        "holiday_certificates", _("Holiday certificates"), SOCIAL, 5 * YEAR, _old_certificates,
        HolidayCertificate.objects.all, False,
    ),
)  # fmt: skip
