"""How entries and seals are written out before they are hashed and signed. A form, once used, never changes.

The text is made here and not in the database: whoever can change rows could change its functions too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from uuid import UUID

from django.conf import settings
from django.db import connection

from core.keyring import keyring
from core.tenancy import current_tenant_id
from ledger.models import Seal

FORM = 1
"""The form in use: JSON arrays without spaces, amounts with two decimals, moments in UTC to the microsecond.
"""

ENTRIES = """
SELECT id, entity_id::text, to_char(date, 'YYYY-MM-DD'), journal, source_type, source_id::text, kind, text,
    reverses_id::text, to_char(posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
FROM ledger_journalentry WHERE tenant_id = %s AND id = ANY(%s)
"""
LINES = """
SELECT entry_id, id::text, position, account, debit::text, credit::text, budget_id::text, fund, party_id::text
FROM ledger_journalline WHERE tenant_id = %s AND entry_id = ANY(%s) ORDER BY entry_id, position, id
"""


def digests_of(entry_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The SHA-256 of each entry with its lines, as they stand now; an entry that is gone has none. Two
    queries.
    """
    tenant = current_tenant_id()
    lines: dict[UUID, list[tuple[str, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LINES, [tenant, list(entry_ids)])
        for entry_id, *line in cursor.fetchall():
            lines.setdefault(entry_id, []).append(tuple(line))
        cursor.execute(ENTRIES, [tenant, list(entry_ids)])
        return {
            entry_id: _sha(_json([FORM, str(entry_id), *head, lines.get(entry_id, [])]))
            for entry_id, *head in cursor.fetchall()
        }


def content_of(digests: Iterable[str]) -> str:
    """What a seal holds: the SHA-256 of its entries' digests in their order."""
    return _sha("\n".join(digests))


def signature_of(seal: Seal, previous: str, *, key_id: str | None = None) -> str | None:
    """The HMAC that a seal must carry after the signature `previous` (empty: it is the first one).

    None when its key is not among those of this installation.
    """
    key = keys().get(key_id or seal.key_id)
    if key is None:
        return None
    text = _json(
        [
            seal.form, seal.tenant_id, str(seal.pk), seal.number, previous, str(seal.entity_id), seal.journal,
            seal.year, seal.first_number, seal.last_number, seal.content, seal.key_id,
            seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        ]
    )  # fmt: skip
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def keys() -> dict[str, bytes]:
    """The keys of seals by id; the first one signs."""
    return keyring(settings.SEAL_KEYS, "SEAL_KEYS")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
