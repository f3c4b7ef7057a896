"""Random passwords and keys, made once and kept in ``var/secret`` (mode 0600)."""

import base64
import json
import os
import secrets
from pathlib import Path

from core.embedded.layout import Layout
from core.embedded.locks import exclusive

PASSWORDS = ("superuser", "smart_owner", "smart_app", "broker")
"""Names of the passwords: of the cluster's superuser, of the two roles, of the broker."""

KEYS = ("secret_key", "field_key", "seal_key")
"""Names of the keys, 32 random bytes in base64: signing key of Django, keys of encrypted fields and seals."""


def load_secrets(layout: Layout) -> dict[str, str]:
    """The secrets of this installation; those that are missing are made and written first."""
    layout.prepare()
    with exclusive(layout.run / "secret.lock"):
        found: dict[str, str] = {}
        if layout.secret_file.exists():
            found = json.loads(layout.secret_file.read_text())
        wanted = {name: secrets.token_urlsafe(24) for name in PASSWORDS}
        wanted |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in KEYS}
        merged = wanted | found
        if merged != found:
            _write(layout.secret_file, json.dumps(merged, indent=1))
        return merged


def _write(path: Path, text: str) -> None:
    """Replace the file in one step; nobody else can read it at any moment."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
