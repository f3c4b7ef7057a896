"""Invariants between pay and the books, counted again from both sides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from core.registry import Break
from payroll.extras import source_types, unpaid_nets
from payroll.services.contracts import SOURCE
from payroll.services.holidays import BLOCK
from payroll.services.settlement import ITEM
from payroll.services.taking import DEDUCTION

_OWED = """
WITH owed AS (
    SELECT entity_id, part.key AS account, sum(part.value::numeric) AS amount
    FROM payroll_payitem, jsonb_each_text(owed) AS part GROUP BY 1, 2
    UNION ALL
    SELECT entity_id, part.account, sum(part.amount)
    FROM payroll_holidayblock, LATERAL (VALUES
        ('4560', -(simple + "double" + supplement + employer_onss)),
        ('4540', onss_simple + onss_double + employer_onss), ('453', withholding_tax), ('455', net)
    ) AS part (account, amount) GROUP BY 1, 2
), due AS (
    SELECT entity_id, account, sum(amount) AS amount FROM owed GROUP BY 1, 2
), booked AS (
    SELECT entry.entity_id, line.account, sum(line.credit - line.debit) AS amount
    FROM ledger_journalline AS line
    JOIN ledger_journalentry AS entry ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id
    WHERE entry.source_type IN (%s, %s) AND line.account LIKE '45%%' GROUP BY 1, 2
)
SELECT account, coalesce(due.amount, 0), coalesce(booked.amount, 0)
FROM due FULL JOIN booked USING (entity_id, account)
WHERE coalesce(due.amount, 0) <> coalesce(booked.amount, 0)
"""

_UNPAID = """
WITH net AS (
    SELECT entity_id, net AS amount FROM payroll_payitem
    UNION ALL SELECT entity_id, net FROM payroll_holidayblock
    UNION ALL SELECT * FROM unnest(%s::uuid[], %s::numeric[])
    UNION ALL SELECT entity_id, -amount FROM treasury_payout
        WHERE settles_account = '455' AND state IN ('released', 'paid') AND source_type = ANY(%s)
    UNION ALL SELECT coalesce(item.entity_id, block.entity_id), -taken.amount
        FROM payroll_paydeduction AS taken
        LEFT JOIN payroll_payitem AS item
            ON item.tenant_id = taken.tenant_id AND item.id = taken.item_id
        LEFT JOIN payroll_holidayblock AS block
            ON block.tenant_id = taken.tenant_id AND block.id = taken.holiday_id
        WHERE taken.account <> '455'
), unpaid AS (
    SELECT entity_id, sum(amount) AS amount FROM net GROUP BY 1
), booked AS (
    SELECT entry.entity_id, sum(line.credit - line.debit) AS amount
    FROM ledger_journalline AS line
    JOIN ledger_journalentry AS entry ON entry.tenant_id = line.tenant_id AND entry.id = line.entry_id
    WHERE line.account = '455' GROUP BY 1
)
SELECT entity_id, coalesce(unpaid.amount, 0), coalesce(booked.amount, 0)
FROM unpaid FULL JOIN booked USING (entity_id)
WHERE coalesce(unpaid.amount, 0) <> coalesce(booked.amount, 0)
"""

_RESERVED = """
WITH wanted AS (
    SELECT contract.id, sum(greatest(part.budget, 0)) AS amount
    FROM payroll_employmentcontract AS contract
    JOIN payroll_contractmonth AS part ON part.tenant_id = contract.tenant_id AND part.contract_id =
    contract.id WHERE NOT part.settled AND (contract.state IN ('submitted', 'declared')
        OR (part.number > 0 AND contract.state IN ('settled', 'paid'))) GROUP BY 1
), held AS (
    SELECT source_id AS id, amount FROM ledger_reservation WHERE source_type = %s AND amount <> 0
)
SELECT id, coalesce(wanted.amount, 0), coalesce(held.amount, 0)
FROM wanted FULL JOIN held USING (id)
WHERE coalesce(wanted.amount, 0) <> coalesce(held.amount, 0)
"""


def owed_equals_books() -> Iterator[Break]:
    """What pay items and exit holidays say is owed to the State, insurers, holidays and workers is what they
    posted.
    """
    for account, due, booked in _rows(_OWED, ITEM, BLOCK):
        yield Break("pay_owed_differs", account, f"pay items {due}, posted by them {booked}")


def unpaid_wages_equal_account() -> Iterator[Break]:
    """The credit of account 455 is the sum of net pay less what others took of it and the payouts that
    left.
    """
    others = unpaid_nets()
    sources = [ITEM, BLOCK, DEDUCTION, *source_types()]
    for entity, unpaid, booked in _rows(_UNPAID, list(others), list(others.values()), sources):
        yield Break("unpaid_wages_differ", f"455 {entity}", f"unpaid nets {unpaid}, account {booked}")


def reservations_equal_open_contracts() -> Iterator[Break]:
    """Money is reserved for exactly the months of open contracts, and corrections, that are not settled."""
    for contract, wanted, held in _rows(_RESERVED, SOURCE):
        yield Break("contract_reservation_differs", str(contract), f"open months {wanted}, reserved {held}")


def _rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
