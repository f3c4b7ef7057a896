"""How the late invoices are narrowed: one FilterSet for the desk, its file and REST."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from invoicing.collection import selectors
from invoicing.enums import ClientKind
from invoicing.models import Invoice
from members.models import Office

STEPS = (("0", _("not reminded yet")), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"))
SITUATIONS = (("open", _("nothing in the way")), ("held", _("disputed, paused, planned, with an agent")))


class LateFilter(django_filters.FilterSet):
    """Late invoices by client, kind of client, adviser, office, step and situation."""

    q = django_filters.CharFilter(
        label=_("Client"), method="named", widget=forms.TextInput({"type": "search"})
    )
    kind = django_filters.ChoiceFilter(
        field_name="client__kind", choices=ClientKind.choices, empty_label=_("All"), label=_("Kind")
    )
    step = django_filters.ChoiceFilter(
        field_name="last_step", choices=STEPS, empty_label=_("All"), label=_("Step")
    )
    situation = django_filters.ChoiceFilter(
        choices=SITUATIONS, empty_label=_("All"), label=_("Situation"), method="situated"
    )
    adviser = django_filters.ModelChoiceFilter(
        field_name="activity__adviser",
        queryset=lambda request: selectors.advisers_with_late(clock.today()),
        empty_label=_("All"),
        label=_("Adviser"),
    )
    office = django_filters.ModelChoiceFilter(
        field_name="activity__adviser__office",
        queryset=lambda request: Office.objects.order_by("name"),
        empty_label=_("All"),
        label=_("Office"),
    )

    at_least = django_filters.NumberFilter(
        label=_("At stake, from"), min_value=0, method="as_it_is", widget=forms.NumberInput({"step": "0.01"})
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """Of clients whose name begins with the text."""
        return selectors.of_clients_named(queryset, value)

    def as_it_is(self, queryset: QuerySet[Invoice], name: str, value: object) -> QuerySet[Invoice]:
        """The desk compares the sum of a client, no single invoice."""
        return queryset

    def situated(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """Whether reminders leave on their own."""
        free = selectors.remindable(clock.today()).order_by().values("pk")
        return queryset.filter(pk__in=free) if value == "open" else queryset.exclude(pk__in=free)
