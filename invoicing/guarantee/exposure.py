"""What the guarantee fund stands for: what left, or was promised, against invoices that nobody paid yet.

Definitions: docs/decisions/0014-exposure.md. Everything is computed from invoices and budgets as they stand;
nothing is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from core.money import ZERO, in_cents
from core.rates import find_policy
from invoicing.enums import OPEN_STATES
from invoicing.models import Invoice

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

_EACH = """
SELECT activity_id, client_id, amount, round(part * amount / total, 2) FROM open_one ORDER BY activity_id, id
"""
_BUDGETS = """
SELECT activity.id, budget.balance, budget.reserved FROM activities_activity activity
JOIN ledger_budget budget ON budget.id = activity.budget_id WHERE activity.id = ANY(%(keys)s)
"""
_CLIENTS = "SELECT id, name, kind, search_key FROM invoicing_client WHERE id = ANY(%(keys)s)"

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
    all. Six queries at most, whatever their number.
    """
    which, keys = "TRUE", []
    if clients is not None:
        which, keys = "invoice.activity_id = ANY(%(keys)s)", _owing(client__in=list(clients))
    open_of: dict[UUID, list[tuple[UUID, Decimal, Decimal]]] = {}
    for activity_id, *one in _rows(f"WITH {_OPEN.format(which=which)}{_EACH}", {"keys": keys}):
        open_of.setdefault(activity_id, []).append((one[0], one[1], one[2]))
    sums: dict[UUID, list[int]] = {}
    for activity_id, balance, reserved in _rows(_BUDGETS, {"keys": list(open_of)}):
        invoices = open_of[activity_id]
        unpaid = sum((share for _, _, share in invoices), ZERO)
        paid_out = max(unpaid - balance, ZERO)
        promised = max(unpaid - balance + reserved, ZERO) - paid_out
        weights = [in_cents(amount) for _, amount, _ in invoices]
        parts = zip(
            invoices,
            weights,
            shared(in_cents(paid_out), weights),
            shared(in_cents(promised), weights),
            strict=True,
        )
        for (client_id, _, _), *cents in parts:
            bears = sums.setdefault(client_id, [0, 0, 0, 0])
            for place, amount in enumerate((1, *cents)):
                bears[place] += amount
    if clients is not None:
        sums = {key: sums[key] for key in clients if key in sums}
    usual, own = default_limit(on), dict(_rows(_OWN, {"on": on}))
    found = [
        Exposure(
            client_id=pk,
            name=name,
            kind=kind,
            count=sums[pk][0],
            at_risk=_euro(sums[pk][1]),
            advanced=_euro(sums[pk][2]),
            promised=_euro(sums[pk][3]),
            limit=own.get(pk, usual),
            own_limit=pk in own,
            search_key=key,
        )
        for pk, name, kind, key in _rows(_CLIENTS, {"keys": list(sums)})
    ]
    return sorted(found, key=lambda row: (-row.advanced, -row.promised, -row.at_risk, row.search_key))


def unguaranteed(activity_id: UUID, on: date) -> Decimal:
    """The part of the Activity's unpaid share that lies above its clients' limits, in euro.

    A client's open invoices are guaranteed from the oldest on, over the whole cooperative. Who needs the
    figure to stand holds the clients first (`hold_clients`). Three queries.
    """
    which = "invoice.client_id = ANY(%(keys)s)"
    sql = f"WITH {_OPEN.format(which=which)}, {_LIMITS}{_UNGUARANTEED}"
    keys = _owing("client_id", activity=activity_id)
    rows = _rows(sql, {"on": on, "activity": activity_id, "limit": default_limit(on), "keys": keys})
    total: Decimal = rows[0][0]
    return total or ZERO


def for_wages(available: Decimal, above: Decimal) -> Decimal:
    """What of an available budget may become wages: what is not guaranteed stays, never below zero."""
    return max(available - above, ZERO)


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """Cents of a total in proportion to weights (positive): whole, together the total; the cents that are
    left go to the largest remainders, the first of equal ones.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _owing(of: str = "activity_id", **narrowed: Any) -> list[UUID]:
    """Activities (or clients) of open invoices, each once."""
    rows = Invoice.objects.filter(state__in=OPEN_STATES, **narrowed).order_by()
    return list(rows.values_list(of, flat=True).distinct())


def _euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
