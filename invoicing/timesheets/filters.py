"""How the list of hours is narrowed: one FilterSet for the page and for REST."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput
from invoicing.timesheets.models import InvoicedHours, TimeEntry

STATES = (("waiting", _("to invoice")), ("invoiced", _("invoiced")))


class HoursFilter(django_filters.FilterSet):
    """Hours by their state, days, Activity, client and order."""

    state = django_filters.ChoiceFilter(
        choices=STATES, empty_label=_("All"), label=_("State"), method="in_state"
    )
    since = django_filters.DateFilter(field_name="day", lookup_expr="gte", label=_("From"), widget=DateInput)
    until = django_filters.DateFilter(field_name="day", lookup_expr="lte", label=_("Up to"), widget=DateInput)
    activity = django_filters.UUIDFilter(field_name="activity_id", widget=forms.HiddenInput)
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput)
    order = django_filters.UUIDFilter(field_name="order_id", widget=forms.HiddenInput)

    class Meta:
        model = TimeEntry
        fields: tuple[str, ...] = ()

    def in_state(self, queryset: QuerySet[TimeEntry], name: str, value: str) -> QuerySet[TimeEntry]:
        """Whether an invoice took them."""
        taken = Q(Exists(InvoicedHours.objects.filter(entry=OuterRef("pk"))))
        return queryset.filter(taken if value == "invoiced" else ~taken)
