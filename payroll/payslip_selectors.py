"""Reads of payslips: a worker's years, and how far the documents of a month are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from core.enums import DocumentState
from core.models import DocumentJob
from core.money import ZERO
from members.models import Person
from payroll.models import Payslip
from payroll.selectors import payslips_of
from payroll.services.payslips import KIND


@dataclass(frozen=True, slots=True)
class PayslipYear:
    """A calendar year of a worker: payslips, newest first, and their sums."""

    year: int
    payslips: list[Payslip]
    gross: Decimal
    net: Decimal


def payslip_years(person: Person) -> list[PayslipYear]:
    """Every payslip of a worker by year, the latest year first; without their contents."""
    years: dict[int, list[Payslip]] = {}
    for slip in payslips_of(person).defer("content"):
        years.setdefault(slip.month.year, []).append(slip)
    return [
        PayslipYear(
            year,
            slips,
            sum((slip.gross for slip in slips), ZERO),
            sum((slip.net for slip in slips), ZERO),
        )
        for year, slips in years.items()
    ]


@dataclass(frozen=True, slots=True)
class DocumentsMade:
    """How far the documents of a month's payslips are: all of them, made, given up after several tries."""

    total: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Those that are still to be made."""
        return self.total - self.done - self.failed


def documents_made(month: date) -> DocumentsMade:
    """Progress of the payslips of a month as documents, for whoever watches it: two statements."""
    slips = Payslip.objects.filter(month=month)
    jobs = DocumentJob.objects.filter(kind=KIND, source_id__in=slips.values("pk"))
    states = jobs.aggregate(
        done=Count("pk", filter=Q(state=DocumentState.DONE)),
        failed=Count("pk", filter=Q(state__in=(DocumentState.FAILED, DocumentState.DROPPED))),
    )
    return DocumentsMade(slips.count(), states["done"], states["failed"])
