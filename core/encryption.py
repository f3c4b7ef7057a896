"""Texts at rest: encrypted for whoever holds the key, bound to the row that they belong to.

AES-256-GCM with a fresh nonce each time; the tenant and the row's owner are authenticated with the text, so
that a ciphertext moved to another row does not open. `settings.FIELD_KEYS` is a `core.keyring`: the first key
encrypts, each opens what it sealed; `manage.py rotate_keys` brings everything under the first one.
"""

from __future__ import annotations

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from core.keyring import keyring

NONCE_BYTES = 12
SEALED = "sealed:"


class DoesNotOpen(RuntimeError):
    """The ciphertext was altered, moved to another row, or sealed with a key that is gone."""


def field_keys() -> dict[str, bytes]:
    """The keys of encrypted fields by id; the first one encrypts."""
    return keyring(settings.FIELD_KEYS, "FIELD_KEYS")


def first_key_id() -> str:
    """Id of the key that encrypts."""
    return next(iter(field_keys()))


def encrypt(text: str, *, tenant_id: int, owner: UUID) -> tuple[str, bytes]:
    """Seal a text for one row: the id of the key, and nonce plus ciphertext. Never twice the same bytes."""
    return _seal(text, _context(tenant_id, owner))


def decrypt(sealed: bytes, *, key_id: str, tenant_id: int, owner: UUID) -> str:
    """Open what `encrypt` sealed. Raises `DoesNotOpen`, which says nothing of the content."""
    return _open(sealed, key_id, _context(tenant_id, owner))


def encrypt_text(text: str, *, purpose: str) -> str:
    """Seal a text for a column of text of a global table: `sealed:<key id>:<base64>`. It opens for the same
    purpose only.
    """
    key_id, sealed = _seal(text, purpose.encode())
    return f"{sealed_with(key_id)}{base64.b64encode(sealed).decode()}"


def decrypt_text(text: str, *, purpose: str) -> str:
    """Open what `encrypt_text` sealed; a text from before it was sealed is given back as it is. Raises
    `DoesNotOpen`.
    """
    if not text.startswith(SEALED):
        return text
    key_id, _, sealed = text.removeprefix(SEALED).rpartition(":")
    return _open(base64.b64decode(sealed), key_id, purpose.encode())


def sealed_with(key_id: str) -> str:
    """How a text begins that `encrypt_text` sealed with a key."""
    return f"{SEALED}{key_id}:"


def _seal(text: str, context: bytes) -> tuple[str, bytes]:
    key_id, key = next(iter(field_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    return key_id, nonce + AESGCM(key).encrypt(nonce, text.encode(), context)


def _open(sealed: bytes, key_id: str, context: bytes) -> str:
    key = field_keys().get(key_id)
    if key is None:
        raise DoesNotOpen(f"there is no key {key_id!r}")
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise DoesNotOpen("altered or moved") from None
    return plain.decode()


def _context(tenant_id: int, owner: UUID) -> bytes:
    return b"%d:%s" % (tenant_id, owner.bytes)
