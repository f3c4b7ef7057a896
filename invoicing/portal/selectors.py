"""What a client may read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from core.locks import for_update
from core.money import ZERO
from invoicing import selectors as root
from invoicing.collection.selectors import charges_of
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.errors import ClientNotFound, InvoiceNotFound
from invoicing.models import Client, ClientContact, Invoice, IssuedDocument
from invoicing.portal.errors import GroupedInvoiceNotFound, StatementNotFound
from invoicing.portal.models import (
    GroupedInvoice,
    GroupedItem,
    MonthlyGrouping,
    PortalAccess,
    StatementOfAccount,
)
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.models import Quote

# --- who ---------------------------------------------------------------


def clients_at(email: str) -> list[Client]:
    """Clients at which an e-mail address is the client's own or a contact's and whose area is open, by name;
    small and capital letters are the same.

    Compared in small letters: in capitals `ı` and `ſ` are I and S, and a letter would leave for the address
    of somebody who registered a look-alike.
    """
    if not email:
        return []
    contacts = _with_address(ClientContact.objects.all(), email).values("client_id")
    own = _with_address(Client.objects.all(), email).values("pk")
    rows = Client.objects.filter(merged_into=None).filter(Q(pk__in=own) | Q(pk__in=contacts))
    found = list(rows.select_related("party").order_by("search_key", "pk"))
    closed = closed_clients(found)
    return [client for client in found if client.pk not in closed]


def closed_clients(clients: Iterable[Client]) -> set[UUID]:
    """Those whose area opens to nobody yet: people who have no Activity in common work with them, and staff
    have not seen that their addresses are their own. An address that one member wrote must not open what
    others sold.
    """
    unchecked = [client.pk for client in clients if client.addresses_checked_on is None]
    return root.shared_clients(unchecked) if unchecked else set()


def language_of(email: str, clients: Sequence[Client]) -> str:
    """The language of whoever has the address: the contact's, else the client's."""
    said = (
        _with_address(ClientContact.objects.filter(client__in=clients), email)
        .exclude(language="")
        .order_by("pk")
        .values_list("language", flat=True)
        .first()
    )
    return said or clients[0].language


def _with_address(rows: QuerySet[Any], email: str) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(address=Lower("email")).filter(address=email.lower())
    return found


def access_for_update(pk: UUID) -> PortalAccess | None:
    """A link, locked."""
    return for_update(PortalAccess.objects.filter(pk=pk)).first()


def visit(pk: UUID, at: datetime) -> PortalAccess | None:
    """The visit that a link opened, while it lasts."""
    return PortalAccess.objects.filter(pk=pk, used_at__isnull=False, revoked_at=None, ends_at__gt=at).first()


def accesses_of(client: Client) -> QuerySet[PortalAccess]:
    """Links that were mailed to addresses of a client, newest first."""
    return PortalAccess.objects.filter(
        recipient__in=[address.lower() for address in addresses_of(client)]
    ).order_by("-pk")


def addresses_of(client: Client) -> list[str]:
    """Every address by which somebody of the client can enter."""
    contacts = root.contacts_of(client).exclude(email="").values_list("email", flat=True)
    return list(dict.fromkeys(filter(None, (client.email, *contacts))))


def with_merged(clients: Iterable[Client]) -> list[UUID]:
    """The keys of clients and of those that turned out to be them: documents as issued name the latter."""
    keys = [client.pk for client in clients]
    return list(Client.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).values_list("pk", flat=True))


def one_of(clients: Sequence[Client], pk: UUID) -> Client:
    """The client among those of the reader. Raises `ClientNotFound`."""
    for client in clients:
        if client.pk == pk:
            return client
    raise ClientNotFound


# --- papers ------------------------------------------------------------


def invoices_of(clients: Sequence[Client]) -> QuerySet[Invoice]:
    """What was issued to the clients, newest first; drafts are nobody's business."""
    rows = root.invoices().filter(client__in=[client.pk for client in clients])
    return rows.exclude(state=InvoiceState.DRAFT).order_by("-issued_on", "-pk")


def to_pay(clients: Sequence[Client]) -> list[Invoice]:
    """What is open, the latest first: first what is longest due."""
    return list(invoices_of(clients).filter(state__in=OPEN_STATES).order_by("due_on", "pk"))


@dataclass(frozen=True, slots=True)
class ToPay:
    """What clients have to pay: invoices, the earliest due first, and the charges claimed on them."""

    invoices: tuple[Invoice, ...]
    charges: Decimal
    total: Decimal


def owed_by(clients: Sequence[Client]) -> ToPay:
    """What is to pay today, in euro."""
    rows = to_pay(clients)
    charges = sum((charge.open_amount for charge in charges_of([row.pk for row in rows])), ZERO)
    return ToPay(tuple(rows), charges, sum((row.open_amount for row in rows), ZERO) + charges)


def invoice_of(clients: Sequence[Client], pk: UUID) -> Invoice:
    """One of their invoices. Raises `InvoiceNotFound`, as if it did not exist."""
    found = invoices_of(clients).filter(pk=pk).first()
    if found is None:
        raise InvoiceNotFound
    return found


def document_of(clients: Sequence[Client], pk: UUID) -> IssuedDocument:
    """A document of one of their invoices. Raises `InvoiceNotFound`."""
    keys = [client.pk for client in clients]
    found = IssuedDocument.objects.filter(pk=pk, invoice__client__in=keys).select_related("invoice").first()
    if found is None:
        raise InvoiceNotFound
    return found


def quotes_waiting(clients: Sequence[Client]) -> list[Quote]:
    """Quotes that wait for their answer, what ends first on top."""
    rows = Quote.objects.filter(client__in=[client.pk for client in clients], state=QuoteState.SENT)
    return list(rows.select_related("client", "activity").order_by("valid_until", "pk"))


def statement_of(clients: Sequence[Client], pk: UUID) -> StatementOfAccount:
    """A printed statement of theirs. Raises `StatementNotFound`."""
    found = StatementOfAccount.objects.filter(pk=pk, client__in=with_merged(clients)).first()
    if found is None:
        raise StatementNotFound
    return found


# --- grouped invoices --------------------------------------------------


def grouping_of(client: Client) -> MonthlyGrouping | None:
    """What was agreed about one document a month."""
    return MonthlyGrouping.objects.filter(client=client).first()


def groupings_since(month: date) -> list[UUID]:
    """Clients whose months up to this one (its first day) are gathered."""
    rows = MonthlyGrouping.objects.filter(since__lt=month).order_by("pk")
    return list(rows.values_list("client_id", flat=True))


def grouping_for_update(client_id: UUID) -> MonthlyGrouping | None:
    """What was agreed with a client, locked."""
    return for_update(MonthlyGrouping.objects.filter(client=client_id)).first()


def ungrouped(clients: Sequence[UUID], since: date, before: date) -> list[Invoice]:
    """Invoices issued in a time that are on no grouped invoice, in the order of their numbers."""
    grouped = GroupedItem.objects.filter(invoice__client__in=clients).values("invoice_id")
    rows = Invoice.objects.filter(client__in=clients, issued_on__gte=since, issued_on__lt=before)
    return list(
        rows.exclude(pk__in=grouped)
        .exclude(state=InvoiceState.DRAFT)
        .select_related("client", "activity", "entity")
        .order_by("entity_id", "issued_on", "number")
    )


def groups_of(clients: Sequence[Client]) -> QuerySet[GroupedInvoice]:
    """Grouped invoices of clients, newest first."""
    rows = GroupedInvoice.objects.filter(client__in=with_merged(clients))
    return rows.select_related("entity", "client").order_by("-month", "-pk")


def group_of(clients: Sequence[Client], pk: UUID) -> GroupedInvoice:
    """One of them. Raises `GroupedInvoiceNotFound`."""
    found = groups_of(clients).filter(pk=pk).first()
    if found is None:
        raise GroupedInvoiceNotFound
    return found


def invoices_of_group(group: GroupedInvoice) -> list[Invoice]:
    """Its invoices as they stand now, the earliest due first."""
    keys = GroupedItem.objects.filter(grouped=group).values("invoice_id")
    return list(Invoice.objects.filter(pk__in=keys).select_related("client").order_by("due_on", "pk"))


def groups_by_communication(communications: Iterable[str]) -> dict[str, GroupedInvoice]:
    """The grouped invoices that bear one of these communications."""
    rows = GroupedInvoice.objects.filter(communication__in=set(communications))
    return {row.communication: row for row in rows}
