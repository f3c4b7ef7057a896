"""How lists of open-ended contracts and absences are narrowed: for pages and REST."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import Person
from members.types import search_key
from payroll.cdi.enums import AbsenceKind, AbsenceState
from payroll.cdi.models import Absence, SalaryWarning
from payroll.enums import OPEN_STATES
from payroll.models import OPEN_END, EmploymentContract

SITUATIONS = (
    ("running", _("under way")),
    ("warned", _("not covered in the months ahead")),
    ("ending", _("with an end")),
    ("over", _("over")),
)


class OpenEndedFilter(django_filters.FilterSet):
    """Open-ended contracts by name and situation."""

    q = django_filters.CharFilter(label=_("Name"), method="named", widget=forms.TextInput({"type": "search"}))
    situation = django_filters.ChoiceFilter(
        choices=SITUATIONS, empty_label=_("All"), label=_("Situation"), method="in_situation"
    )

    class Meta:
        model = EmploymentContract
        fields: tuple[str, ...] = ()

    def named(
        self, queryset: QuerySet[EmploymentContract], name: str, value: str
    ) -> QuerySet[EmploymentContract]:
        """Names that begin so."""
        key = search_key(value)
        people = Person.objects.filter(search_key__gte=key, search_key__lt=key + "\U0010ffff")
        return queryset.filter(person__in=people.order_by().values("pk"))

    def in_situation(
        self, queryset: QuerySet[EmploymentContract], name: str, value: str
    ) -> QuerySet[EmploymentContract]:
        """Those under way, warned of, ending, over."""
        warned = SalaryWarning.objects.filter(contract=OuterRef("pk"), resolved_on=None)
        running = queryset.filter(state__in=OPEN_STATES)
        found: dict[str, Any] = {
            "running": running,
            "warned": running.filter(Exists(warned)),
            "ending": running.filter(ends_on__lt=OPEN_END),
            "over": queryset.exclude(state__in=OPEN_STATES),
        }
        rows: QuerySet[EmploymentContract] = found[value]
        return rows


class AbsenceFilter(django_filters.FilterSet):
    """Absences by contract, kind and state."""

    contract = django_filters.UUIDFilter(field_name="contract_id", widget=forms.HiddenInput)
    kind = django_filters.ChoiceFilter(choices=AbsenceKind.choices, empty_label=_("All"), label=_("Reason"))
    state = django_filters.ChoiceFilter(choices=AbsenceState.choices, empty_label=_("All"), label=_("State"))

    class Meta:
        model = Absence
        fields: tuple[str, ...] = ()
