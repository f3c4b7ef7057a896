"""What the guarantee fund stands for: what left, or was promised, against invoices that nobody paid yet.

Definitions: docs/decisions/0014-exposure.md. Everything is computed from invoices and budgets as they stand;
nothing is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from core.money import ZERO
from core.rates import find_policy

LIMIT = "guarantee.client_limit"
"""Policy: the limit (euro, VAT in) of a client that has none of its own; none: everything is guaranteed."""

_OPEN = """open_one AS (
    SELECT invoice.id, invoice.activity_id, invoice.client_id, invoice.issued_on, invoice.total,
           invoice.net - invoice.levy AS part,
           invoice.total - invoice.credited - invoice.paid AS amount
    FROM invoicing_invoice invoice
    WHERE invoice.state IN ('issued', 'partly_paid')
      AND invoice.total > invoice.credited + invoice.paid AND {which}
)"""

_OWN = """
SELECT DISTINCT ON (client_id) client_id, amount FROM guarantee_clientlimit
WHERE state = 'in_force' AND valid_from <= %(on)s ORDER BY client_id, valid_from DESC, id DESC
"""
_LIMITS = f"own_limit AS ({_OWN})"

_PER_CLIENT = """, borne AS (
    SELECT open_one.*, budget.balance, budget.reserved,
           sum(round(part * amount / total, 2)) OVER each AS unpaid, sum(amount) OVER each AS activity_open
    FROM open_one
    JOIN activities_activity activity ON activity.id = open_one.activity_id
    JOIN ledger_budget budget ON budget.id = activity.budget_id
    WINDOW each AS (PARTITION BY open_one.activity_id)
), advanced AS (
    SELECT borne.*, greatest(unpaid - balance, 0) * 100 AS paid_out,
           (greatest(unpaid - balance + reserved, 0) - greatest(unpaid - balance, 0)) * 100 AS promised
    FROM borne
), shared AS (
    SELECT id, client_id, activity_id, amount, paid_out, promised,
           div(paid_out * amount, activity_open) AS paid_share,
           mod(paid_out * amount, activity_open) AS paid_rest,
           div(promised * amount, activity_open) AS promised_share,
           mod(promised * amount, activity_open) AS promised_rest
    FROM advanced
), ranked AS (
    SELECT client_id, amount, paid_share, promised_share,
           row_number() OVER (PARTITION BY activity_id ORDER BY paid_rest DESC, id)
               <= paid_out - sum(paid_share) OVER (PARTITION BY activity_id) AS one_more_paid,
           row_number() OVER (PARTITION BY activity_id ORDER BY promised_rest DESC, id)
               <= promised - sum(promised_share) OVER (PARTITION BY activity_id) AS one_more_promised
    FROM shared
), per_client AS (
    SELECT client_id, count(*) AS invoices, sum(amount) AS at_risk,
           (sum(paid_share) + count(*) FILTER (WHERE one_more_paid)) / 100 AS paid_out,
           (sum(promised_share) + count(*) FILTER (WHERE one_more_promised)) / 100 AS promised
    FROM ranked GROUP BY client_id
)
SELECT client.id, client.name, client.kind, client.search_key, invoices, at_risk, paid_out, promised
FROM per_client JOIN invoicing_client client ON client.id = per_client.client_id
"""

_UNGUARANTEED = """, ordered AS (
    SELECT open_one.*, sum(open_one.amount) OVER (
        PARTITION BY client_id ORDER BY issued_on, id ROWS UNBOUNDED PRECEDING
    ) AS reached FROM open_one
)
SELECT COALESCE(sum(round(
    ordered.part * greatest(0, least(
        ordered.amount, ordered.reached - COALESCE(own_limit.amount, %(limit)s::numeric)
    )) / ordered.total, 2)), 0)
FROM ordered LEFT JOIN own_limit ON own_limit.client_id = ordered.client_id
WHERE ordered.activity_id = %(activity)s
  AND COALESCE(own_limit.amount, %(limit)s::numeric) IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the cooperative risks with a client, in euro.

    at_risk: open on its invoices, VAT in. advanced: what left for wages and costs against them. promised:
    what is reserved against them and leaves whether or not the client pays. limit: up to what `at_risk` wages
    are guaranteed; None: without limit. own_limit: whether it is the client's own, else the policy's.
    """

    client_id: UUID
    name: str
    kind: str
    count: int
    at_risk: Decimal
    advanced: Decimal
    promised: Decimal
    limit: Decimal | None
    own_limit: bool
    search_key: str = ""

    @property
    def headroom(self) -> Decimal | None:
        """What the client may still owe with wages guaranteed; negative: how far it is above."""
        return None if self.limit is None else self.limit - self.at_risk


def default_limit(on: date) -> Decimal | None:
    """The limit of clients that have none of their own."""
    found = find_policy(LIMIT, on=on)
    return found.rate if found is not None else None


def exposures(on: date, clients: Collection[UUID] | None = None) -> list[Exposure]:
    """What is at risk with each client that owes something, the most exposed first; of some clients or of
    all. Three queries.
    """
    which = "TRUE"
    if clients is not None:
        which = (
            "invoice.activity_id IN (SELECT own.activity_id FROM invoicing_invoice own"
            " WHERE own.client_id = ANY(%(clients)s) AND own.state IN ('issued', 'partly_paid'))"
        )
    usual, own = default_limit(on), _own_limits(on)
    rows = _rows(f"WITH {_OPEN.format(which=which)}{_PER_CLIENT}", {"clients": list(clients or ())})
    asked = set(clients) if clients is not None else None
    found = [
        Exposure(
            *(pk, name, kind, count, at_risk, _euro(advanced), _euro(promised)),
            limit=own.get(pk, usual),
            own_limit=pk in own,
            search_key=key,
        )
        for pk, name, kind, key, count, at_risk, advanced, promised in rows
        if asked is None or pk in asked
    ]
    return sorted(found, key=lambda row: (-row.advanced, -row.promised, -row.at_risk, row.search_key))


def unguaranteed(activity_id: UUID, on: date) -> Decimal:
    """The part of the Activity's unpaid share that lies above its clients' limits, in euro.

    A client's open invoices are guaranteed from the oldest on, over the whole cooperative. Who needs the
    figure to stand holds the clients first (`hold_clients`). Two queries.
    """
    which = (
        "invoice.client_id IN (SELECT own.client_id FROM invoicing_invoice own"
        " WHERE own.activity_id = %(activity)s AND own.state IN ('issued', 'partly_paid'))"
    )
    sql = f"WITH {_OPEN.format(which=which)}, {_LIMITS}{_UNGUARANTEED}"
    rows = _rows(sql, {"on": on, "activity": activity_id, "limit": default_limit(on)})
    total: Decimal = rows[0][0]
    return total or ZERO


def for_wages(available: Decimal, above: Decimal) -> Decimal:
    """What of an available budget may become wages: what is not guaranteed stays, never below zero."""
    return max(available - above, ZERO)


def _own_limits(on: date) -> dict[UUID, Decimal]:
    """Limits of their own that clients have on a day."""
    return dict(_rows(_OWN, {"on": on}))


def _euro(value: Decimal) -> Decimal:
    return value.quantize(ZERO)


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
