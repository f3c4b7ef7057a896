"""What the members app knows of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.privacy.house import YEAR, start_of
from core.privacy.registry import PersonalData, RetentionRule
from members.models import AccessLog, AdviserNote, FamilySituation, NationalNumber, Person, RoleGrant

FIELDS = (
    "first_name", "last_name", "email", "phone", "language", "birth_date", "iban", "street", "postal_code",
    "city", "country", "joined_on",
)  # fmt: skip

FAMILY = (
    "valid_from", "status", "children", "single_parent", "disabled_children", "disabled", "spouse_disabled",
    "aged_dependants", "other_dependants", "spouse_income", "spouse_net",
)  # fmt: skip


def _who(person: Person) -> Iterator[dict[str, Any]]:
    number = NationalNumber.objects.filter(person=person).first()
    yield {name: getattr(person, name) for name in FIELDS} | {
        "national_number": number.masked if number else "",
        "adviser": str(person.adviser) if person.adviser else "",
    }


def _family(person: Person) -> Iterator[dict[str, Any]]:
    for row in FamilySituation.objects.filter(person=person).order_by("valid_from"):
        yield {name: getattr(row, name) for name in FAMILY}


def _roles(person: Person) -> Iterator[dict[str, Any]]:
    for row in RoleGrant.objects.filter(person=person).order_by("valid_from"):
        yield {"role": row.role, "valid_from": row.valid_from, "valid_to": row.valid_to}


def _notes(person: Person) -> Iterator[dict[str, Any]]:
    for row in AdviserNote.objects.filter(person=person).order_by("pk"):
        yield {"written_on": row.written_on, "kind": row.kind, "text": row.text}


def _reads(person: Person) -> Iterator[dict[str, Any]]:
    for row in AccessLog.objects.filter(person=person).order_by("pk"):
        yield {"at": row.at, "reader": row.reader_label, "what": row.what, "purpose": row.purpose}


PARTS = (
    PersonalData("person", _("Who you are"), _who),
    PersonalData("family", _("Family situations"), _family),
    PersonalData("roles", _("Roles"), _roles),
    PersonalData("notes", _("Notes of your advisers"), _notes),
    PersonalData("reads", _("Who read your national number and payslips"), _reads),
)


def _old_reads(before: date) -> QuerySet[AccessLog]:
    return AccessLog.objects.filter(at__lt=start_of(before))


def _old_notes(before: date) -> QuerySet[AdviserNote]:
    return AdviserNote.objects.filter(written_on__lt=before)


RULES = (
    RetentionRule(
        "read_log", _("Log of reads of national numbers and payslips"), "RGPD, art. 5.2", 5 * YEAR,
        _old_reads, AccessLog.objects.all, False,
    ),
    RetentionRule(
        "notes", _("Notes of advisers"), "Smart", 5 * YEAR, _old_notes, AdviserNote.objects.all, False
    ),
)  # fmt: skip
