"""Shapes of work and pay for REST: what is read apart from what is written. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.enums import DocumentState
from payroll.advice import advice_for
from payroll.enums import ContractType
from payroll.models import (
    ContractMonth,
    Declaration,
    EmploymentContract,
    PayException,
    PayItem,
    PayLine,
    PayrollRun,
    Payslip,
)


class Money(serializers.DecimalField):
    """Euro with two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **kwargs)


class Hours(serializers.DecimalField):
    """Hours with two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=6, decimal_places=2, **kwargs)


class DeclarationOutput(serializers.ModelSerializer[Declaration]):
    """A declaration and its answer."""

    contract = serializers.UUIDField(source="contract_id")
    anomalies = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))

    class Meta:
        model = Declaration
        fields = (
            "id",
            "contract",
            "kind",
            "state",
            "reference",
            "starts_on",
            "ends_on",
            "planned_hours",
            "period_id",
            "attempt",
            "anomalies",
            "error",
            "declared_at",
            "answered_at",
        )


class ContractMonthOutput(serializers.ModelSerializer[ContractMonth]):
    """The part of a contract in one month."""

    worker_type = serializers.CharField(
        read_only=True, help_text="as what it is paid where that is not the contract's type; empty otherwise"
    )
    origin = serializers.CharField(
        read_only=True,
        help_text="what a correction follows from (absence, unemployment, quota); empty if entered by hand",
    )

    class Meta:
        model = ContractMonth
        fields = (
            *("id", "month", "number", "first_day", "last_day", "hours", "gross", "budget", "settled"),
            *("reason", "worker_type", "origin"),
        )


class ContractOutput(serializers.ModelSerializer[EmploymentContract]):
    """A contract with its declarations."""

    entity = serializers.CharField(source="entity.code")
    activity = serializers.UUIDField(source="activity_id")
    person = serializers.UUIDField(source="person_id")
    person_name = serializers.CharField(source="person.__str__")
    invoice = serializers.UUIDField(source="invoice_id", allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField(), help_text="codes; the detail has words")
    declarations = DeclarationOutput(many=True, source="declared_rows")

    class Meta:
        model = EmploymentContract
        fields = (
            "id",
            "entity",
            "activity",
            "person",
            "person_name",
            "contract_type",
            "joint_committee",
            "function_code",
            "description",
            "place",
            "starts_on",
            "ends_on",
            "day_starts",
            "day_ends",
            "hours",
            "gross",
            "multiplier",
            "employment_budget",
            "flat_tax",
            "article_1bis",
            "work_category",
            "seniority",
            "justification",
            "late",
            "warnings",
            "state",
            "version",
            "signed_at",
            "end_reason",
            "ended_by",
            "end_note",
            "invoice",
            "submitted_at",
            "declarations",
        )


class ContractInput(serializers.Serializer[Any]):
    """A draft: gross or budget."""

    activity = serializers.UUIDField()
    person = serializers.UUIDField(required=False, help_text="the worker; the caller when left out")
    contract_type = serializers.ChoiceField(choices=ContractType.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    hours = Hours()
    gross = Money(required=False)
    budget = Money(required=False)
    description = serializers.CharField(max_length=140, required=False, default="")
    place = serializers.CharField(max_length=120, required=False, default="")
    joint_committee = serializers.CharField(max_length=3, required=False, default="200")
    function_code = serializers.CharField(max_length=40, required=False, default="")
    work_category = serializers.ChoiceField(choices=["A", "B", "C", "D"], required=False, default="A")
    seniority = serializers.IntegerField(min_value=0, max_value=60, required=False, default=0)
    article_1bis = serializers.BooleanField(required=False, default=False)
    justification = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    flat_tax = serializers.BooleanField(required=False, default=False)
    day_starts = serializers.TimeField(required=False)
    day_ends = serializers.TimeField(required=False)


class PayLineOutput(serializers.ModelSerializer[PayLine]):
    """A line that explains."""

    class Meta:
        model = PayLine
        fields = (
            "position",
            "kind",
            "code",
            "label",
            "base",
            "rate",
            "amount",
            "month_amount",
            "account",
            "source",
            "valid_from",
            "status",
        )


class PayItemOutput(serializers.ModelSerializer[PayItem]):
    """The pay of one contract in one month."""

    contract = serializers.UUIDField(source="contract_id")
    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = PayItem
        fields = (
            "id",
            "contract",
            "person",
            "entity",
            "month",
            "worker_code",
            "paid_on",
            "hours",
            "gross",
            "base",
            "onss",
            "work_bonus_a",
            "work_bonus_b",
            "withholding_tax",
            "special_contribution",
            "net",
            "carried_in",
            "payable",
            "carried_out",
            "employer_total",
            "margin",
            "employment_budget",
        )


class PayItemDetail(PayItemOutput):
    """The same with its lines."""

    lines = PayLineOutput(many=True)

    class Meta(PayItemOutput.Meta):
        fields = (*PayItemOutput.Meta.fields, "lines")  # type: ignore[assignment]  # a longer tuple


class PayslipOutput(serializers.ModelSerializer[Payslip]):
    """A payslip in a list."""

    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = Payslip
        fields = ("id", "number", "person", "entity", "month", "issued_on", "gross", "net")


class PayslipDetail(PayslipOutput):
    """A payslip with everything that it shows, as issued."""

    content = serializers.DictField()

    class Meta(PayslipOutput.Meta):
        fields = (*PayslipOutput.Meta.fields, "content")  # type: ignore[assignment]  # a longer tuple


class DocumentWaiting(serializers.Serializer[Any]):
    """A document that is being made: its state."""

    state = serializers.ChoiceField(choices=DocumentState.choices)


class RunOutput(serializers.ModelSerializer[PayrollRun]):
    """A monthly run: of one legal entity, or (`entity` null) of all of them."""

    entity = serializers.CharField(source="entity.code", allow_null=True, default=None)
    totals = serializers.DictField()

    class Meta:
        model = PayrollRun
        fields = (
            "id",
            "entity",
            "month",
            "state",
            "paused_at",
            "on",
            "started_by_label",
            "started_at",
            "approved_by_label",
            "approved_at",
            "closed_on",
            "totals",
        )


class RunInput(serializers.Serializer[Any]):
    """Any day of the month that is run; `entity`: the code of one legal entity, else all in one run."""

    month = serializers.DateField()
    entity = serializers.CharField(max_length=8, required=False)


class ExceptionOutput(serializers.ModelSerializer[PayException]):
    """What stopped somebody's pay, and what to do about it in the language of the request."""

    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")
    title = serializers.SerializerMethodField()
    act = serializers.SerializerMethodField()
    who = serializers.SerializerMethodField()

    def get_title(self, row: PayException) -> str:
        """What happened."""
        return str(advice_for(row.code).title)

    def get_act(self, row: PayException) -> str:
        """What to do."""
        return str(advice_for(row.code).act)

    def get_who(self, row: PayException) -> str:
        """Who can."""
        return str(advice_for(row.code).who)

    class Meta:
        model = PayException
        fields = (
            "id",
            "person",
            "entity",
            "month",
            "title",
            "act",
            "who",
            "code",
            "detail",
            "first_seen",
            "last_seen",
            "resolved_at",
            "reviewed_by_label",
            "reviewed_at",
            "note",
        )


class ExceptionReviewInput(serializers.Serializer[Any]):
    """What follows from an exception."""

    note = serializers.CharField(max_length=200)
