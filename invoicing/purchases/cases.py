"""Who owes the VAT of a purchase, and how much of it comes back.

Sources: Belgian VAT Code, article 21 §2 and 51 §2, 1° (services from abroad), 25ter and 51 §1, 2° (goods from
the Union), 52 (import), 51 §4 with Royal Decree no. 1, article 20 (works on buildings), 45 (deduction).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from activities.enums import ExpenseCategory
from core.money import ZERO, r
from invoicing.purchases.models import Purchase, Supplier
from invoicing.vat import UNION, vat_code
from invoicing.vat_sources import PurchaseCase, PurchaseNature
from ledger.enums import VatRegime
from ledger.models import LegalEntity

REVERSE = "AE"
GOODS_OF_THE_UNION = "K"
OWED_BY_US = frozenset(PurchaseCase) - {PurchaseCase.DOMESTIC}


@dataclass(frozen=True, slots=True)
class VatRow:
    """The VAT of one category and rate as it will be booked, in euro, positive."""

    case: str
    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal
    due: Decimal
    deductible: Decimal


def country_of(supplier: Supplier, house: str) -> str:
    """Where a supplier is taxed: the country of the VAT number, else of the address, else ours."""
    prefix = supplier.vat_number[:2]
    if prefix.isalpha() and len(prefix) == 2:
        return "GR" if prefix == "EL" else prefix
    return supplier.country or house


def cases_open_to(supplier: Supplier, house: str) -> tuple[str, ...]:
    """The VAT treatments that can hold for a supplier, the likeliest first."""
    country = country_of(supplier, house)
    if country == house:
        return (PurchaseCase.DOMESTIC, PurchaseCase.COCONTRACTOR)
    if country in UNION:
        return (PurchaseCase.EU_SERVICES, PurchaseCase.EU_GOODS, PurchaseCase.DOMESTIC)
    return (PurchaseCase.FOREIGN_SERVICES, PurchaseCase.IMPORT, PurchaseCase.DOMESTIC)


def likely_case(purchase: Purchase, house: str) -> str:
    """The treatment that the document itself speaks for."""
    vat = purchase.document.content["vat"]
    categories = {part["category"] for part in vat}
    taxed = any(Decimal(part["tax"]) for part in vat)
    options = cases_open_to(purchase.supplier, house)
    if country_of(purchase.supplier, house) == house:
        return PurchaseCase.COCONTRACTOR if categories == {REVERSE} else PurchaseCase.DOMESTIC
    if taxed:
        return PurchaseCase.DOMESTIC  # the tax of another country, which does not come back here
    if GOODS_OF_THE_UNION in categories and PurchaseCase.EU_GOODS in options:
        return PurchaseCase.EU_GOODS
    return options[0]


def document_rows(purchase: Purchase, *, case: str, entity: LegalEntity, on: date) -> list[VatRow]:
    """Each category and rate of the document under a treatment; `deductible` is what could come back: VAT
    that is charged at home, or that we owe ourselves (nothing for an exempt entity, to which it is a cost).

    A supplier at home who reverses a part of the charge is taken at their word, part by part.
    """
    house = entity.country
    at_home = country_of(purchase.supplier, house) == house
    standard = vat_code(house, "standard", on=on).rate
    normal = entity.vat_regime == VatRegime.NORMAL
    sign = -1 if purchase.document.gross < 0 else 1
    rows = []
    for part in purchase.document.content["vat"]:
        base, tax = sign * Decimal(part["base"]), sign * Decimal(part["tax"])
        own = case
        if at_home and part["category"] == REVERSE:
            own = PurchaseCase.COCONTRACTOR
        elif case == PurchaseCase.COCONTRACTOR and tax:
            own = PurchaseCase.DOMESTIC
        due = r(base * standard / 100) if own in OWED_BY_US else ZERO
        rows.append(
            VatRow(
                case=own,
                category=part["category"],
                rate=standard if due else Decimal(part["rate"] or 0),
                base=base,
                tax=tax,
                due=due,
                deductible=(due if due else (tax if at_home else ZERO)) if normal else ZERO,
            )
        )
    return rows


def nature_of(category: str) -> str:
    """What the VAT return calls a category: material is goods, the rest services and other goods."""
    return PurchaseNature.GOODS if category == ExpenseCategory.MATERIAL else PurchaseNature.SERVICES


def sums_of(rows: list[VatRow]) -> dict[str, Any]:
    """What the purchase carries of its rows."""
    return {
        "due_vat": sum((row.due for row in rows), ZERO),
        "recoverable_vat": sum((row.deductible for row in rows), ZERO),
    }
