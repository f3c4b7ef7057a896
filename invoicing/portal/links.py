"""The one-time link of the portal."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from core.links import whole_link
from core.signed_links import make_token, read_token
from invoicing.portal.models import PortalAccess

PURPOSE = "portal"


def token_of(access: PortalAccess) -> str:
    """The token of a link: made anew from the key of the house each time, kept nowhere."""
    # A day more than the row says: the day of a moment depends on where one stands, the row counts minutes.
    return make_token(PURPOSE, access.pk, generation=0, last_day=access.expires_at.date() + timedelta(days=1))


def address_of(access: PortalAccess) -> str:
    """Where a letter leads."""
    return whole_link("portal:enter", token=token_of(access))


def access_of(token: str, *, on: date) -> UUID | None:
    """The key of the link that a token names; None for what was forged, made elsewhere or is long over."""
    said = read_token(PURPOSE, token, on=on)
    return said.key if said else None
