"""How lists of Activities and expenses are narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, ExpenseState
from activities.models import Activity, Expense


class ActivityFilter(django_filters.FilterSet):
    """Activities by state."""

    state = django_filters.ChoiceFilter(choices=ActivityState.choices, empty_label=_("All"), label=_("State"))

    class Meta:
        model = Activity
        fields: tuple[str, ...] = ()


class ExpenseFilter(django_filters.FilterSet):
    """Expenses by state and Activity."""

    state = django_filters.ChoiceFilter(choices=ExpenseState.choices, empty_label=_("All"), label=_("State"))
    activity = django_filters.UUIDFilter(field_name="activity_id", label=_("Activity"))

    class Meta:
        model = Expense
        fields: tuple[str, ...] = ()
