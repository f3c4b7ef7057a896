"""Invariants between advances and the books."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.registry import Break
from payroll.deductions.types import ADVANCE, ADVANCES_ACCOUNT

_ADVANCES = """
WITH moves AS (
    SELECT entity_id, party_id, amount FROM treasury_payout
        WHERE source_type = %(advance)s AND state IN ('released', 'paid')
    UNION ALL
    SELECT advance.entity_id, taken.party_id, -taken.amount
        FROM payroll_paydeduction AS taken
        JOIN deductions_advance AS advance
            ON advance.tenant_id = taken.tenant_id AND advance.id = taken.source_id
        WHERE taken.source_type = %(advance)s
    UNION ALL
    SELECT advance.entity_id, person.party_id, -advance.written_off
        FROM deductions_advance AS advance
        JOIN members_person AS person
            ON person.tenant_id = advance.tenant_id AND person.id = advance.person_id
        WHERE advance.written_off > 0
), said AS (
    SELECT entity_id, party_id, sum(amount) AS amount FROM moves GROUP BY 1, 2
), booked AS (
    SELECT entry.entity_id, line.party_id, sum(line.debit - line.credit) AS amount
    FROM ledger_journalline AS line
    JOIN ledger_journalentry AS entry ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id
    WHERE line.account = %(account)s GROUP BY 1, 2
)
SELECT party_id, coalesce(said.amount, 0), coalesce(booked.amount, 0)
FROM said FULL JOIN booked USING (entity_id, party_id)
WHERE coalesce(said.amount, 0) <> coalesce(booked.amount, 0)
"""


def advances_equal_account() -> Iterator[Break]:
    """What each worker has of advances (paid, less given back, less written off) is what stands on 4164."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCES, {"advance": ADVANCE, "account": ADVANCES_ACCOUNT})
        for party, said, booked in cursor.fetchall():
            yield Break("advances_differ", f"4164 {party}", f"advances {said}, account {booked}")
