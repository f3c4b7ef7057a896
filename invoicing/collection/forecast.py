"""What clients are expected to pay, and when: as they use to.

An invoice is expected on its due date, moved by the days by which its client pays late (or early). Where that
day has passed, the client is given some days more, by policy. What is in a payment plan comes with its
instalments; a disputed or doubtful invoice and a draft are possible and no more; one given up is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.links import link
from core.rates import find_policy
from invoicing.collection.behaviour import behaviour_of
from invoicing.collection.enums import PlanState
from invoicing.collection.models import Plan, PlanInvoice
from invoicing.collection.selectors.agreements import progress_of
from ledger.treasury.forecast import DayTotal, Flow, FlowKind

LATE_AGAIN = "forecast.late_again_days"
"""Policy: days that are given to a client who should have paid already; none: expected at once."""

TERM = "payment_term_days"
"""Policy: the term of a draft whose client has none of its own."""

_EXPECTED = """
WITH habit AS (
    SELECT * FROM unnest(%(clients)s::uuid[], %(days)s::integer[]) AS habit(client_id, days)
), expected AS (
    SELECT invoice.id, invoice.entity_id, invoice.number, client.name,
           invoice.total - invoice.credited - invoice.paid AS amount,
           CASE WHEN invoice.state = 'draft' THEN
                GREATEST(%(on)s::date, GREATEST(invoice.delivery_date, %(on)s::date)
                         + COALESCE(client.payment_term_days, %(term)s) + COALESCE(habit.days, 0))
           WHEN invoice.due_on + COALESCE(habit.days, 0) < %(on)s::date THEN %(again)s::date
           ELSE invoice.due_on + COALESCE(habit.days, 0) END AS day,
           invoice.state = 'draft' OR invoice.disputed_on IS NOT NULL OR loss.id IS NOT NULL AS possible
    FROM invoicing_invoice invoice
    JOIN invoicing_client client ON client.id = invoice.client_id
    LEFT JOIN habit ON habit.client_id = invoice.client_id
    LEFT JOIN collection_writedown loss ON loss.invoice_id = invoice.id AND loss.ended_on IS NULL
         AND loss.state IN ('doubtful', 'lost')
    WHERE invoice.state IN ('draft', 'issued', 'partly_paid')
      AND invoice.total > invoice.credited + invoice.paid
      AND (loss.id IS NULL OR loss.state = 'doubtful')
      AND NOT EXISTS (
          SELECT FROM collection_planinvoice planned WHERE planned.invoice_id = invoice.id AND planned.active
      )
)
"""
_PER_DAY = """
SELECT day, entity_id, possible, sum(amount), count(*) FROM expected
WHERE day BETWEEN %(first)s AND %(last)s GROUP BY day, entity_id, possible
"""
_EACH = """
SELECT day, entity_id, possible, amount, id, number, name FROM expected
WHERE day BETWEEN %(first)s AND %(last)s ORDER BY amount DESC, id
"""


def receipt_totals(first: date, last: date, on: date) -> Iterator[DayTotal]:
    """What clients are expected to pay per day; added up by the database."""
    for day, entity_id, possible, amount, count in _rows(_PER_DAY, first, last, on):
        yield DayTotal(day, FlowKind.RECEIPTS, amount, entity_id, possible, count)
    for flow in instalment_flows(first, last, on):
        yield DayTotal(flow.day, flow.kind, flow.amount, flow.entity_id)


def receipt_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """The invoices and drafts that are expected to be paid, with their pages."""
    for day, entity_id, possible, amount, pk, number, name in _rows(_EACH, first, last, on):
        label = f"{number or _('draft')} · {name}"
        page = link("invoicing:invoice", pk=pk)
        yield Flow(day, FlowKind.RECEIPTS, amount, entity_id, label, page, possible)
    yield from instalment_flows(first, last, on)


def instalment_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """What is left of the instalments that clients agreed to; a late one is expected at once. The entity is
    that of the plan's first invoice.
    """
    plans = list(Plan.objects.filter(state=PlanState.ACTIVE).select_related("client"))
    progress = progress_of(plans)
    members = PlanInvoice.objects.filter(plan__in=[plan.pk for plan in plans]).order_by("-pk")
    entity_of = dict(members.values_list("plan_id", "invoice__entity_id"))
    for plan in plans:
        label = _("Instalment of %(name)s") % {"name": plan.client.name}
        page = link("invoicing:client", pk=plan.client_id)
        for part in progress[plan.pk].parts:
            day = max(part.due_on, on)
            if part.left > 0 and first <= day <= last:
                yield Flow(day, FlowKind.RECEIPTS, part.left, entity_of[plan.pk], label, page)


def _rows(select: str, first: date, last: date, on: date) -> list[tuple[Any, ...]]:
    again, term = find_policy(LATE_AGAIN, on=on), find_policy(TERM, on=on)
    habits = {key: row.expected_days for key, row in behaviour_of().items() if row.expected_days}
    with connection.cursor() as cursor:
        cursor.execute(
            _EXPECTED + select,
            {
                "clients": list(habits),
                "days": list(habits.values()),
                "on": on,
                "again": on + timedelta(days=int(again.value)) if again else on,
                "term": int(term.value) if term else 0,
                "first": first,
                "last": last,
            },
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
