"""How lists of clients and invoices are narrowed: one FilterSet for the pages and for REST."""

from __future__ import annotations

import contextlib
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import SearchSelect, parse_money
from core.identifiers import InvalidIdentifier, normalise_structured_communication
from core.money import in_cents
from invoicing.countries import country_choices
from invoicing.enums import OPEN_STATES, ClientKind, InvoiceState
from invoicing.models import Client, Invoice
from invoicing.selectors import named_like, with_late_invoices, with_unchecked_addresses

SITUATIONS = (
    ("draft", _("drafts")),
    ("open", _("to be paid")),
    ("late", _("late")),
    ("paid", _("paid")),
    ("credited", _("credited")),
    ("disputed", _("disputed")),
)


class ClientFilter(django_filters.FilterSet):
    """Clients by the beginning of their name and kind."""

    q = django_filters.CharFilter(
        label=_("Name"), method="by_name", widget=forms.TextInput({"type": "search"})
    )
    kind = django_filters.ChoiceFilter(choices=ClientKind.choices, empty_label=_("All"), label=_("Kind"))
    country = django_filters.ChoiceFilter(
        choices=lambda: country_choices(get_language() or "en"),
        empty_label=_("All"),
        label=_("Country"),
        widget=SearchSelect,
    )
    late = django_filters.BooleanFilter(
        label=_("With late invoices"), method="is_late", widget=forms.CheckboxInput
    )

    unchecked = django_filters.BooleanFilter(
        label=_("Addresses to check"), method="is_unchecked", widget=forms.CheckboxInput
    )

    class Meta:
        model = Client
        fields: tuple[str, ...] = ()

    def is_unchecked(self, queryset: QuerySet[Client], name: str, value: bool) -> QuerySet[Client]:
        """Those with which several Activities work and whose addresses staff have not seen; not asked:
        everybody.
        """
        return with_unchecked_addresses(queryset) if value else queryset

    def is_late(self, queryset: QuerySet[Client], name: str, value: bool) -> QuerySet[Client]:
        """Those of whom an invoice is late today; not asked: everybody."""
        return with_late_invoices(queryset, clock.today()) if value else queryset

    def by_name(self, queryset: QuerySet[Client], name: str, value: str) -> QuerySet[Client]:
        """Names that begin with the text."""
        return named_like(queryset, value)


class InvoiceFilter(django_filters.FilterSet):
    """Invoices by what people remember of them, their situation, Activity, client and dates."""

    q = django_filters.CharFilter(
        label=_("Number, client, amount, communication"),
        method="remembered",
        widget=forms.TextInput({"type": "search"}),
    )
    situation = django_filters.ChoiceFilter(
        choices=SITUATIONS, empty_label=_("All"), label=_("Situation"), method="in_situation"
    )
    activity = django_filters.UUIDFilter(field_name="activity_id", widget=forms.HiddenInput)
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput)
    issued_from = django_filters.DateFilter(
        field_name="issued_on", lookup_expr="gte", widget=forms.HiddenInput
    )
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte", widget=forms.HiddenInput)

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def in_situation(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """A word for a state, or for a state and a date."""
        open_now = queryset.filter(state__in=OPEN_STATES)
        situations: dict[str, Any] = {
            "draft": queryset.filter(state=InvoiceState.DRAFT),
            "open": open_now,
            "late": open_now.filter(due_on__lt=clock.today()),
            "paid": queryset.filter(state=InvoiceState.PAID),
            "credited": queryset.filter(state=InvoiceState.CREDITED),
            "disputed": open_now.filter(disputed_on__isnull=False),
        }
        found: QuerySet[Invoice] = situations[value]
        return found

    def remembered(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """The beginning of a number or of the client's name, the communication, or the exact total."""
        text = value.strip()
        number = text.upper()
        matches = Q(number__gte=number, number__lt=number + "\U0010ffff")
        matches |= Q(client__in=named_like(Client.objects.order_by(), text).values("pk"))
        with contextlib.suppress(InvalidIdentifier):
            matches |= Q(communication=normalise_structured_communication(text))
        with contextlib.suppress(ValueError):
            matches |= Q(total_cents=in_cents(parse_money(text)))
        return queryset.filter(matches)
