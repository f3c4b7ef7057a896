"""How clients pay: read from what they paid in the whole cooperative, naming nobody's invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import ZERO
from invoicing.collection.selectors.reminding import late_invoices
from invoicing.selectors import OPEN_AMOUNT

LOOKED_AT = 24
"""Paid invoices per client that count, the latest ones."""
RECENT = 6
"""Of these, the ones that make the trend, against those before."""
ENOUGH = 3
"""Paid invoices from which a trend is told."""
STEADY = 3
"""Days by which the recent ones must differ before anybody speaks of a trend."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a client pays.

    expected_days: average days between the due date and the payment, weighted by amount; negative: early.
    late_share: part of the invoices that were paid after their due date, from 0 to 1. trend: days by which
    the latest ones were later than those before; negative: getting better; None while there are too few.
    count: paid invoices that this is based on.
    """

    expected_days: int
    late_share: Decimal
    trend: int | None
    count: int

    @property
    def in_words(self) -> str:
        """A discreet sentence for whoever is about to work for the client."""
        if self.expected_days > 0:
            pays = ngettext(
                "Pays on average %(n)s day late", "Pays on average %(n)s days late", self.expected_days
            ) % {"n": self.expected_days}
        else:
            pays = _("Pays on time")
        if self.trend is not None and self.trend <= -STEADY:
            pays += ", " + _("getting better")
        elif self.trend is not None and self.trend >= STEADY:
            pays += ", " + _("getting slower")
        based = ngettext("based on %(n)s invoice", "based on %(n)s invoices", self.count) % {"n": self.count}
        return _("%(pays)s; %(based)s.") % {"pays": pays, "based": based}

    @property
    def tone(self) -> str:
        """Colour of the sentence: a client who pays well, or not."""
        return "success" if self.expected_days <= 0 else "warning" if self.expected_days > 15 else ""


@dataclass(frozen=True, slots=True)
class LateNow:
    """What a client has late today: how many, how much is open (euro), the most days."""

    count: int
    amount: Decimal
    days: int


_PAID = """
WITH paid AS (
    SELECT client_id, paid_on - due_on AS days, total,
           row_number() OVER (PARTITION BY client_id ORDER BY due_on DESC, id DESC) AS place
    FROM invoicing_invoice
    WHERE state = 'paid' AND paid_on IS NOT NULL AND total > 0 AND {which}
)
SELECT client_id,
       sum(days * total) / sum(total),
       sum(days * total) FILTER (WHERE place <= %s) / sum(total) FILTER (WHERE place <= %s),
       sum(days * total) FILTER (WHERE place > %s) / sum(total) FILTER (WHERE place > %s),
       count(*) FILTER (WHERE days > 0),
       count(*),
       count(*) FILTER (WHERE place > %s)
FROM paid WHERE place <= %s GROUP BY client_id
"""


def behaviour_of(clients: Iterable[UUID] | None = None) -> dict[UUID, Behaviour]:
    """How clients pay, in one query; None: every client that ever paid. Who never paid is absent."""
    ids = None if clients is None else list(clients)
    if ids is not None and not ids:
        return {}
    which = "TRUE" if ids is None else "client_id = ANY(%s)"
    params = [RECENT] * 5 + [LOOKED_AT]
    with connection.cursor() as cursor:
        cursor.execute(_PAID.format(which=which), params if ids is None else [ids, *params])
        rows = cursor.fetchall()
    return {
        client_id: Behaviour(
            expected_days=_days(mean),
            late_share=(Decimal(late) / Decimal(count)).quantize(Decimal("0.01"), ROUND_HALF_UP),
            trend=_days(recent - before) if before is not None and older >= ENOUGH else None,
            count=count,
        )
        for client_id, mean, recent, before, late, count, older in rows
    }


def late_now(clients: Iterable[UUID], on: date) -> dict[UUID, LateNow]:
    """What clients have late on a day, in one query; absent: nothing."""
    rows = (
        late_invoices(on)
        .filter(client__in=list(clients))
        .values("client_id")
        .annotate(count=Count("pk"), amount=Sum(OPEN_AMOUNT, default=ZERO), first=Min("due_on"))
    )
    return {row["client_id"]: LateNow(row["count"], row["amount"], (on - row["first"]).days) for row in rows}


def _days(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
