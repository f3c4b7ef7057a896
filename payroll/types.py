"""Values that travel between the layers of payroll."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.models import StoredFile


@dataclass(frozen=True, slots=True)
class ExpenseInput:
    """An expense of a quick job: amount including VAT, the VAT in it that is recovered, its
    day and category.
    """

    category: str
    amount_incl_vat: Decimal
    vat_amount: Decimal
    incurred_on: date
    text: str
    receipt: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client who is not known yet; the fields are those of `invoicing.services.create_client`."""

    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a call of `settle_due` did: items made, exceptions met, whether more waits."""

    items: tuple[UUID, ...]
    exceptions: int
    remaining: bool


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """Totals of a month's pay items: one row of the preview."""

    items: int
    workers: int
    gross: Decimal
    employer: Decimal
    margin: Decimal
    withheld: Decimal
    net: Decimal
