"""National numbers compared without being read: a fingerprint per key and tenant.

Each key of `settings.FIELD_KEYS` gives an index of its own; a row keeps the one of the key that was first
when it was written (`index_key_id`). While keys are being replaced a number is therefore looked for under
every key, and `manage.py rotate_keys` writes the indexes anew. Two tenants never share an index.
"""

from __future__ import annotations

import hashlib
import hmac

from core.encryption import field_keys


def blind_indexes(text: str, *, tenant_id: int) -> dict[str, str]:
    """By key id, the first key's first, a fingerprint that is equal for equal texts of one tenant and tells
    nothing without the key.
    """
    return {key_id: _index(key, text, tenant_id) for key_id, key in field_keys().items()}


def _index(key: bytes, text: str, tenant_id: int) -> str:
    own = hmac.digest(key, b"smart blind index %d" % tenant_id, hashlib.sha256)
    return hmac.new(own, text.encode(), hashlib.sha256).hexdigest()
