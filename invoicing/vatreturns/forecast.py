"""VAT that stands in the books (451 less 411), by the day on which its period is paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from core.errors import NoRateInForce
from core.kit.formats import month as month_in_words
from core.links import link
from core.money import ZERO
from invoicing.vatreturns.errors import NoVatForm
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.periods import due_day, period_of
from invoicing.vatreturns.selectors import rhythm_of
from invoicing.vatreturns.types import VAT_ACCOUNTS
from ledger.enums import VatRegime
from ledger.models import JournalLine, LegalEntity
from ledger.treasury.forecast import Flow, FlowKind
from ledger.treasury.forecast.bodies import UNASKED
from ledger.treasury.models import Payout

PAID = Q(entry__source_type__startswith="treasury.")
"""Lines that a payment makes: they settle months, and are no VAT of their own."""


def vat_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """What is owed of each month, the oldest paid first, on the day of its return; a month in which more was
    to recover lowers those after it. What a payout asks for is the treasury's to tell.
    """
    for entity in LegalEntity.objects.filter(vat_regime=VatRegime.NORMAL).order_by("code"):
        for month, amount in _owed(entity):
            day = max(_due(entity, month, on), on)
            if first <= day <= last:
                label = _("VAT of %(month)s") % {"month": month_in_words(month)}
                yield Flow(day, FlowKind.TAXES, -amount, entity.pk, label, link("vatreturns:returns"))


def _owed(entity: LegalEntity) -> list[tuple[date, Decimal]]:
    """What is left to pay of each month, in euro, oldest first."""
    lines = JournalLine.objects.filter(entry__entity=entity, account__in=VAT_ACCOUNTS)
    change = Sum(F("credit") - F("debit"), default=ZERO)
    asked = Payout.objects.filter(entity=entity, state__in=UNASKED, settles_account__in=VAT_ACCOUNTS)
    settled: Decimal = asked.aggregate(total=Sum("amount", default=ZERO))["total"]
    settled -= lines.filter(PAID).aggregate(total=change)["total"]
    rows = lines.exclude(PAID).annotate(month=TruncMonth("entry__date")).values("month").order_by("month")
    left = []
    for row in rows.annotate(total=change):
        taken = min(settled, row["total"])  # a month with more to recover than owed adds to what is settled
        settled -= taken
        if row["total"] > taken:
            left.append((row["month"], row["total"] - taken))
    return left


def _due(entity: LegalEntity, month: date, on: date) -> date:
    """The day of the return of a month's period; at once where nobody said how the entity files."""
    try:
        return due_day(form_of(entity.country), period_of(month, rhythm_of(entity, month)))
    except (NoVatForm, NoRateInForce):
        return on
