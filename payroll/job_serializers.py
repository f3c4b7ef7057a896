"""Shapes of quick jobs and of the simulator for REST. Amounts are strings, in euro."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoicing.enums import ClientKind
from members.enums import FamilyStatus
from members.serializers import PeopleInChargeInput
from payroll.enums import ContractType
from payroll.serializers import ContractOutput, Hours, Money


class JobClientInput(serializers.Serializer[Any]):
    """A client who is not known yet."""

    kind = serializers.ChoiceField(choices=ClientKind.choices, default=ClientKind.BUSINESS)
    name = serializers.CharField(max_length=120)
    vat_number = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    street = serializers.CharField(max_length=120)
    postal_code = serializers.CharField(max_length=12)
    city = serializers.CharField(max_length=60)
    country = serializers.CharField(max_length=2, default="BE")
    email = serializers.EmailField(required=False, default="", allow_blank=True)


class JobExpenseInput(serializers.Serializer[Any]):
    """An expense of a job."""

    category = serializers.CharField(max_length=12, default="other")
    amount_incl_vat = Money()
    vat_amount = Money(required=False, default=Decimal("0.00"))
    incurred_on = serializers.DateField()
    text = serializers.CharField(max_length=140)


class QuickJobInput(serializers.Serializer[Any]):
    """A job in one act: `client` (known) or `new_client`."""

    activity = serializers.UUIDField()
    client = serializers.UUIDField(required=False)
    new_client = JobClientInput(required=False)
    description = serializers.CharField(max_length=140)
    dates = serializers.ListField(child=serializers.DateField(), min_length=1, max_length=31)
    hours = Hours()
    amount = Money()
    vat_code = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    expenses = JobExpenseInput(many=True, required=False)
    contract_type = serializers.ChoiceField(choices=ContractType.choices, default="employee")
    flat_tax = serializers.BooleanField(required=False, default=False)


class QuickJobOutput(serializers.Serializer[Any]):
    """What was made."""

    contract = ContractOutput()
    invoice = serializers.UUIDField(source="invoice.pk")
    invoice_number = serializers.CharField(source="invoice.number")
    pay_on = serializers.DateField()


class SimulationInput(PeopleInChargeInput):
    """A question: an amount without VAT, or (`direction: net`) a wanted net."""

    direction = serializers.ChoiceField(choices=["invoice", "net"], default="invoice")
    amount = Money()
    expenses = Money(required=False, default=Decimal("0.00"))
    contract_type = serializers.ChoiceField(choices=ContractType.choices, default="employee")
    hours = Hours(required=False, default=Decimal("7.60"))
    last_day = serializers.DateField(required=False)
    family_status = serializers.ChoiceField(choices=FamilyStatus.choices, default="single")
    children = serializers.IntegerField(min_value=0, max_value=15, default=0)
    single_parent = serializers.BooleanField(default=False)


class SimulationStep(serializers.Serializer[Any]):
    """A step of the waterfall."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field named label
    amount = Money()
    kind = serializers.ChoiceField(choices=["start", "plus", "minus", "subtotal", "total"])
    note = serializers.CharField()


class SimulationOutput(serializers.Serializer[Any]):
    """The waterfall of an amount."""

    amount = Money()
    levy = Money()
    budget = Money()
    expenses = Money()
    employment_budget = Money()
    gross = Money()
    margin = Money()
    net = Money()
    left_over = Money()
    pay_on = serializers.DateField()
    steps = SimulationStep(many=True)
