"""Links by which clients enter: asked for, mailed, used once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from core import audit, clock
from core.doorbell import ring
from core.mailing import send_waiting
from core.models import Cooperative
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.models import Client
from invoicing.portal import selectors
from invoicing.portal.errors import AddressesUnchecked, LinkSpent, NoPortalAddress
from invoicing.portal.links import access_of, address_of
from invoicing.portal.models import PortalAccess
from invoicing.portal.wording import wording
from invoicing.services.messages import letter_html

VALID = timedelta(minutes=30)
"""How long a link opens the door, and"""
STAY = timedelta(hours=12)
"""how long one stays inside."""
PAUSE = timedelta(minutes=2)
"""Between two letters to the same address."""
LINK = "{link}"
"""Where a letter's link goes when it leaves."""


@transaction.atomic
def ask_for_link(*, email: str, at: datetime, actor: Actor) -> PortalAccess | None:
    """Mail a link to an address of a client; None, and nothing written, when it is nobody's or was written
    to just now. Who asks is told the same in each case.
    """
    address = email.strip()
    clients = selectors.clients_at(address)
    if not clients:
        return None
    if PortalAccess.objects.filter(recipient=address.lower(), asked_at__gt=at - PAUSE).exists():
        return None
    return _write(address, clients, at, actor)


@transaction.atomic
def send_link(*, client: Client, email: str, at: datetime, actor: Actor) -> PortalAccess:
    """Mail a link to one of the addresses of a client (empty: its first one), at once, however often.

    Raises `NoPortalAddress`, `AddressesUnchecked`.
    """
    known = selectors.addresses_of(client)
    chosen = email.strip() or (known[0] if known else "")
    if chosen.lower() not in [address.lower() for address in known]:
        raise NoPortalAddress
    if selectors.closed_clients([client]):
        raise AddressesUnchecked
    return _write(chosen, [client], at, actor)


@transaction.atomic
def enter(*, token: str, at: datetime, actor: Actor) -> PortalAccess:
    """Use a link: the first use opens a visit, any other one is refused. Locks the link.

    Raises `LinkSpent` for all that opens nothing: forged, too old, used, revoked, of nobody any more.
    """
    key = access_of(token, on=at.date())
    access = selectors.access_for_update(key) if key else None
    if access is None or access.used_at or access.revoked_at or access.expires_at < at:
        raise LinkSpent
    if not selectors.clients_at(access.recipient):
        raise LinkSpent
    access.used_at, access.ends_at = at, at + STAY
    access.save(update_fields=["used_at", "ends_at"])
    audit.record(actor, "portal.entered", access)
    return access


@transaction.atomic
def leave(*, access_id: UUID, at: datetime, actor: Actor) -> None:
    """End a visit. A repeat changes nothing. Locks the link."""
    access = selectors.access_for_update(access_id)
    if access is None or access.revoked_at:
        return
    access.revoked_at = at
    access.save(update_fields=["revoked_at"])
    audit.record(actor, "portal.left", access)


@transaction.atomic
def revoke_links(*, client: Client, at: datetime, actor: Actor) -> int:
    """End every visit of a client's addresses and make their links worthless; how many there were."""
    ended = 0
    for row in selectors.accesses_of(client).filter(revoked_at=None).order_by("pk"):
        leave(access_id=row.pk, at=at, actor=actor)
        ended += 1
    return ended


def send_waiting_links(cooperative: Cooperative) -> int:
    """Send the letters that wait; how many left. Opens its own scopes: call it outside."""
    return send_waiting(PortalAccess, cooperative, attach=_with_link)


def _write(address: str, clients: list[Client], at: datetime, actor: Actor) -> PortalAccess:
    language = selectors.language_of(address, clients)
    words = wording(language)
    values = {"house": current_cooperative().name, "minutes": int(VALID.total_seconds() // 60)}
    access = PortalAccess.objects.create(
        recipient=address.lower(),
        language=language,
        subject=words["link_subject"] % values,
        body=(words["link_body"] % values).replace("[link]", LINK),
        asked_at=at,
        expires_at=at + VALID,
    )
    audit.record(actor, "portal.link_asked", access)
    ring("portal.send_links", current_cooperative().pk)
    return access


def _with_link(access: PortalAccess, email: EmailMultiAlternatives) -> bool:
    """Put the link in as the letter leaves; one that would open nothing any more does not leave."""
    if access.expires_at < clock.now() or access.revoked_at:
        raise LinkSpent
    body = access.body.replace(LINK, address_of(access))
    email.body = body
    email.attach_alternative(letter_html(access.subject, body, access.language), "text/html")
    return True
