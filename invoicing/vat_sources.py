"""Purchases as a VAT return needs them: who books one registers how they are found.

The room of VAT returns (`invoicing.vatreturns`) asks every source for the days of a return and knows none of
them; a source names the entry's day, so that its VAT meets the books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from ledger.models import LegalEntity


class PurchaseCase(TextChoices):
    """Who owes the VAT of a purchase, and why."""

    DOMESTIC = "domestic", _("VAT on the supplier's invoice")
    COCONTRACTOR = "cocontractor", _("reverse charge inside the country")
    EU_GOODS = "eu_goods", _("goods from another country of the Union")
    EU_SERVICES = "eu_services", _("services from another country of the Union")
    FOREIGN_SERVICES = "foreign_services", _("services from outside the Union")
    IMPORT = "import", _("import, VAT paid by the return")


class PurchaseNature(TextChoices):
    """What was bought, as the return asks."""

    GOODS = "goods", _("goods")
    SERVICES = "services", _("services and other goods")
    INVESTMENT = "investment", _("investment")


@dataclass(frozen=True, slots=True)
class PurchaseVat:
    """One VAT case of a purchase as booked; a purchase with several cases or natures gives several.

    base: cost in euro, with the VAT that is not deducted. deductible: debited to 411. due: VAT that the buyer
    owes itself, credited to 451 (nothing for a domestic purchase). All positive; `credit_note`: it gives back
    (411 credited, 451 debited). on: day of the entry. text: what people recognise it by.
    """

    source_type: str
    source_id: UUID
    on: date
    text: str
    case: str
    nature: str
    base: Decimal
    deductible: Decimal = ZERO
    due: Decimal = ZERO
    credit_note: bool = False


VatSource = Callable[[LegalEntity, date, date], Iterable[PurchaseVat]]
"""(entity, first day, last day) → purchases booked then, in a number of queries that does not grow."""

_sources: list[VatSource] = []


def register_vat_source(source: VatSource) -> None:
    """Add purchases to the VAT returns; called in `AppConfig.ready()`."""
    if source not in _sources:
        _sources.append(source)


def purchases_between(entity: LegalEntity, first: date, last: date) -> Iterable[PurchaseVat]:
    """Everything that was bought and booked on these days, from every source."""
    for source in _sources:
        yield from source(entity, first, last)
