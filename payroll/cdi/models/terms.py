"""What adviser and member agree: a salary that the Activity bears, and the terms in force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from payroll.cdi.enums import Category, ConsentSide, ProposalState


class SalaryTerms(TenantModel):
    """The terms of a salary, as proposed or as in force.

    `hours_by_day`: seven numbers as texts, Monday first: the contractual hours of each weekday. `gross`: of a
    whole month at these hours. `smoothed`: it came from an estimate of the Activity's income.
    `experience_from`: the day from which years of experience count in the scale. `holiday_days`: days of
    legal holiday of a whole year at these hours.
    """

    hours_by_day = models.JSONField(default=list)
    weekly_hours = models.DecimalField(max_digits=4, decimal_places=2)
    gross = MoneyField()
    smoothed = models.BooleanField(default=True)
    category = models.CharField(max_length=1, choices=Category.choices, default=Category.A)
    experience_from = models.DateField(null=True)
    holiday_days = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(20))

    class Meta:
        abstract = True

    @property
    def pattern(self) -> tuple[Decimal, ...]:
        """Contractual hours by weekday, Monday first."""
        return tuple(Decimal(hours) for hours in self.hours_by_day)


class SalaryProposal(SalaryTerms):
    """A salary to be agreed: for a new contract without an end, or new terms of one (`contract`).

    `average`: what twelve months of estimated income bear per month, in euro, after levy and planned costs;
    `multiplier` that of `valid_from`. The estimate stands in `ProposalMonth`, the agreement in
    `SalaryConsent`.
    """

    contract = TenantForeignKey("payroll.EmploymentContract", null=True, related_name="proposals")
    activity = TenantForeignKey("activities.Activity")
    person = TenantForeignKey("members.Person")
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    valid_from = models.DateField()
    joint_committee = models.CharField(max_length=3, default="200")
    description = models.CharField(max_length=140)
    place = models.CharField(max_length=120)
    average = MoneyField(default=ZERO)
    multiplier = models.DecimalField(max_digits=6, decimal_places=4)
    proposed_by_label = models.CharField(max_length=120)
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(gross__gt=0), name="cdi_proposal_gross"),
            models.UniqueConstraint(
                fields=["tenant", "contract"], condition=Q(state="open"), name="cdi_proposal_one_open"
            ),
        )
        indexes = (models.Index(fields=["tenant", "state", "-id"], name="cdi_proposal_state"),)

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m} {self.gross}"


class ProposalMonth(TenantModel):
    """One month of an estimate: income without VAT, levy, planned costs, what remains; why, in words."""

    append_only = True

    proposal = TenantForeignKey(SalaryProposal, related_name="months", db_index=False)
    month = models.DateField()
    income = MoneyField()
    levy = MoneyField()
    costs = MoneyField()
    net = MoneyField()
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("month",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "proposal", "month"], name="cdi_proposalmonth_once"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.net}"


class SalaryConsent(TenantModel):
    """One side agreed to a proposal: who, when."""

    append_only = True

    proposal = TenantForeignKey(SalaryProposal, related_name="consents", db_index=False)
    side = models.CharField(max_length=8, choices=ConsentSide.choices)
    person = TenantForeignKey("members.Person", db_index=False)
    person_label = models.CharField(max_length=120)
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "proposal", "side"], name="cdi_consent_once"),
        )

    def __str__(self) -> str:
        return f"{self.side} {self.given_at:%Y-%m-%d}"


class OpenEndedTerms(SalaryTerms):
    """Terms of a contract without an end, in force from the first of a month (or its start) until the next
    ones.
    """

    append_only = True

    contract = TenantForeignKey("payroll.EmploymentContract", related_name="salary_terms", db_index=False)
    proposal = TenantOneToOneField(SalaryProposal)
    valid_from = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("valid_from",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "valid_from"], name="cdi_terms_once"),
        )

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d} {self.gross}"

    def years_of_experience(self, on: date) -> int:
        """Whole years of experience on a day."""
        start = self.experience_from or self.valid_from
        return max(0, on.year - start.year - ((on.month, on.day) < (start.month, start.day)))
