"""Clients: made, changed, worked with; the people at them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.errors import StaleVersion
from core.locks import row_version
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing import selectors
from invoicing.client_data import normal_email, normal_phone, plain, whole
from invoicing.enums import ClientKind
from invoicing.errors import ContactNameMissing, ContactUnreachable, VatNumberInvalid
from invoicing.models import Client, ClientActivity, ClientContact
from ledger.enums import PartyKind
from ledger.models import Party
from ledger.services import create_party
from members.enums import Language
from members.models import Person

_PARTIES = {
    ClientKind.BUSINESS: PartyKind.FIRM,
    ClientKind.CONSUMER: PartyKind.PERSON,
    ClientKind.PUBLIC_BODY: PartyKind.BODY,
}

CHANGED = "client.changed"
"""News: a client is known, or something about it is new."""

FIELDS = (
    "kind",
    "name",
    "vat_number",
    "enterprise_number",
    "country",
    "street",
    "postal_code",
    "city",
    "email",
    "phone",
    "language",
    "payment_term_days",
    "reference",
    "peppol_id",
    "order_reference_required",
)
"""What people write about a client."""

_ADDRESSES = ("email", "peppol_id", "vat_number", "enterprise_number", "name")
"""Of these: what decides where documents of a client go and who may read them."""

PURPOSES = ("for_invoices", "for_reminders", "for_quotes")


@transaction.atomic
def create_client(
    *,
    kind: str,
    name: str,
    actor: Actor,
    activity_id: UUID | None = None,
    party: Party | None = None,
    vat_number: str = "",
    enterprise_number: str = "",
    street: str = "",
    postal_code: str = "",
    city: str = "",
    country: str = "BE",
    email: str = "",
    phone: str = "",
    language: str = "fr",
    payment_term_days: int | None = None,
    reference: str = "",
    peppol_id: str = "",
    order_reference_required: bool = False,
) -> Client:
    """Make a client known and let an Activity work with it.

    A firm whose VAT number is known already is that client: it stays as it is, the Activity works with it
    too. `party` names somebody whom the books know. Raises what `client_data.whole` raises; then nothing is
    written.
    """
    fields = whole(
        {
            "kind": kind,
            "name": name,
            "vat_number": vat_number,
            "enterprise_number": enterprise_number,
            "country": country,
            "street": street,
            "postal_code": postal_code,
            "city": city,
            "email": email,
            "phone": phone,
            "language": Language(language),
            "payment_term_days": payment_term_days,
            "reference": reference,
            "peppol_id": peppol_id,
            "order_reference_required": order_reference_required,
        },
        house=current_cooperative().country,
    )
    known = Client.objects.filter(vat_number=fields["vat_number"]).first() if fields["vat_number"] else None
    if known is None:
        try:
            with transaction.atomic():
                known = Client.objects.create(
                    party=party or create_party(kind=_PARTIES[fields["kind"]], name=fields["name"]), **fields
                )
            audit.record(actor, "client.created", known)
            publish(CHANGED, known)
        except IntegrityError:
            known = Client.objects.get(vat_number=fields["vat_number"])
    if activity_id is not None:
        work_with(client=known, activity_id=activity_id)
    return known


@transaction.atomic
def change_client(
    *, client_id: UUID, actor: Actor, version: int | None = None, vouched: bool = False, **changes: Any
) -> Client:
    """Change what is known of a client: the fields of `create_client`. Documents already issued stay as they
    are. `version`: the one that the writer saw (`core.locks.row_version`). `vouched`: the writer is staff or
    the client itself; when a member writes an address, staff must check the client's addresses again.

    Locks the client. Raises what `create_client` raises, and `StaleVersion`.
    """
    client = selectors.client_for_update(client_id)
    if version is not None and version != row_version(client):
        raise StaleVersion
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise TypeError(f"a client has no {', '.join(sorted(unknown))}")
    fields = whole(
        {name: changes.get(name, getattr(client, name)) for name in FIELDS},
        house=current_cooperative().country,
    )
    if fields["vat_number"] and (
        Client.objects.filter(vat_number=fields["vat_number"]).exclude(pk=client.pk).exists()
    ):
        raise VatNumberInvalid(number=fields["vat_number"])
    moved = any(fields[name] != getattr(client, name) for name in _ADDRESSES)
    for name, value in fields.items():
        setattr(client, name, value)
    client.save(update_fields=list(fields))
    _doubt(client, vouched or not moved)
    audit.record(actor, "client.changed", client, fields=sorted(changes))
    publish(CHANGED, client)
    return client


@transaction.atomic
def link_person(*, client_id: UUID, person: Person | None, actor: Actor) -> Client:
    """Say which member this client is, or that it is none. Locks the client. Raises `ClientNotFound`.

    Money of the client is the member's own from then on: they approve none of it.
    """
    client = selectors.client_for_update(client_id)
    client.person = person
    client.save(update_fields=["person"])
    audit.record(actor, "client.person_linked", client, person=str(person.pk) if person else "")
    return client


def work_with(*, client: Client, activity_id: UUID) -> None:
    """The Activity works with the client: its people see it. A repeat changes nothing."""
    ClientActivity.objects.bulk_create(
        [ClientActivity(client=client, activity_id=activity_id)], ignore_conflicts=True
    )
    audit.note_changed([client])


@transaction.atomic
def check_addresses(*, client_id: UUID, on: date, actor: Actor) -> Client:
    """Staff saw that the addresses of a client and of its contacts are its own: whoever reads them may read
    what every Activity wrote to it. A repeat changes nothing. Locks the client. Raises `ClientNotFound`.
    """
    client = selectors.client_for_update(client_id)
    if client.addresses_checked_on is None:
        client.addresses_checked_on = on
        client.save(update_fields=["addresses_checked_on"])
        audit.record(actor, "client.addresses_checked", client)
    return client


def _doubt(client: Client, vouched: bool) -> None:
    """Staff must look again at the addresses of a client, unless whoever wrote is above doubt."""
    if client.addresses_checked_on is not None and not vouched:
        client.addresses_checked_on = None
        client.save(update_fields=["addresses_checked_on"])


@transaction.atomic
def add_contact(*, client_id: UUID, actor: Actor, vouched: bool = False, **fields: Any) -> ClientContact:
    """Name somebody at a client: `name`, `function`, `email`, `phone`, `language` and what they are written
    about (`for_invoices`, `for_reminders`, `for_quotes`). `vouched`: as in `change_client`.

    Locks the client. Raises `ClientNotFound`, `ContactNameMissing`, `EmailInvalid`, `ContactUnreachable`.
    """
    client = selectors.client_for_update(client_id)
    contact = ClientContact(client=client, **_contact(fields))
    contact.save(force_insert=True)
    _doubt(client, vouched)
    audit.record(actor, "client.contact_added", client, contact=str(contact.pk))
    return contact


@transaction.atomic
def change_contact(
    *,
    client_id: UUID,
    contact_id: UUID,
    actor: Actor,
    version: int | None = None,
    vouched: bool = False,
    **fields: Any,
) -> ClientContact:
    """Replace what is known of a contact. `version`, `vouched`: as in `change_client`. Locks the client.
    Raises `ContactNotFound`, `StaleVersion`, and what `add_contact` raises.
    """
    client = selectors.client_for_update(client_id)
    contact = _seen_contact(client, contact_id, version)
    for name, value in _contact(fields).items():
        setattr(contact, name, value)
    contact.save()
    _doubt(client, vouched)
    audit.record(actor, "client.contact_changed", client, contact=str(contact.pk))
    return contact


@transaction.atomic
def remove_contact(*, client_id: UUID, contact_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Somebody is no contact any more: forgotten. Locks the client. Raises `ContactNotFound`,
    `StaleVersion`.
    """
    client = selectors.client_for_update(client_id)
    contact = _seen_contact(client, contact_id, version)
    audit.record(actor, "client.contact_removed", client, contact=str(contact.pk))
    contact.delete()


def _seen_contact(client: Client, contact_id: UUID, version: int | None) -> ClientContact:
    """A contact of a (locked) client, as its writer saw it."""
    contact = selectors.contact_for(client, contact_id)
    if version is not None and version != row_version(contact):
        raise StaleVersion
    return contact


def _contact(fields: dict[str, Any]) -> dict[str, Any]:
    name, email = plain(fields.get("name", ""), 120), normal_email(str(fields.get("email") or ""))
    purposes = {purpose: bool(fields.get(purpose)) for purpose in PURPOSES}
    if not name:
        raise ContactNameMissing
    if not email and any(purposes.values()):
        raise ContactUnreachable
    language = fields.get("language") or ""
    return {
        "name": name,
        "function": plain(fields.get("function") or "", 80),
        "email": email,
        "phone": normal_phone(str(fields.get("phone") or "")),
        "language": Language(language) if language else "",
        **purposes,
    }
