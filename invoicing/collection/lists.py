"""Late invoices as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exports.sources import ListSource, filtered
from core.tables import Column
from invoicing.collection.filters import LateFilter
from invoicing.collection.selectors import late_with_step
from invoicing.models import Invoice
from invoicing.roles import CONTROLLERS
from invoicing.situations import situation_of


def _late(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Invoice]:
    rows = late_with_step(clock.today()).select_related("client", "activity", "entity")
    return filtered(LateFilter, asked, rows)


def _columns() -> Sequence[Column]:
    today = clock.today()
    return (
        Column(_("Client"), "client.name"),
        Column(_("Kind"), "client.get_kind_display"),
        Column(_("E-mail"), "client.email"),
        Column(_("Telephone"), "client.phone"),
        Column(_("Number"), "number"),
        Column(_("Activity"), "activity.name"),
        Column(_("Due"), "due_on", "date"),
        Column(_("Days late"), lambda row: row.days_late(today), "number"),
        Column(_("Step"), "last_step", "number"),
        Column(_("State"), lambda row: situation_of(row, today)[1]),
        Column(_("To be paid"), "open_amount", "money"),
    )


LISTS = (ListSource("invoicing.late", _("Late invoices"), frozenset(CONTROLLERS), _late, _columns),)
