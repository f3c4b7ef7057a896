"""What payroll wants to be so before a month of the books is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from core.links import link
from core.registry import ClosingPoint
from payroll.enums import RunState
from payroll.models import PayItem, PayrollRun


def run_points(entity_id: UUID, first: date, last: date) -> Iterator[ClosingPoint]:  # noqa: ARG001
    """The payroll run of the month is closed, when anybody was paid for that month."""
    runs = PayrollRun.objects.filter(Q(entity_id=entity_id) | Q(entity=None), month=first)
    closed = runs.filter(state=RunState.CLOSED).exists()
    paid = closed or PayItem.objects.filter(contract__entity_id=entity_id, month=first).exists()
    yield ClosingPoint(
        "payroll_run",
        _("The payroll run of the month is closed"),
        closed or not paid,
        "" if closed or not paid else _("Pay was settled for this month."),
        link("payroll:month"),
    )
