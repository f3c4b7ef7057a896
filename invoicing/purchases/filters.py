"""How lists of purchases are narrowed: one FilterSet for the pages and for REST."""

from __future__ import annotations

from uuid import UUID

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from invoicing.purchases.enums import PurchaseKind, PurchaseState
from invoicing.purchases.models import Purchase, Supplier
from invoicing.purchases.selectors import borne_by
from members.types import search_key


class PurchaseFilter(django_filters.FilterSet):
    """Purchases by supplier or number, state, kind and Activity."""

    q = django_filters.CharFilter(
        label=_("Supplier or number"), method="remembered", widget=forms.TextInput({"type": "search"})
    )
    state = django_filters.ChoiceFilter(choices=PurchaseState.choices, empty_label=_("All"), label=_("State"))
    kind = django_filters.ChoiceFilter(choices=PurchaseKind.choices, empty_label=_("All"), label=_("Kind"))
    activity = django_filters.UUIDFilter(method="borne", widget=forms.HiddenInput)
    supplier = django_filters.UUIDFilter(field_name="supplier_id", widget=forms.HiddenInput)

    class Meta:
        model = Purchase
        fields: tuple[str, ...] = ()

    def borne(self, queryset: QuerySet[Purchase], name: str, value: UUID) -> QuerySet[Purchase]:
        """Those that the Activity bears, whole or a part."""
        del name
        return queryset.filter(borne_by([value]))

    def remembered(self, queryset: QuerySet[Purchase], name: str, value: str) -> QuerySet[Purchase]:
        """The number as written, or suppliers whose name begins so."""
        del name
        key = search_key(value)
        named = Supplier.objects.filter(search_key__gte=key, search_key__lt=f"{key}\uffff") if key else ()
        return queryset.filter(
            Q(number=value.strip()) | Q(supplier__in=[supplier.pk for supplier in named][:200])
        )
