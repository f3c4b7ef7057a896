"""How lists of work and pay are narrowed: one FilterSet for the pages, the files and REST."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from payroll.enums import ContractState, ContractType, DeclarationKind, DeclarationState
from payroll.models import Declaration, EmploymentContract, PayException, PayItem, Payslip


def one_of(choices: Any, label: Any) -> django_filters.ChoiceFilter:
    """A choice, or all."""
    return django_filters.ChoiceFilter(choices=choices, empty_label=_("All"), label=label)


class ContractFilter(django_filters.FilterSet):
    """Contracts by state, kind, Activity and worker."""

    state = one_of(ContractState.choices, _("State"))
    contract_type = one_of(ContractType.choices, _("Kind"))
    activity = django_filters.UUIDFilter(field_name="activity_id", label=_("Activity"))
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))

    class Meta:
        model = EmploymentContract
        fields: tuple[str, ...] = ()


class DeclarationFilter(django_filters.FilterSet):
    """Declarations by state, kind and contract."""

    state = one_of(DeclarationState.choices, _("State"))
    kind = one_of(DeclarationKind.choices, _("Declaration"))
    contract = django_filters.UUIDFilter(field_name="contract_id")

    class Meta:
        model = Declaration
        fields: tuple[str, ...] = ()


class PayItemFilter(django_filters.FilterSet):
    """Pay items by month, contract and worker."""

    month = django_filters.DateFilter(label=_("Month"))
    contract = django_filters.UUIDFilter(field_name="contract_id")
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))

    class Meta:
        model = PayItem
        fields: tuple[str, ...] = ()


class PayslipFilter(django_filters.FilterSet):
    """Payslips by month, worker and run."""

    month = django_filters.DateFilter(label=_("Month"))
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))
    run = django_filters.UUIDFilter(field_name="run_id")

    class Meta:
        model = Payslip
        fields: tuple[str, ...] = ()


class ExceptionFilter(django_filters.FilterSet):
    """What stopped pay, by month, code and worker."""

    month = django_filters.DateFilter(label=_("Month"))
    code = django_filters.CharFilter(max_length=60)
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))

    class Meta:
        model = PayException
        fields: tuple[str, ...] = ()
