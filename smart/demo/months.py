"""Months: the payroll run of a month that is over, started by one administrator and approved by another."""

from __future__ import annotations

from datetime import timedelta

from core.calendar import first_of_month
from payroll.enums import RunState
from payroll.models import PayrollRun
from payroll.selectors import open_exceptions
from payroll.services.reviews import review_exception
from payroll.services.runs import approve_run, start_run
from smart.demo.stage import Stage


def start_month(stage: Stage) -> None:
    """On the first working day of a month: begin the run of the month before."""
    before = first_of_month(first_of_month(stage.today) - timedelta(days=1))
    if before < first_of_month(stage.script.first_day) or PayrollRun.objects.filter(month=before).exists():
        return
    start_run(month=before, on=stage.today, at=stage.at(9), actor=stage.staff("payroll_admin"))


def approve_month(stage: Stage) -> None:
    """What was computed on an earlier day is looked at and approved by the second administrator."""
    for run in PayrollRun.objects.filter(state=RunState.REVIEW, on__lt=stage.today).order_by("month"):
        colleague = stage.staff("payroll_admin", 1)
        for exception in open_exceptions(run.month).filter(reviewed_at=None):
            review_exception(
                exception_id=exception.pk,
                note="Vu: à corriger avec le membre, au prochain cycle.",
                at=stage.at(10),
                actor=colleague,
            )
        approve_run(run_id=run.pk, on=stage.today, at=stage.at(10, 30), actor=colleague)
