"""Reads of clients and of the people at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from activities.models import ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from invoicing.enums import OPEN_STATES
from invoicing.errors import (
    ClientMerged,
    ClientNotFound,
    ClientShared,
    ContactNotFound,
)
from invoicing.models import (
    Client,
    ClientActivity,
    ClientContact,
    Invoice,
)
from invoicing.roles import CONTROLLERS
from members.enums import Role
from members.models import Person
from members.types import search_key


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
