"""Reads from the client to the cash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Lower, TruncMonth

from activities.models import Activity, ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.identifiers import InvalidIdentifier, normalise_structured_communication
from core.locks import for_update
from core.money import ZERO
from invoicing.enums import OPEN_STATES, DocumentKind, InvoiceState
from invoicing.errors import (
    ClientMerged,
    ClientNotFound,
    ClientShared,
    ContactNotFound,
    DocumentNotFound,
    InvoiceNotFound,
)
from invoicing.models import (
    Client,
    ClientActivity,
    ClientContact,
    ClientMessage,
    Invoice,
    InvoiceAttachment,
    InvoiceLine,
    IssuedDocument,
    Payment,
    Reminder,
)
from invoicing.roles import CONTROLLERS
from members.enums import Role
from members.models import Person
from members.types import search_key

OPEN_AMOUNT = F("total") - F("credited") - F("paid")

# --- clients -----------------------------------------------------------------------------------------------


def visible_clients(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Client]:
    """Clients of the Activities that the person may see, by name; every client for staff who read all."""
    rows = Client.objects.filter(merged_into=None).order_by("search_key", "pk")
    if roles & READERS:
        return rows
    seen = ClientActivity.objects.filter(activity__in=own_or_accompanied(person, roles))
    return rows.filter(pk__in=seen.values("client_id"))


def clients_of_activity(activity_id: UUID) -> QuerySet[Client]:
    """Clients that an Activity works with, by name."""
    links = ClientActivity.objects.filter(activity_id=activity_id).values("client_id")
    return Client.objects.filter(pk__in=links).order_by("search_key", "pk")


def client_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Client:
    """A client that the person may see; for one that was merged, the client that it turned out to be. Raises
    `ClientNotFound`.
    """
    found = None
    if person is not None:
        found = visible_clients(person, roles).filter(pk=current_client(pk)).first()
    if found is None:
        raise ClientNotFound
    return found


def client_to_keep(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Client:
    """A client whose particulars the person may write: staff any, members one that only Activities of theirs
    work with. Raises `ClientNotFound`, `ClientShared`.
    """
    client = client_for(person, pk, roles=roles)
    if not may_keep(person, client, roles):
        raise ClientShared
    return client


def contact_to_keep(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> ClientContact:
    """A contact whose particulars the person may write. Raises `ContactNotFound`, `ClientShared`."""
    contact = visible_contact(person, pk, roles=roles)
    if not may_keep(person, contact.client, roles):
        raise ClientShared
    return contact


def may_keep(person: Person | None, client: Client, roles: frozenset[str]) -> bool:
    """Whether the person may write what is known of a client that they see."""
    if roles & set(CONTROLLERS):
        return True
    own = ActivityHolder.objects.filter(person=person).values("activity_id")
    others = ClientActivity.objects.filter(client=client).exclude(activity__in=own)
    return Role.MEMBER in roles and not others.exists()


def shared_clients(keys: Iterable[UUID]) -> set[UUID]:
    """Those of some clients with which Activities work that have nobody in common. Two queries."""
    links = list(ClientActivity.objects.filter(client__in=set(keys)).values_list("client_id", "activity_id"))
    people: dict[UUID, set[UUID]] = {activity: set() for _, activity in links}
    holders = ActivityHolder.objects.filter(activity__in=list(people))
    for activity_id, person_id in holders.values_list("activity_id", "person_id"):
        people[activity_id].add(person_id)
    common: dict[UUID, set[UUID]] = {}
    for client_id, activity_id in links:
        common[client_id] = common.get(client_id, people[activity_id]) & people[activity_id]
    return {client_id for client_id, everywhere in common.items() if not everywhere}


def with_unchecked_addresses(rows: QuerySet[Client]) -> QuerySet[Client]:
    """Clients with which several Activities work and whose addresses staff have not seen."""
    several = ClientActivity.objects.values("client_id").annotate(many=Count("pk")).filter(many__gt=1)
    return rows.filter(addresses_checked_on=None, pk__in=several.values("client_id"))


def client_for_update(client_id: UUID) -> Client:
    """The client, locked; for one that was merged, the client that it turned out to be. Raises
    `ClientNotFound`, and `ClientMerged` when it was merged in this very moment.
    """
    found = _locked(Client.objects.filter(pk=current_client(client_id))).first()
    if found is None:
        raise ClientNotFound
    if found.merged_into is not None:
        raise ClientMerged(name=found.merged_into.name)
    return found


def current_client(pk: UUID) -> UUID:
    """The key of the client that this one was merged into, or its own."""
    survivor = Client.objects.filter(pk=pk, merged_into__isnull=False).values_list("merged_into", flat=True)
    return survivor.first() or pk


def client_parties(person_id: UUID) -> list[UUID]:
    """Parties of the clients that a member is: money by which they are a client is their own."""
    return list(Client.objects.filter(person_id=person_id).values_list("party_id", flat=True))


def current_parties(parties: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each party of a client that was merged, the party of the client that it turned out to be."""
    rows = Client.objects.filter(party_id__in=set(parties), merged_into__isnull=False)
    return dict(rows.values_list("party_id", "merged_into__party_id"))


def clients_for_update(*keys: UUID) -> dict[UUID, Client]:
    """Clients, locked in order of their keys. Raises `ClientNotFound`."""
    found = {row.pk: row for row in _locked(Client.objects.filter(pk__in=keys))}
    if len(found) != len(set(keys)):
        raise ClientNotFound
    return found


def _locked(rows: QuerySet[Client]) -> QuerySet[Client]:
    """Clients, locked against everybody who changes them, and not against those who write a row that names
    them: whoever issues holds an invoice and then names its client, whoever merges takes them in the order of
    `core.locks`, client first.
    """
    return rows.order_by("pk").select_for_update(no_key=True, of=("self",))


def contacts_of(client: Client) -> QuerySet[ClientContact]:
    """People at a client, by name."""
    return ClientContact.objects.filter(client=client).order_by("name", "pk")


def contact_for(client: Client, pk: UUID) -> ClientContact:
    """One of them. Raises `ContactNotFound`."""
    found = contacts_of(client).filter(pk=pk).first()
    if found is None:
        raise ContactNotFound
    return found


def visible_contact(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> ClientContact:
    """A contact of a client that the person may see. Raises `ContactNotFound`, as if it did not exist."""
    found = None
    if person is not None:
        rows = ClientContact.objects.filter(pk=pk, client__in=visible_clients(person, roles).order_by())
        found = rows.select_related("client").first()
    if found is None:
        raise ContactNotFound
    return found


def member_by_email(email: str) -> Person | None:
    """The member who is registered with an address; None when nobody is, or several are."""
    rows = Person.objects.annotate(in_small=Lower("email")).filter(in_small=email.lower())
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def addresses_for(client: Client, purpose: str) -> list[str]:
    """E-mail addresses for a purpose (`invoices`, `reminders`, `quotes`): those of the contacts who are named
    for it, else the client's own; empty when it has none.
    """
    named = contacts_of(client).filter(**{f"for_{purpose}": True}).values_list("email", flat=True)
    found = list(dict.fromkeys(named)) or [client.email]
    return [address for address in found if address]


def with_late_invoices(rows: QuerySet[Client], on: date) -> QuerySet[Client]:
    """Clients of whom an invoice is late on a day."""
    late = Invoice.objects.filter(state__in=OPEN_STATES, due_on__lt=on)
    return rows.filter(pk__in=late.order_by().values("client"))


def named_like(rows: QuerySet[Client], text: str) -> QuerySet[Client]:
    """Clients whose name begins with the text, without regard to accents and case."""
    key = search_key(text)
    return rows.filter(search_key__gte=key, search_key__lt=key + "\U0010ffff") if key else rows


# --- invoices ----------------------------------------------------------------------------------------------


def invoices() -> QuerySet[Invoice]:
    """Invoices with their client, Activity and entity; `open_now` is what is still to be paid."""
    return Invoice.objects.select_related("client", "activity", "entity").annotate(open_now=OPEN_AMOUNT)


def visible_invoices(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Invoice]:
    """Invoices of the Activities that the person may see, newest first; every one for staff who read all."""
    rows = invoices().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def invoice_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Invoice:
    """An invoice that the person may see. Raises `InvoiceNotFound`, as if it did not exist."""
    found = visible_invoices(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise InvoiceNotFound
    return found


def own_invoice_for(person: Person | None, pk: UUID) -> Invoice:
    """An invoice of an Activity whose people the person belongs to: who may write. Raises
    `InvoiceNotFound`.
    """
    found = None
    if person is not None:
        held = ActivityHolder.objects.filter(person=person).values("activity_id")
        found = invoices().filter(pk=pk, activity__in=held).first()
    if found is None:
        raise InvoiceNotFound
    return found


def invoice_for_update(invoice_id: UUID) -> Invoice:
    """The invoice, locked. Raises `InvoiceNotFound`."""
    return invoices_for_update([invoice_id])[0]


def invoices_for_update(invoice_ids: Sequence[UUID]) -> list[Invoice]:
    """The invoices, locked in order of their keys, given back as asked. Raises `InvoiceNotFound`."""
    rows = Invoice.objects.filter(pk__in=invoice_ids).select_related("client", "activity", "entity")
    found = {row.pk: row for row in for_update(rows)}
    if len(found) != len(set(invoice_ids)):
        # Whoever we waited for gave the invoice another client: the row that we waited for joins the old one
        # no more, and PostgreSQL leaves it out. A second look sees it.
        found = {row.pk: row for row in for_update(rows.all())}
    if len(found) != len(set(invoice_ids)):
        raise InvoiceNotFound
    return [found[pk] for pk in invoice_ids]


def lines_of(rows: Sequence[Invoice]) -> dict[UUID, list[InvoiceLine]]:
    """The lines of each invoice, in their order, in one query."""
    found: dict[UUID, list[InvoiceLine]] = {row.pk: [] for row in rows}
    for line in InvoiceLine.objects.filter(invoice__in=found).order_by("position"):
        found[line.invoice_id].append(line)
    return found


def attachments_of(rows: Sequence[Invoice]) -> dict[UUID, list[InvoiceAttachment]]:
    """The files that go with each invoice, in their order, in one query."""
    found: dict[UUID, list[InvoiceAttachment]] = {row.pk: [] for row in rows}
    files = InvoiceAttachment.objects.filter(invoice__in=found).select_related("file")
    for attachment in files.order_by("position"):
        found[attachment.invoice_id].append(attachment)
    return found


def attachment(pk: UUID) -> InvoiceAttachment:
    """A file that goes with an invoice; who may see the invoice may see it. Raises `InvoiceNotFound`, as if
    it did not exist.
    """
    found = InvoiceAttachment.objects.filter(pk=pk).select_related("file").first()
    if found is None:
        raise InvoiceNotFound
    return found


def invoices_of_activity(activity: Activity) -> QuerySet[Invoice]:
    """Invoices of an Activity, newest first."""
    return invoices().filter(activity=activity).order_by("-pk")


def open_invoices(activity: Activity | None = None) -> QuerySet[Invoice]:
    """Issued invoices with something still to be paid, the earliest due first; of one Activity or of all."""
    rows = invoices().filter(state__in=OPEN_STATES).order_by("due_on", "pk")
    return rows.filter(activity=activity) if activity is not None else rows


def drafts_of(person: Person) -> QuerySet[Invoice]:
    """Drafts of the person's Activities, oldest first."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    return invoices().filter(activity__in=held, state=InvoiceState.DRAFT).order_by("pk")


def document_by_number(number: str) -> IssuedDocument:
    """The document issued under a number. Raises `DocumentNotFound`."""
    found = IssuedDocument.objects.filter(number=number).first()
    if found is None:
        raise DocumentNotFound(number=number)
    return found


def documents_of(invoice: Invoice) -> QuerySet[IssuedDocument]:
    """The invoice as issued and its credit notes, in order."""
    return IssuedDocument.objects.filter(invoice=invoice).order_by("pk")


def payments_of(invoice: Invoice) -> QuerySet[Payment]:
    """What came in for an invoice, in order."""
    return Payment.objects.filter(invoice=invoice).order_by("pk")


def reminders_of(invoice: Invoice) -> QuerySet[Reminder]:
    """Reminders of an invoice, in order."""
    return Reminder.objects.filter(invoice=invoice).select_related("message").order_by("step")


def messages_to(client: Client) -> QuerySet[ClientMessage]:
    """What a client was written, newest first."""
    return ClientMessage.objects.filter(client=client).order_by("-pk")


def last_delivery(activity_id: UUID) -> Invoice | None:
    """The Activity's latest invoice: what a new one usually looks like."""
    return Invoice.objects.filter(activity_id=activity_id).select_related("client").order_by("-pk").first()


# --- money in ----------------------------------------------------------------------------------------------

_COMMUNICATION = re.compile(r"(?<!\d)(\d{3})\s*/\s*(\d{4})\s*/\s*(\d{5})(?!\d)|(?<!\d)(\d{12})(?!\d)")
_NUMBER = re.compile(r"\b([A-Z]{2})[\s/.-]*(\d{4})[\s/.-]*(\d{6})\b", re.IGNORECASE)


def invoice_by_communication(entity_id: UUID, *texts: str) -> Invoice | None:
    """The entity's invoice whose structured communication stands in one of the texts,
    however it is written.
    """
    found: list[str] = []
    for text in texts:
        for match in _COMMUNICATION.finditer(text):
            try:
                found.append(normalise_structured_communication("".join(filter(None, match.groups()))))
            except InvalidIdentifier:
                continue
    if not found:
        return None
    return (
        Invoice.objects.filter(entity_id=entity_id, communication__in=found).select_related("client").first()
    )


def invoice_by_number(entity_id: UUID, text: str) -> Invoice | None:
    """The entity's invoice whose number stands in the text (`PA-2026-000123`, `pa 2026/000123`); None when
    several.
    """
    numbers = {f"{m[0].upper()}-{m[1]}-{m[2]}" for m in _NUMBER.findall(text)}
    rows = (
        Invoice.objects.filter(entity_id=entity_id, number__in=numbers) if numbers else Invoice.objects.none()
    )
    named = list(rows.select_related("client")[:2])
    return named[0] if len(named) == 1 else None


def invoices_open_at(entity_id: UUID, amount: Decimal) -> list[Invoice]:
    """Open invoices of an entity on which exactly that amount is left, the earliest due first."""
    rows = open_invoices().filter(entity_id=entity_id, total=amount + F("credited") + F("paid"))
    return list(rows[:5])


# --- figures -----------------------------------------------------------------------------------------------


def turnover_by_month(activity_ids: Iterable[UUID], since: date) -> dict[UUID, dict[date, Decimal]]:
    """Net turnover (invoices less credit notes, euro without VAT) per Activity and month, in one query."""
    rows = (
        IssuedDocument.objects.filter(invoice__activity_id__in=list(activity_ids), issued_on__gte=since)
        .annotate(month=TruncMonth("issued_on"))
        .values("invoice__activity_id", "month")
        .annotate(
            invoiced=Sum("net", filter=Q(kind=DocumentKind.INVOICE), default=ZERO),
            given_back=Sum("net", filter=Q(kind=DocumentKind.CREDIT_NOTE), default=ZERO),
        )
    )
    found: dict[UUID, dict[date, Decimal]] = {}
    for row in rows:
        found.setdefault(row["invoice__activity_id"], {})[row["month"]] = row["invoiced"] - row["given_back"]
    return found


def late_by_activity(activity_ids: Iterable[UUID], on: date) -> dict[UUID, tuple[int, Decimal, date]]:
    """Late invoices per Activity: how many, how much is open, the latest due date; in one query."""
    rows = (
        Invoice.objects.filter(activity_id__in=list(activity_ids), state__in=OPEN_STATES, due_on__lt=on)
        .values("activity_id")
        .annotate(count=Count("pk"), amount=Sum(OPEN_AMOUNT), latest=Max("due_on"))
    )
    return {row["activity_id"]: (row["count"], row["amount"], row["latest"]) for row in rows}
