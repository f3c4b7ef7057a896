"""Shapes of open-ended contracts for REST: what is read apart from what is written. Amounts are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from payroll.cdi.enums import AbsenceKind, Category, ConsentSide, HalfDay, StaffAllowance
from payroll.cdi.models import Absence, Allowance, ProposalMonth, SalaryConsent, SalaryMonth, SalaryProposal
from payroll.enums import EndedBy, EndReason, UnemploymentReason
from payroll.models import EmploymentContract
from payroll.serializers import Hours, Money


class SalaryMonthOutput(serializers.ModelSerializer[SalaryMonth]):
    """The salary of a month: how it came about, whether it is set aside."""

    class Meta:
        model = SalaryMonth
        fields = (
            *("id", "month", "state", "multiplier", "full_gross", "full_hours", "planned_hours", "hours"),
            *("gross", "budget", "missing", "lent", "detail"),
        )


class OpenEndedOutput(serializers.ModelSerializer[EmploymentContract]):
    """An open-ended contract with its months; `ends_on` is empty while no end is agreed."""

    person = serializers.CharField(source="person.__str__")
    activity = serializers.UUIDField(source="activity_id")
    ends_on = serializers.SerializerMethodField()
    months = SalaryMonthOutput(source="salary_months", many=True)

    class Meta:
        model = EmploymentContract
        fields = (
            *("id", "person", "activity", "state", "starts_on", "ends_on", "hours", "gross"),
            *("employment_budget", "joint_committee", "work_category", "seniority", "months"),
        )

    def get_ends_on(self, row: EmploymentContract) -> str | None:
        """The last day, if one is agreed."""
        return None if row.open_ended else row.ends_on.isoformat()


class EstimateInput(serializers.Serializer[None]):
    """What is expected of one month: income without VAT, planned costs."""

    month = serializers.DateField()
    income = Money(min_value=Decimal(0))
    costs = Money(min_value=Decimal(0), default=Decimal("0.00"))
    text = serializers.CharField(max_length=200, required=False, default="")


class SalaryProposalInput(serializers.Serializer[None]):
    """A salary to agree on. `contract`: new terms of one that runs. Smoothed: the estimate decides."""

    activity = serializers.UUIDField()
    person = serializers.UUIDField(required=False)
    contract = serializers.UUIDField(required=False)
    valid_from = serializers.DateField()
    hours_by_day = serializers.ListField(child=Hours(min_value=Decimal(0)), min_length=7, max_length=7)
    estimates = EstimateInput(many=True, required=False, default=list)
    smoothed = serializers.BooleanField(default=True)
    gross = Money(min_value=Decimal("0.01"), required=False)
    category = serializers.ChoiceField(choices=Category.choices, default=Category.A)
    experience_from = serializers.DateField(required=False)
    holiday_days = serializers.DecimalField(max_digits=4, decimal_places=1, default=Decimal(20))
    place = serializers.CharField(max_length=120, default="")


class ProposalMonthOutput(serializers.ModelSerializer[ProposalMonth]):
    """A month of an estimate."""

    class Meta:
        model = ProposalMonth
        fields = ("month", "income", "levy", "costs", "net", "text")


class SalaryConsentOutput(serializers.ModelSerializer[SalaryConsent]):
    """Who agreed, on which side, when."""

    class Meta:
        model = SalaryConsent
        fields = ("side", "person_label", "given_at")


class SalaryProposalOutput(serializers.ModelSerializer[SalaryProposal]):
    """A proposed salary with its estimate and who has agreed."""

    person = serializers.CharField(source="person.__str__")
    activity = serializers.UUIDField(source="activity_id")
    contract = serializers.UUIDField(source="contract_id", allow_null=True)
    hours_by_day = serializers.ListField(child=serializers.CharField())
    months = ProposalMonthOutput(many=True)
    consents = SalaryConsentOutput(many=True)

    class Meta:
        model = SalaryProposal
        fields = (
            *("id", "person", "activity", "contract", "state", "valid_from", "hours_by_day", "weekly_hours"),
            *("gross", "smoothed", "average", "multiplier", "category", "holiday_days", "months", "consents"),
        )


class SalaryConsentInput(serializers.Serializer[None]):
    """The side on which the caller agrees."""

    side = serializers.ChoiceField(choices=ConsentSide.choices)


class SalaryAnswerInput(serializers.Serializer[None]):
    """Why."""

    answer = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class AbsenceInput(serializers.Serializer[None]):
    """Days away; a certificate is sent on the page."""

    contract = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AbsenceKind.choices)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    half = serializers.ChoiceField(choices=HalfDay.choices, required=False, default="")
    cause = serializers.ChoiceField(
        choices=[("", ""), *UnemploymentReason.choices],
        required=False,
        default="",
        help_text="why there is no work: needed for temporary_unemployment, left aside otherwise",
    )
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class AbsenceOutput(serializers.ModelSerializer[Absence]):
    """An absence and what was decided."""

    contract = serializers.UUIDField(source="contract_id")
    has_certificate = serializers.SerializerMethodField()

    class Meta:
        model = Absence
        fields = (
            *("id", "contract", "kind", "cause", "state", "first_day", "last_day", "half", "note"),
            *("has_certificate", "asked_by_label", "decided_by_label", "decided_on", "answer"),
        )

    def get_has_certificate(self, row: Absence) -> bool:
        """Whether a certificate stands with it."""
        return row.file_id is not None


class AbsenceDecisionInput(SalaryAnswerInput):
    """Whether it is approved, and why not."""

    approve = serializers.BooleanField()


class OpenEndedEndInput(serializers.Serializer[None]):
    """The last day after notice, why, by whom."""

    last_day = serializers.DateField()
    reason = serializers.ChoiceField(choices=EndReason.choices)
    ended_by = serializers.ChoiceField(choices=EndedBy.choices)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class AllowanceInput(serializers.Serializer[None]):
    """Which allowance, of which year."""

    kind = serializers.ChoiceField(choices=StaffAllowance.choices)
    year = serializers.IntegerField(min_value=2020, max_value=2099)


class AllowanceOutput(serializers.Serializer[Allowance]):
    """An allowance from gross to net."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=StaffAllowance.choices)
    year = serializers.IntegerField()
    paid_on = serializers.DateField()
    gross = Money()
    onss = Money()
    withholding_tax = Money()
    net = Money()
    employer_onss = Money()
    from_holiday = Money()
    cost = Money()


class WorkDayOutput(serializers.Serializer[Any]):
    """A part of a day: hours, work-time code of the quarterly declaration, whether it is paid."""

    day = serializers.DateField()
    hours = Hours()
    code = serializers.CharField()
    paid = serializers.BooleanField()
    kind = serializers.CharField(allow_blank=True)
    public_holiday = serializers.BooleanField()
