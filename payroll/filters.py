"""How lists of work and pay are narrowed: one FilterSet for the pages, the files and REST."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput, TextInput
from django.utils.translation import gettext_lazy as _

from core.calendar import first_of_month, last_of_month
from members.models import Person
from members.selectors import search_people
from payroll.enums import OPEN_STATES, ContractState, ContractType, DeclarationKind, DeclarationState
from payroll.models import (
    ContractTemplate,
    Declaration,
    EmploymentContract,
    PayException,
    PayItem,
    Payslip,
)


def one_of(choices: Any, label: Any) -> django_filters.ChoiceFilter:
    """A choice, or all."""
    return django_filters.ChoiceFilter(choices=choices, empty_label=_("All"), label=label)


class WorkerNameFilter(django_filters.CharFilter):
    """Rows of workers whose name, in either order, starts so; `field_name` leads to the person's key."""

    def __init__(self, field_name: str = "person_id") -> None:
        widget = TextInput({"type": "search"})
        super().__init__(field_name=field_name, label=_("Worker"), max_length=120, widget=widget)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows that pass."""
        if not value:
            return qs
        found = search_people(Person.objects.order_by(), value).values("pk")
        return qs.filter(**{f"{self.field_name}__in": found})


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


class ContractTemplateFilter(django_filters.FilterSet):
    """A member's models of contracts by words of their name or of the work, and by kind of contract."""

    q = django_filters.CharFilter(
        label=_("Name or work"), method="with_words", widget=TextInput({"type": "search"})
    )
    contract_type = django_filters.ChoiceFilter(
        field_name="terms__contract_type",
        choices=ContractType.choices,
        empty_label=_("All"),
        label=_("Kind"),
    )

    class Meta:
        model = ContractTemplate
        fields: tuple[str, ...] = ()

    def with_words(
        self, queryset: QuerySet[ContractTemplate], name: str, value: str
    ) -> QuerySet[ContractTemplate]:
        """Models with each of these words; they are one member's, few enough to be read through."""
        for word in value.split()[:5]:
            queryset = queryset.filter(Q(name__icontains=word) | Q(terms__description__icontains=word))
        return queryset


class DeclarationFilter(django_filters.FilterSet):
    """Declarations by state, kind, worker's name, day of work and contract."""

    state = one_of(DeclarationState.choices, _("State"))
    kind = one_of(DeclarationKind.choices, _("Declaration"))
    worker = django_filters.CharFilter(label=_("Worker"), method="of_worker")
    day = django_filters.DateFilter(label=_("Day of work"), method="on_day")
    contract = django_filters.UUIDFilter(field_name="contract_id", widget=HiddenInput)

    class Meta:
        model = Declaration
        fields: tuple[str, ...] = ()

    def of_worker(self, queryset: QuerySet[Declaration], name: str, value: str) -> QuerySet[Declaration]:
        """Declarations of workers with each of these words in the name."""
        for word in value.split()[:5]:
            queryset = queryset.filter(
                Q(contract__person__first_name__icontains=word)
                | Q(contract__person__last_name__icontains=word)
            )
        return queryset

    def on_day(self, queryset: QuerySet[Declaration], name: str, value: date) -> QuerySet[Declaration]:
        """Declarations of periods that hold the day."""
        return queryset.filter(starts_on__lte=value, ends_on__gte=value)


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
