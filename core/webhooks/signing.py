"""Signatures, as the convention "Standard Webhooks" has them: receivers find libraries in every language.

`webhook-signature: v1,<base64>` is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` under the
secret `whsec_<base64>`; several signatures stand side by side, separated by spaces, while a secret is being
replaced.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from core.keyring import keyring

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds that the time of a message may differ from the receiver's."""


def current_key_id() -> str:
    """Id of the installation's key from which new endpoints derive."""
    return next(iter(keyring(settings.FIELD_KEYS, "FIELD_KEYS")))


def secret_of(endpoint: UUID, *, key_id: str, generation: int) -> str:
    """The secret of an endpoint. Raises `KeyError` when the key it was derived from is gone."""
    key = keyring(settings.FIELD_KEYS, "FIELD_KEYS")[key_id]
    told = b"smart webhook " + endpoint.bytes + generation.to_bytes(4, "big")
    return PREFIX + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


def sign(body: bytes, *, message_id: str, timestamp: int, secrets: Iterable[str]) -> str:
    """The value of `webhook-signature`."""
    told = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + _mac(secret, told) for secret in secrets)


def verify(body: bytes, *, message_id: str, timestamp: str, signature: str, secret: str, now: float) -> bool:
    """What a receiver does: whether the message is ours, whole and of now."""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    wanted = _mac(secret, f"{message_id}.{timestamp}.".encode() + body)
    given = [part.partition(",") for part in signature.split()]
    return any(name == "v1" and hmac.compare_digest(mac, wanted) for name, _comma, mac in given)


def _mac(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
