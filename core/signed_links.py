"""Links that open one thing to whoever holds them, without a log-in.

A token names a row, a generation (raised, it revokes every earlier link of the row) and a last day. It is
signed with the key of the house, which lies outside the database, for one purpose in one cooperative:
anything else is no token. `SECRET_KEY_FALLBACKS` keep older links alive while the key is changed.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from core.tenancy import current_tenant_id

_ORDINAL, _GENERATION = 4, 2
_LENGTH = 16 + _ORDINAL + _GENERATION


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a token says."""

    key: UUID
    generation: int
    last_day: date


def make_token(purpose: str, key: UUID, *, generation: int, last_day: date) -> str:
    """A token for a row of the current cooperative, good until the end of `last_day`; the same each time."""
    told = (
        key.bytes + last_day.toordinal().to_bytes(_ORDINAL, "big") + generation.to_bytes(_GENERATION, "big")
    )
    return _signer(purpose).sign(base64.urlsafe_b64encode(told).decode().rstrip("="))


def read_token(purpose: str, token: str, *, on: date) -> SignedLink | None:
    """What the token says; None for one that was forged, made for something else or elsewhere, or is over."""
    try:
        text = _signer(purpose).unsign(token)
        told = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    if len(told) != _LENGTH:
        return None
    last_day = date.fromordinal(int.from_bytes(told[16 : 16 + _ORDINAL], "big"))
    if on > last_day:
        return None
    return SignedLink(UUID(bytes=told[:16]), int.from_bytes(told[16 + _ORDINAL :], "big"), last_day)


def address_of(request: HttpRequest) -> str:
    """The visitor's address, behind the proxies that are ours."""
    found: str = get_ip(request)
    return found


def within_share(name: str, request: HttpRequest, *, most: int, seconds: int = 60) -> bool:
    """Count a visit of this address; False when it came more than `most` times in the last `seconds`."""
    key = f"share:{name}:{address_of(request)}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:  # it ran out between the two
        return True


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"smart.link.{purpose}.{current_tenant_id()}", sep=".")
