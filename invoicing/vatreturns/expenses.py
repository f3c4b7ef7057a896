"""What members spend, as purchases of a VAT return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from activities.enums import ExpenseState
from activities.models import Expense
from activities.services import EXPENSE
from invoicing.vat_sources import PurchaseCase, PurchaseNature, PurchaseVat
from invoicing.vatreturns.grids import form_of
from ledger.models import LegalEntity


def expenses_between(entity: LegalEntity, first: date, last: date) -> Iterator[PurchaseVat]:
    """Expenses accepted on these days that carry VAT; the part that is not deducted belongs to their base."""
    goods = form_of(entity.country).goods
    rows = Expense.objects.filter(
        activity__entity=entity,
        state=ExpenseState.APPROVED,
        decided_on__gte=first,
        decided_on__lte=last,
        vat_amount__gt=0,
    )
    for row in rows.order_by("pk").only("id", "decided_on", "text", "category", "cost", "recoverable_vat"):
        assert row.decided_on is not None
        yield PurchaseVat(
            source_type=EXPENSE,
            source_id=row.pk,
            on=row.decided_on,
            text=row.text,
            case=PurchaseCase.DOMESTIC,
            nature=PurchaseNature.GOODS if row.category in goods else PurchaseNature.SERVICES,
            base=row.cost,
            deductible=row.recoverable_vat,
        )
