"""How lists of work abroad are narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import HiddenInput, Select
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from payroll.abroad.countries import country_name
from payroll.abroad.enums import QUEUE_STATES, SETTLED_STATES, MissionState, StepKind, StepState
from payroll.abroad.models import AbroadMission, MissionStep
from payroll.filters import WorkerNameFilter, one_of

OPEN, LATE, OFFICE, CLOSED = "open", "late", "office", "closed"
STANDS = (
    (OPEN, _("to do")),
    (LATE, _("deadline passed")),
    (OFFICE, _("at the office")),
    (CLOSED, _("done or not needed")),
)


def host_countries() -> list[tuple[str, str]]:
    """Countries in which somebody works or worked, by name, for a choice in the reader's language."""
    codes = AbroadMission.objects.order_by().values_list("country", flat=True).distinct()
    named = sorted((country_name(code), code) for code in codes)
    return [("", gettext("All")), *((code, name) for name, code in named)]


class StepFilter(django_filters.FilterSet):
    """What must be done, by where it stands, kind and host country; links choose a state, mission, person."""

    stands = django_filters.ChoiceFilter(
        choices=STANDS, empty_label=_("All"), label=_("Where it stands"), method="by_stand"
    )
    worker = WorkerNameFilter("mission__person_id")
    kind = one_of(StepKind.choices, _("What"))
    state = django_filters.ChoiceFilter(
        choices=StepState.choices, empty_label=_("All"), label=_("State"), widget=HiddenInput
    )
    country = django_filters.CharFilter(
        field_name="mission__country",
        lookup_expr="exact",
        label=_("Country"),
        max_length=2,
        widget=Select(choices=CallableChoiceIterator(host_countries)),
    )
    mission = django_filters.UUIDFilter(field_name="mission_id", label=_("Work abroad"), widget=HiddenInput)
    person = django_filters.UUIDFilter(field_name="mission__person_id", label=_("Worker"), widget=HiddenInput)

    class Meta:
        model = MissionStep
        fields: tuple[str, ...] = ()

    def by_stand(self, queryset: QuerySet[MissionStep], name: str, value: Any) -> QuerySet[MissionStep]:
        """To do, with a passed deadline, at the office, or over."""
        match value:
            case "late":
                return queryset.filter(state__in=QUEUE_STATES, due_on__lt=clock.today())
            case "office":
                return queryset.filter(state=StepState.SENT)
            case "closed":
                return queryset.filter(state__in=SETTLED_STATES)
        return queryset.filter(state__in=QUEUE_STATES)


class MissionFilter(django_filters.FilterSet):
    """Work abroad by state, country, contract and worker."""

    state = one_of(MissionState.choices, _("State"))
    country = django_filters.CharFilter(lookup_expr="exact", label=_("Country (ISO)"), max_length=2)
    contract = django_filters.UUIDFilter(field_name="contract_id", label=_("Contract"))
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))

    class Meta:
        model = AbroadMission
        fields: tuple[str, ...] = ()
