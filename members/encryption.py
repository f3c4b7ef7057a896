"""National numbers at rest: encrypted for whoever holds the key, comparable for whoever holds the tenant.

AES-256-GCM with a fresh nonce each time; the tenant and the row's owner are authenticated with the text, so
that a ciphertext moved to another row does not open. `settings.FIELD_KEYS` holds `id:base64` pairs
separated by commas (or one bare base64 key, whose id is `0`): the first key encrypts, each opens what it
sealed. The blind index is an HMAC under a key derived from the **last** pair and the tenant, so that
putting a new key in front changes no index and two tenants never share one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32


class DoesNotOpen(RuntimeError):
    """The ciphertext was altered, moved to another row, or sealed with a key that is gone."""


@cache
def _keys(setting: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for pair in filter(None, (part.strip() for part in setting.split(","))):
        key_id, separator, text = pair.partition(":")
        if not separator:
            key_id, text = "0", pair
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"FIELD_KEYS: key {key_id!r} is not base64") from error
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"FIELD_KEYS: key {key_id!r} must have {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: national numbers cannot be kept")
    return keys


def first_key_id() -> str:
    """Id of the key that encrypts."""
    return next(iter(_keys(settings.FIELD_KEYS)))


def encrypt(text: str, *, tenant_id: int, owner: UUID) -> tuple[str, bytes]:
    """Seal a text for one row: the id of the key, and nonce plus ciphertext. Never twice the same bytes."""
    key_id = first_key_id()
    key = _keys(settings.FIELD_KEYS)[key_id]
    nonce = os.urandom(NONCE_BYTES)
    return key_id, nonce + AESGCM(key).encrypt(nonce, text.encode(), _context(tenant_id, owner))


def decrypt(sealed: bytes, *, key_id: str, tenant_id: int, owner: UUID) -> str:
    """Open what `encrypt` sealed. Raises `DoesNotOpen`, which says nothing of the content."""
    key = _keys(settings.FIELD_KEYS).get(key_id)
    if key is None:
        raise DoesNotOpen(f"there is no key {key_id!r}")
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(tenant_id, owner))
    except InvalidTag:
        raise DoesNotOpen("altered or moved") from None
    return plain.decode()


def blind_index(text: str, *, tenant_id: int) -> str:
    """A fingerprint that is equal for equal texts of one tenant and tells nothing without the key."""
    oldest = list(_keys(settings.FIELD_KEYS).values())[-1]
    key = hmac.digest(oldest, b"smart blind index %d" % tenant_id, hashlib.sha256)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _context(tenant_id: int, owner: UUID) -> bytes:
    return b"%d:%s" % (tenant_id, owner.bytes)
