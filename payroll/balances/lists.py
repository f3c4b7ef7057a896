"""The list of balances as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from payroll.balances import selectors
from payroll.balances.filters import BalanceFilter
from payroll.balances.models import Balance
from payroll.balances.roles import READERS


def _balances(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Balance]:
    del person, roles
    return filtered(BalanceFilter, asked, selectors.balances())


def _columns() -> Sequence[Column]:
    return (
        Column(_("Worker"), "person"),
        Column(_("Employer"), "entity.name"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Owed"), "amount", "money"),
        Column(_("Since"), "since", "date"),
        Column(_("Last contract’s end"), "last_end", "date"),
        Column(_("State"), "get_state_display"),
        Column(_("To pay by"), "due_on", "date"),
    )


LISTS = (ListSource("payroll.balances", _("Balances that stay"), READERS, _balances, _columns),)
