"""Clients: made, changed, worked with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.identifiers import (
    InvalidIdentifier,
    normalise_enterprise_number,
    normalise_siren,
    normalise_vat_number,
)
from core.types import Actor
from invoicing import selectors
from invoicing.enums import ClientKind
from invoicing.errors import ClientNameMissing, CountryInvalid, EnterpriseNumberInvalid, VatNumberInvalid
from invoicing.models import Client, ClientActivity
from invoicing.vat import UNION
from ledger.enums import PartyKind
from ledger.models import Party
from ledger.services import create_party
from members.types import search_key

_PARTIES = {
    ClientKind.BUSINESS: PartyKind.FIRM,
    ClientKind.CONSUMER: PartyKind.PERSON,
    ClientKind.PUBLIC_BODY: PartyKind.BODY,
}

_TEXTS = (
    "street",
    "postal_code",
    "city",
    "email",
    "phone",
    "language",
    "payment_term_days",
    "reference",
)


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
) -> Client:
    """Make a client known and let an Activity work with it.

    A firm whose VAT number is known already is that client: it stays as it is, the Activity works with it
    too. `party` names somebody whom the books know. Raises `ClientNameMissing`, `VatNumberInvalid`,
    `EnterpriseNumberInvalid`, `CountryInvalid`; then nothing is written.
    """
    fields: dict[str, Any] = _checked(
        {
            "kind": ClientKind(kind),
            "name": name,
            "vat_number": vat_number,
            "enterprise_number": enterprise_number,
            "country": country,
            "street": street,
            "postal_code": postal_code,
            "city": city,
            "email": email,
            "phone": phone,
            "language": language,
            "payment_term_days": payment_term_days,
            "reference": reference,
        }
    )
    known = Client.objects.filter(vat_number=fields["vat_number"]).first() if fields["vat_number"] else None
    if known is None:
        try:
            with transaction.atomic():
                known = Client.objects.create(
                    party=party or create_party(kind=_PARTIES[fields["kind"]], name=fields["name"]), **fields
                )
            audit.record(actor, "client.created", known)
        except IntegrityError:
            known = Client.objects.get(vat_number=fields["vat_number"])
    if activity_id is not None:
        work_with(client=known, activity_id=activity_id)
    return known


@transaction.atomic
def change_client(*, client_id: UUID, actor: Actor, **changes: Any) -> Client:
    """Change what is known of a client: the fields of `create_client`. Documents already issued stay as they
    are.

    Locks the client. Raises like `create_client`.
    """
    client = selectors.client_for_update(client_id)
    names = ("kind", "name", "vat_number", "enterprise_number", "country", *_TEXTS)
    unknown = set(changes) - set(names)
    if unknown:
        raise TypeError(f"a client has no {', '.join(sorted(unknown))}")
    fields = _checked({name: changes.get(name, getattr(client, name)) for name in names})
    if fields["vat_number"] and (
        Client.objects.filter(vat_number=fields["vat_number"]).exclude(pk=client.pk).exists()
    ):
        raise VatNumberInvalid(number=fields["vat_number"])
    for name, value in fields.items():
        setattr(client, name, value)
    client.save(update_fields=list(fields))
    audit.record(actor, "client.changed", client, fields=sorted(changes))
    return client


def work_with(*, client: Client, activity_id: UUID) -> None:
    """The Activity works with the client: its people see it. A repeat changes nothing."""
    ClientActivity.objects.bulk_create(
        [ClientActivity(client=client, activity_id=activity_id)], ignore_conflicts=True
    )
    audit.note_changed([client])


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with names trimmed and numbers normalised."""
    name = " ".join(str(fields["name"]).split())[:120]
    country = str(fields["country"]).strip().upper()
    if not name:
        raise ClientNameMissing
    if len(country) != 2 or not country.isalpha():
        raise CountryInvalid(country=fields["country"])
    return {
        **fields,
        "name": name,
        "search_key": search_key(name)[:120],
        "country": country,
        "vat_number": _vat_number(str(fields["vat_number"]), country),
        "enterprise_number": _enterprise_number(str(fields["enterprise_number"]), country),
    }


def _vat_number(text: str, country: str) -> str:
    """An EU number proved by its check digits; a number from elsewhere as it is written, without spaces."""
    compact = "".join(c for c in text.upper() if c.isalnum())
    if not compact:
        return ""
    if country not in UNION:
        return compact[:20]
    prefix = "EL" if country == "GR" else country
    if compact[:1].isdigit() and country == "BE":
        compact = prefix + compact
    try:
        return normalise_vat_number(compact)
    except InvalidIdentifier as error:
        raise VatNumberInvalid(number=text) from error


def _enterprise_number(text: str, country: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        if country == "BE":
            return normalise_enterprise_number(text)
        if country == "FR":
            return normalise_siren(text)
    except InvalidIdentifier as error:
        raise EnterpriseNumberInvalid(number=text) from error
    return text[:20]
