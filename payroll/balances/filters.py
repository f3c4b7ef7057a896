"""How the list of balances is narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from payroll.balances.enums import BalanceKind, BalanceState
from payroll.balances.models import Balance
from payroll.filters import WorkerNameFilter, one_of


class BalanceFilter(django_filters.FilterSet):
    """By state, kind, worker and whether work is still to be paid."""

    state = one_of(BalanceState.choices, _("State"))
    kind = one_of(BalanceKind.choices, _("Kind"))
    works = one_of((("True", _("yes")), ("False", _("no"))), _("Work to be paid"))
    worker = WorkerNameFilter()

    class Meta:
        model = Balance
        fields: tuple[str, ...] = ()
