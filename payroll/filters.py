"""How lists of work and pay are narrowed: one FilterSet for the pages, the files and REST."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.calendar import first_of_month, last_of_month
from payroll.enums import OPEN_STATES, ContractState, ContractType, DeclarationKind, DeclarationState
from payroll.models import Declaration, EmploymentContract, PayException, PayItem, Payslip


def one_of(choices: Any, label: Any) -> django_filters.ChoiceFilter:
    """A choice, or all."""
    return django_filters.ChoiceFilter(choices=choices, empty_label=_("All"), label=label)


class ContractFilter(django_filters.FilterSet):
    """Contracts by state, kind, Activity, worker, month and missing signature."""

    state = one_of(ContractState.choices, _("State"))
    contract_type = one_of(ContractType.choices, _("Kind"))
    activity = django_filters.UUIDFilter(field_name="activity_id", label=_("Activity"))
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))
    month = django_filters.DateFilter(
        label=_("Month"), input_formats=["%Y-%m", "%Y-%m-%d"], method="in_month"
    )
    unsigned = django_filters.BooleanFilter(label=_("Signature missing"), method="without_signature")

    class Meta:
        model = EmploymentContract
        fields: tuple[str, ...] = ()

    def in_month(
        self, queryset: QuerySet[EmploymentContract], name: str, value: date
    ) -> QuerySet[EmploymentContract]:
        """Contracts with a day in the month of that date."""
        first, last = first_of_month(value), last_of_month(value)
        return queryset.filter(starts_on__lte=last, ends_on__gte=first)

    def without_signature(
        self, queryset: QuerySet[EmploymentContract], name: str, value: bool
    ) -> QuerySet[EmploymentContract]:
        """Open contracts that a side has not signed, or those that both have."""
        if value:
            return queryset.filter(signed_at=None, state__in=OPEN_STATES)
        return queryset.exclude(signed_at=None)


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
