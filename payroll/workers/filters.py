"""How lists about workers are narrowed."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.calendar import FIRST_YEAR, LAST_YEAR
from core.forms import DateInput
from payroll.filters import WorkerNameFilter, one_of
from payroll.workers.enums import AccidentKind, AccidentState, AttestationKind, AttestationState, CoverKind
from payroll.workers.models import Attestation, HolidayCertificate, InsuranceCover, WorkAccident

YEARS = {"min_value": FIRST_YEAR, "max_value": LAST_YEAR, "decimal_places": 0}
"""What a filter takes for a year: another number is no date."""


class AttestationFilter(django_filters.FilterSet):
    """By state, kind, worker, and the day before which they end."""

    state = one_of(AttestationState.choices, _("State"))
    kind = one_of(AttestationKind.choices, _("Kind"))
    worker = WorkerNameFilter()
    ends_before = django_filters.DateFilter(
        field_name="valid_to", lookup_expr="lte", label=_("Ends by"), widget=DateInput
    )
    person = django_filters.UUIDFilter(field_name="person_id", widget=forms.HiddenInput())

    class Meta:
        model = Attestation
        fields: tuple[str, ...] = ()


class AccidentFilter(django_filters.FilterSet):
    """By state, kind, year and worker."""

    state = one_of(AccidentState.choices, _("State"))
    kind = one_of(AccidentKind.choices, _("Kind"))
    worker = WorkerNameFilter()
    year = django_filters.NumberFilter(field_name="happened_on__year", label=_("Year"), **YEARS)
    person = django_filters.UUIDFilter(field_name="person_id", widget=forms.HiddenInput())

    class Meta:
        model = WorkAccident
        fields: tuple[str, ...] = ()


class CoverFilter(django_filters.FilterSet):
    """By kind."""

    kind = one_of(CoverKind.choices, _("Kind"))

    class Meta:
        model = InsuranceCover
        fields: tuple[str, ...] = ()


class CertificateFilter(django_filters.FilterSet):
    """By year and worker."""

    year = django_filters.NumberFilter(label=_("Year"), **YEARS)
    person = django_filters.UUIDFilter(field_name="person_id", widget=forms.HiddenInput())

    class Meta:
        model = HolidayCertificate
        fields: tuple[str, ...] = ()
