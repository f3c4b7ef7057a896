"""Keys kept outside the database, by id, so that a new one can be put in front of the old ones."""

from __future__ import annotations

import base64
import binascii
from functools import cache

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
LONGEST_ID = 20
"""Characters of a key's id: rows keep it beside what the key made."""


@cache
def keyring(setting: str, name: str = "the keys") -> dict[str, bytes]:
    """The keys of a setting: `id:base64` pairs separated by commas, or one bare base64 key, whose id is `0`.

    The first one is in use, the others open or verify what they made. `name` is the setting's, for messages.
    Raises `ImproperlyConfigured` when there is none, an id is no id, or one of them is no key of 32 bytes.
    """
    keys: dict[str, bytes] = {}
    for pair in filter(None, (part.strip() for part in setting.split(","))):
        key_id, separator, text = pair.partition(":")
        if not separator:
            key_id, text = "0", pair
        if not 0 < len(key_id) <= LONGEST_ID or key_id in keys:
            raise ImproperlyConfigured(f"{name}: {key_id!r} is no id (1 to {LONGEST_ID} characters, once)")
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"{name}: key {key_id!r} is not base64") from error
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"{name}: key {key_id!r} must have {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured(f"{name} is empty")
    return keys
