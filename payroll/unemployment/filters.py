"""How lists of days without work are narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from payroll.enums import UnemploymentReason
from payroll.filters import one_of
from payroll.unemployment.models import UnemploymentSpell


class SpellFilter(django_filters.FilterSet):
    """By month, reason, contract and worker."""

    month = django_filters.DateFilter(label=_("Month"))
    reason = one_of(UnemploymentReason.choices, _("Reason"))
    contract = django_filters.UUIDFilter(field_name="contract_id")
    person = django_filters.UUIDFilter(field_name="person_id", label=_("Worker"))

    class Meta:
        model = UnemploymentSpell
        fields: tuple[str, ...] = ()
