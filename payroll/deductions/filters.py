"""How lists of deductions are narrowed."""

from __future__ import annotations

import django_filters
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from payroll.deductions.enums import AdvanceState, SeizureKind, SeizureState
from payroll.deductions.models import Advance, Seizure
from payroll.filters import WorkerNameFilter, one_of


class SeizureFilter(django_filters.FilterSet):
    """By state, kind and worker: a name, or a key that links give."""

    state = one_of(SeizureState.choices, _("State"))
    kind = one_of(SeizureKind.choices, _("Kind"))
    worker = WorkerNameFilter()
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"), widget=HiddenInput)

    class Meta:
        model = Seizure
        fields: tuple[str, ...] = ()


class AdvanceFilter(django_filters.FilterSet):
    """By state and worker: a name, or a key that links give."""

    state = one_of(AdvanceState.choices, _("State"))
    worker = WorkerNameFilter()
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"), widget=HiddenInput)

    class Meta:
        model = Advance
        fields: tuple[str, ...] = ()
