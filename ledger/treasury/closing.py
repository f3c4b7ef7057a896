"""What the treasury wants to be so before a month is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.links import link
from core.registry import ClosingPoint
from ledger.treasury.enums import BatchState, MatchState
from ledger.treasury.models import BankTransaction, PayoutBatch


def treasury_points(entity_id: UUID, first: date, last: date) -> Iterator[ClosingPoint]:  # noqa: ARG001
    """Every line of the bank up to the last day is identified; no payment batch waits for its release."""
    lines = BankTransaction.objects.filter(
        state=MatchState.UNIDENTIFIED, statement__account__entity_id=entity_id, entry_date__lte=last
    ).count()
    yield ClosingPoint(
        "bank_lines",
        _("Every line of the bank is identified"),
        lines == 0,
        _("Lines to identify: %d.") % lines if lines else "",
        link("treasury:queue"),
    )
    batches = PayoutBatch.objects.filter(
        state=BatchState.DRAFT, entity_id=entity_id, created_on__lte=last
    ).count()
    yield ClosingPoint(
        "batches",
        _("Payment batches are released or cancelled"),
        batches == 0,
        _("Waiting for a second person: %d.") % batches if batches else "",
        link("treasury:batches"),
    )
