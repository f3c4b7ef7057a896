"""Contracts and pay of a person, and why they stay."""

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
from payroll.enums import OPEN_STATES
from payroll.models import EmploymentContract, PayItem, Payslip
from payroll.services.payslips import KIND

SOCIAL = "AR n° 5 du 23 octobre 1978, art. 24 et 25"


def _contracts(person: Person) -> Iterator[dict[str, Any]]:
    for row in EmploymentContract.objects.filter(person=person).order_by("starts_on", "pk"):
        yield {"starts_on": row.starts_on, "ends_on": row.ends_on, "type": row.contract_type, "hours":
        row.hours,
               "description": row.description, "gross": row.gross, "state": row.state}  # fmt: skip


def _pay(person: Person) -> Iterator[dict[str, Any]]:
    for row in PayItem.objects.filter(person=person).order_by("pk"):
        yield {"month": row.month, "paid_on": row.paid_on, "gross": row.gross, "net": row.net}


def _payslips(person: Person) -> Iterator[StoredFile]:
    for key in Payslip.objects.filter(person=person).order_by("pk").values_list("pk", flat=True):
        file = finished_file(KIND, key)
        if file is not None:
            yield file


PARTS = (
    PersonalData("contracts", _("Your contracts"), _contracts),
    PersonalData("pay", _("Your pay"), _pay, _payslips),
)


def duties(person: Person, on: date) -> Iterator[Duty]:
    """Work that is not settled, and social documents for five years from the end of their year."""
    del on
    if EmploymentContract.objects.filter(person=person, state__in=OPEN_STATES).exists():
        yield Duty(_("A contract is not settled yet."), "Smart", None)
    last = PayItem.objects.filter(person=person).order_by("-month").first()
    if last is not None:
        yield Duty(_("Social documents are kept for five years."), SOCIAL, years_after(last.month, 5))
        yield Duty(_("Pay belongs to the books."), "Code de droit économique, art. III.88",
                   years_after(last.month, 10))  # fmt: skip


def _old(before: date) -> QuerySet[Payslip]:
    return Payslip.objects.filter(issued_on__lt=before)


RULES = (RetentionRule("payslips", _("Payslips"), SOCIAL, 5 * YEAR, _old, Payslip.objects.all, False),)
