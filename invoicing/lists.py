"""Lists of invoicing as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from activities.selectors import READERS
from core import clock
from core.exports.sources import ListSource, filtered
from core.tables import Column
from invoicing import overpaid
from invoicing.filters import ClientFilter, InvoiceFilter
from invoicing.models import Client, Invoice
from invoicing.roles import CONTROLLERS
from invoicing.selectors import visible_clients, visible_invoices
from invoicing.situations import situation_of
from members.enums import Role

ROLES = frozenset({Role.MEMBER, Role.ADVISER, *READERS})


def _clients(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Client]:
    return filtered(ClientFilter, asked, visible_clients(person, roles))


def _client_columns() -> Sequence[Column]:
    return (
        Column(_("Name"), "name"),
        Column(_("Kind"), "get_kind_display"),
        Column(_("VAT number"), "vat_number"),
        Column(_("Enterprise number"), "enterprise_number"),
        Column(_("Street"), "street"),
        Column(_("Postal code"), "postal_code"),
        Column(_("City"), "city"),
        Column(_("Country"), "country"),
        Column(_("E-mail"), "email"),
    )


def _invoices(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Invoice]:
    return filtered(InvoiceFilter, asked, visible_invoices(person, roles))


def _credits(_person: Any, _roles: frozenset[str], asked: QueryDict) -> QuerySet[Invoice]:
    return overpaid.credits(asked.get("q", ""))


def _credit_columns() -> Sequence[Column]:
    return (
        Column(_("Client"), "client.name"),
        Column(_("Invoice"), "number"),
        Column(_("Issued"), "issued_on", "date"),
        Column(_("To give back"), lambda row: -row.open_amount, "money"),
    )


def _invoice_columns() -> Sequence[Column]:
    today = clock.today()
    return (
        Column(_("Number"), "number"),
        Column(_("Client"), "client.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Issued"), "issued_on", "date"),
        Column(_("Due"), "due_on", "date"),
        Column(_("State"), lambda row: situation_of(row, today)[1]),
        Column(_("Communication"), "communication"),
        Column(_("Net"), "net", "money"),
        Column(_("Total"), "total", "money"),
        Column(_("To be paid"), "open_amount", "money"),
    )


LISTS = (
    ListSource("invoicing.clients", _("Clients"), ROLES, _clients, _client_columns),
    ListSource("invoicing.invoices", _("Invoices"), ROLES, _invoices, _invoice_columns),
    ListSource(
        "invoicing.credits", _("Credits of clients"), frozenset(CONTROLLERS), _credits, _credit_columns
    ),
)
