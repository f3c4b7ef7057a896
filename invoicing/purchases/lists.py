"""Lists of purchases as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.exports.sources import ListSource, filtered
from core.tables import Column
from invoicing.purchases.filters import PurchaseFilter
from invoicing.purchases.models import Purchase
from invoicing.purchases.roles import SEE
from invoicing.purchases.selectors import visible_purchases


def _purchases(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Purchase]:
    return filtered(PurchaseFilter, asked, visible_purchases(person, roles))


def _columns() -> Sequence[Column]:
    return (
        Column(_("Supplier"), "supplier.name"),
        Column(_("VAT number"), "supplier.vat_number"),
        Column(_("Number"), "number"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("Date"), "issued_on", "date"),
        Column(_("To pay by"), "due_on", "date"),
        Column(_("Entity"), lambda row: row.entity.name if row.entity else ""),
        Column(_("Activity"), lambda row: row.activity.name if row.activity else ""),
        Column(_("State"), "get_state_display"),
        Column(_("Currency"), "document.currency"),
        Column(_("Total"), "total", "money"),
        Column(_("Cost"), "cost", "money"),
        Column(_("VAT that comes back"), "recoverable_vat", "money"),
        Column(_("VAT that we owe"), "due_vat", "money"),
        Column(_("Booked"), "booked_on", "date"),
        Column(_("Paid"), "paid_on", "date"),
    )


LISTS = (ListSource("purchases.purchases", _("Purchases"), SEE, _purchases, _columns),)
