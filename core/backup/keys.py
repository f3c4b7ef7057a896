"""Which keys a backup needs: their ids, and what tells one key from another and nothing more."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from core.keyring import keyring

RINGS = ("FIELD_KEYS", "SEAL_KEYS")


def fingerprints() -> dict[str, str]:
    """By `<ring>/<id>`, a fingerprint of each key that this installation holds."""
    return {
        f"{ring}/{key_id}": hmac.new(key, b"smart backup fingerprint", hashlib.sha256).hexdigest()[:16]
        for ring in RINGS
        for key_id, key in keyring(getattr(settings, ring), ring).items()
    }
