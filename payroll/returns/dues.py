"""Returns beside the dues that they make: what was declared for the days of a due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from ledger.treasury.dues.registry import Declared
from payroll.returns.enums import PublicReturnKind, PublicReturnState
from payroll.returns.models import PublicReturn


def declared_by(kind: PublicReturnKind) -> Callable[[UUID, date, date], Declared | None]:
    """Finds the return of a kind whose days hold those of a due, once it was built."""

    def find(entity_id: UUID, first: date, last: date) -> Declared | None:
        row = (
            PublicReturn.objects.filter(kind=kind, entity_id=entity_id, first__lte=first, last__gte=last)
            .order_by("-pk")
            .first()
        )
        if row is None or "declared" not in row.totals:
            return None
        amount = Decimal(row.totals["declared"])
        return Declared(kind.label, PublicReturnState(row.state).label, amount, row.first, row.last)

    return find
