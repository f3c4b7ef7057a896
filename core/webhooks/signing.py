"""Signatures, as the convention "Standard Webhooks" has them: receivers find libraries in every language.

`webhook-signature: v1,<base64>` is the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` under the
secret `whsec_<base64>`; several signatures stand side by side, separated by spaces, while a secret is being
replaced.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.digits import whole_number
from core.encryption import decrypt, encrypt, field_keys
from core.tenancy import current_tenant_id

if TYPE_CHECKING:
    from core.webhooks.models import WebhookEndpoint

PREFIX = "whsec_"
TOLERANCE = 300
"""Seconds that the time of a message may differ from the receiver's."""


def secret_of(endpoint: WebhookEndpoint, *, generation: int) -> str:
    """The secret of an endpoint: the one that was carried over from an earlier key, else derived.

    Raises `KeyError` or `core.encryption.DoesNotOpen` when the key that it needs is gone.
    """
    if endpoint.carried is not None:
        kept = decrypt(
            bytes(endpoint.carried),
            key_id=endpoint.key_id,
            tenant_id=current_tenant_id(),
            owner=endpoint.pk,
        )
        found: str | None = json.loads(kept).get(str(generation))
        if found is not None:
            return found
    key = field_keys()[endpoint.key_id]
    told = b"smart webhook " + endpoint.pk.bytes + generation.to_bytes(4, "big")
    return PREFIX + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


def carry_over(endpoint: WebhookEndpoint) -> tuple[str, bytes]:
    """The secrets that may still sign (this generation's and the one before), encrypted with the first key:
    what `key_id` and `carried` become. Receivers notice nothing. Raises as `secret_of`.
    """
    generations = (endpoint.generation, endpoint.generation - 1)
    kept = {str(one): secret_of(endpoint, generation=one) for one in generations if one > 0}
    return encrypt(json.dumps(kept), tenant_id=current_tenant_id(), owner=endpoint.pk)


def sign(body: bytes, *, message_id: str, timestamp: int, secrets: Iterable[str]) -> str:
    """The value of `webhook-signature`."""
    told = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + _mac(secret, told) for secret in secrets)


def verify(body: bytes, *, message_id: str, timestamp: str, signature: str, secret: str, now: float) -> bool:
    """What a receiver does: whether the message is ours, whole and of now."""
    at = whole_number(timestamp, longest=18)
    if at is None or abs(now - at) > TOLERANCE:
        return False
    wanted = _mac(secret, f"{message_id}.{timestamp}.".encode() + body)
    given = [part.partition(",") for part in signature.split()]
    return any(name == "v1" and hmac.compare_digest(mac, wanted) for name, _comma, mac in given)


def _mac(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
