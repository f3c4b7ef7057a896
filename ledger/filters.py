"""How lists of the books are narrowed: one FilterSet for the pages and for REST."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput
from ledger.enums import Journal, ManualState
from ledger.models import JournalEntry, JournalLine, LegalEntity, ManualEntry

SEALED = (("yes", _("sealed")), ("no", _("not sealed yet")))


def entity_filter(**options: Any) -> django_filters.ModelChoiceFilter:
    """A legal entity by its code."""
    return django_filters.ModelChoiceFilter(
        queryset=lambda request: LegalEntity.objects.order_by("code"),  # noqa: ARG005 - called with it
        to_field_name="code",
        label=_("Entity"),
        **options,
    )


def day_filter(label: Any, field: str, comparison: str) -> django_filters.DateFilter:
    """A bound of days."""
    return django_filters.DateFilter(field_name=field, lookup_expr=comparison, label=label, widget=DateInput)


class JournalFilter(django_filters.FilterSet):
    """Entries by entity, journal, days, legal number and seal."""

    entity = entity_filter(field_name="entity", empty_label=None)
    journal = django_filters.ChoiceFilter(choices=Journal.choices, empty_label=_("All"), label=_("Journal"))
    since = day_filter(_("From"), "date", "gte")
    until = day_filter(_("Up to"), "date", "lte")
    number = django_filters.NumberFilter(label=_("Number"), method="by_number", min_value=1)
    sealed = django_filters.ChoiceFilter(
        choices=SEALED, empty_label=_("All"), label=_("Seal"), method="by_seal"
    )

    class Meta:
        model = JournalEntry
        fields: tuple[str, ...] = ()

    def by_number(self, queryset: QuerySet[JournalEntry], name: str, value: Any) -> QuerySet[JournalEntry]:
        """By legal number; the seal's entity and journal are the entry's, which lets its index be used."""
        return queryset.filter(sealed__number=value, sealed__entity=F("entity"), sealed__journal=F("journal"))

    def by_seal(self, queryset: QuerySet[JournalEntry], name: str, value: str) -> QuerySet[JournalEntry]:
        """With or without a seal."""
        return queryset.filter(sealed__isnull=value == "no")


class MovementFilter(django_filters.FilterSet):
    """Lines of an account by their days."""

    since = day_filter(_("From"), "entry__date", "gte")
    until = day_filter(_("Up to"), "entry__date", "lte")

    class Meta:
        model = JournalLine
        fields: tuple[str, ...] = ()


class ManualFilter(django_filters.FilterSet):
    """Entries by hand by state."""

    state = django_filters.ChoiceFilter(choices=ManualState.choices, empty_label=_("All"), label=_("State"))

    class Meta:
        model = ManualEntry
        fields: tuple[str, ...] = ()
