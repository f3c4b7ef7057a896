"""How lists of quotes and orders are narrowed: one FilterSet for the pages and for REST."""

from __future__ import annotations

import contextlib
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import parse_money
from core.money import in_cents
from invoicing.models import Client
from invoicing.quotes.enums import OrderState, QuoteState
from invoicing.quotes.models import Order, Quote
from invoicing.selectors import named_like

SITUATIONS = (
    ("draft", _("in the making")),
    ("waiting", _("waiting for the client")),
    ("accepted", _("accepted, to order")),
    ("ordered", QuoteState.ORDERED.label),
    ("refused", QuoteState.REFUSED.label),
    ("expired", QuoteState.EXPIRED.label),
    ("withdrawn", QuoteState.WITHDRAWN.label),
)


class QuoteFilter(django_filters.FilterSet):
    """Quotes by what people remember of them, their situation, Activity and client."""

    q = django_filters.CharFilter(
        label=_("Number, client, amount"), method="remembered", widget=forms.TextInput({"type": "search"})
    )
    situation = django_filters.ChoiceFilter(
        choices=SITUATIONS, empty_label=_("All"), label=_("Situation"), method="in_situation"
    )
    activity = django_filters.UUIDFilter(field_name="activity_id", widget=forms.HiddenInput)
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput)

    class Meta:
        model = Quote
        fields: tuple[str, ...] = ()

    def in_situation(self, queryset: QuerySet[Quote], name: str, value: str) -> QuerySet[Quote]:
        """A word for a state, or for a state and a date."""
        today = clock.today()
        sent = queryset.filter(state=QuoteState.SENT)
        over = Q(state=QuoteState.EXPIRED) | Q(state=QuoteState.SENT, valid_until__lt=today)
        situations: dict[str, Any] = {
            "draft": queryset.filter(state=QuoteState.DRAFT),
            "waiting": sent.filter(valid_until__gte=today),
            "accepted": queryset.filter(state=QuoteState.ACCEPTED),
            "ordered": queryset.filter(state__in=(QuoteState.ORDERED, QuoteState.INVOICED)),
            "refused": queryset.filter(state=QuoteState.REFUSED),
            "expired": queryset.filter(over),
            "withdrawn": queryset.filter(state=QuoteState.WITHDRAWN),
        }
        found: QuerySet[Quote] = situations[value]
        return found

    def remembered(self, queryset: QuerySet[Quote], name: str, value: str) -> QuerySet[Quote]:
        """The beginning of a number or of the client's name, or the exact total."""
        text = value.strip()
        number = text.upper()
        matches = Q(number__gte=number, number__lt=number + "\U0010ffff")
        matches |= Q(client__in=named_like(Client.objects.order_by(), text).values("pk"))
        with contextlib.suppress(ValueError):
            matches |= Q(total_cents=in_cents(parse_money(text)))
        return queryset.filter(matches)


class OrderFilter(django_filters.FilterSet):
    """Orders by number, client, state, Activity."""

    q = django_filters.CharFilter(
        label=_("Number, client"), method="remembered", widget=forms.TextInput({"type": "search"})
    )
    state = django_filters.ChoiceFilter(choices=OrderState.choices, empty_label=_("All"), label=_("State"))
    activity = django_filters.UUIDFilter(field_name="activity_id", widget=forms.HiddenInput)
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput)

    class Meta:
        model = Order
        fields: tuple[str, ...] = ()

    def remembered(self, queryset: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        """The beginning of a number or of the client's name."""
        text = value.strip()
        number = text.upper()
        matches = Q(number__gte=number, number__lt=number + "\U0010ffff")
        return queryset.filter(
            matches | Q(client__in=named_like(Client.objects.order_by(), text).values("pk"))
        )
