"""How the list of recurring invoices is narrowed."""

from __future__ import annotations

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from invoicing.recurring.enums import OccurrenceState, TemplateState
from invoicing.recurring.models import Occurrence, RecurringInvoice


class TemplateFilter(django_filters.FilterSet):
    """Templates by state, Activity and client."""

    state = django_filters.ChoiceFilter(choices=TemplateState.choices, empty_label=_("All"), label=_("State"))
    activity = django_filters.UUIDFilter(field_name="activity_id", widget=forms.HiddenInput)
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput)

    class Meta:
        model = RecurringInvoice
        fields: tuple[str, ...] = ()


class OccurrenceFilter(django_filters.FilterSet):
    """What came of a template, by state."""

    state = django_filters.ChoiceFilter(
        choices=OccurrenceState.choices, empty_label=_("All"), label=_("State")
    )

    class Meta:
        model = Occurrence
        fields: tuple[str, ...] = ()
