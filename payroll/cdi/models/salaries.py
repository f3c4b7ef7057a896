"""The salary of each month: set aside a month ahead, or the reason why it could not be."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from core.money import ZERO
from payroll.cdi.enums import SalaryState


class SalaryMonth(TenantModel):
    """How the salary of a month came about: `gross = r(full_gross × hours / full_hours)`, the budget by the
    multiplier in force on the first day of the month.

    `full_hours`: contractual hours of the whole month; `planned_hours`: of its part under contract; `hours`
    less the unpaid ones. `missing`: what the budget lacked when the salary was refused; `lent`: what the pot
    lent, because a salary is owed by law. `asked_by_label`: the first of two persons who let it lend so much.
    """

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="salary_months", db_index=False)
    month = models.DateField()
    state = models.CharField(max_length=8, choices=SalaryState.choices)
    multiplier = models.DecimalField(max_digits=6, decimal_places=4)
    full_gross = MoneyField()
    full_hours = models.DecimalField(max_digits=6, decimal_places=2)
    planned_hours = models.DecimalField(max_digits=6, decimal_places=2)
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    gross = MoneyField()
    budget = MoneyField()
    missing = MoneyField(default=ZERO)
    lent = MoneyField(default=ZERO)
    detail = models.CharField(max_length=300, blank=True)
    asked_by_person = models.UUIDField(null=True)
    asked_by_label = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("month",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "month"], name="cdi_salarymonth_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "month"],
                condition=Q(state__in=("refused", "asked")),
                name="cdi_salarymonth_refused",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.gross}"

    @property
    def unpaid_hours(self) -> Decimal:
        """Hours under contract that are not paid."""
        return self.planned_hours - self.hours


class SalaryWarning(TenantModel):
    """The budget will not bear the salaries to come: the first month that it does not reach, what is missing
    by then. One open row per contract.
    """

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="salary_warnings", db_index=False)
    month = models.DateField()
    missing = MoneyField()
    first_seen = models.DateField()
    last_seen = models.DateField()
    resolved_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "contract"],
                condition=Q(resolved_on__isnull=True),
                name="cdi_warning_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.missing}"
