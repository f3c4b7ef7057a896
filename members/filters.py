"""How lists of people, roles and acts are narrowed: one FilterSet for the pages and for REST."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.clock import ZONE
from core.forms import DateInput
from core.models import AuditEvent, PolicyRate
from members.enums import Disclosed, Role
from members.models import AccessLog, Person, RoleGrant
from members.selectors import search_people

MOST_RANDOM = 0x0FFF3FFFFFFFFFFFFFFF
"""The rest of an identifier after its 48 bits of milliseconds."""


class PersonFilter(django_filters.FilterSet):
    """People by the beginning of a name."""

    q = django_filters.CharFilter(label=_("Name"), method="by_name")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_name(self, queryset: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        """First or last name starting with the text."""
        return search_people(queryset, value)


class RoleFilter(django_filters.FilterSet):
    """Roles by person and kind."""

    person = django_filters.UUIDFilter(field_name="person_id", label=_("Person"))
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"))

    class Meta:
        model = RoleGrant
        fields: tuple[str, ...] = ()


class PolicyFilter(django_filters.FilterSet):
    """Policies by key."""

    key = django_filters.CharFilter(label=_("Policy"))

    class Meta:
        model = PolicyRate
        fields: tuple[str, ...] = ()


class DaysFilter(django_filters.FilterSet):
    """Rows between two days, found through the identifiers, which begin with the moment: the primary key is
    the index.
    """

    since = django_filters.DateFilter(label=_("From"), method="by_first_day", widget=DateInput)
    until = django_filters.DateFilter(label=_("Until"), method="by_last_day", widget=DateInput)

    def by_first_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """From the beginning of the day."""
        return queryset.filter(pk__gte=_identifier_at(value, time.min, 0))

    def by_last_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """To the end of the day."""
        return queryset.filter(pk__lte=_identifier_at(value, time.max, MOST_RANDOM))


class AccessFilter(DaysFilter):
    """Reads of personal data by what was read, between two days."""

    what = django_filters.ChoiceFilter(choices=Disclosed.choices, label=_("What"))

    class Meta:
        model = AccessLog
        fields: tuple[str, ...] = ()


class AuditFilter(DaysFilter):
    """Acts by sort, by who did them, by what they touched, between two days."""

    action = django_filters.CharFilter(
        label=_("Act"), method="by_action", help_text=_("The beginning: members, invoicing.invoice…")
    )
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Done by"), widget=forms.HiddenInput)
    subject = django_filters.UUIDFilter(field_name="subject_id", label=_("About"), widget=forms.HiddenInput)

    class Meta:
        model = AuditEvent
        fields: tuple[str, ...] = ()

    def by_action(self, queryset: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        """Acts whose code starts with the text."""
        return queryset.filter(action__startswith=value.strip())


def _identifier_at(day: date, moment: time, rest: int) -> UUID:
    """The lowest (rest = 0) or highest identifier of version 7 made in a millisecond of Belgian time; none is
    older than 1970.
    """
    milliseconds = max(0, int(datetime.combine(day, moment, ZONE).timestamp() * 1000))
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | rest)


def narrowed(filters: django_filters.FilterSet) -> Any:
    """The rows that pass; a filter that cannot be read narrows to nothing, so that no one takes it for an
    answer.
    """
    return filters.qs if filters.is_valid() else filters.queryset.none()
