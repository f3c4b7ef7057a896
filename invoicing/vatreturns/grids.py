"""The VAT return of a country, as dated and cited rows of `grids.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import NoRateInForce
from invoicing.vatreturns.errors import NoVatForm

HERE = Path(__file__).parent

DUE, DEDUCTIBLE = ("54", "55", "56", "57", "61", "63"), ("59", "62", "64")
"""Grids whose sums make the balance: XX − YY goes to 71 when it is owed, else to 72."""

LABELS: Mapping[str, str | Promise] = {
    "00": _("Sales under a special regime, zero rate, exempt (article 44)"),
    "01": _("Sales at 6 %"),
    "02": _("Sales at 12 %"),
    "03": _("Sales at 21 %"),
    "44": _("Services to firms of the Union, VAT due by the client"),
    "45": _("Sales in Belgium, VAT due by the client"),
    "46": _("Exempt supplies of goods inside the Union"),
    "47": _("Other exempt operations, and operations abroad"),
    "48": _("Credit notes on grids 44 and 46"),
    "49": _("Credit notes on other sales"),
    "81": _("Goods bought"),
    "82": _("Services and other goods bought"),
    "83": _("Investments bought"),
    "84": _("Credit notes received on grids 86 and 88"),
    "85": _("Credit notes received on other purchases"),
    "86": _("Goods bought in the Union, VAT due by us"),
    "87": _("Other purchases, VAT due by us"),
    "88": _("Services bought in the Union, VAT due by us"),
    "54": _("VAT on grids 01, 02 and 03"),
    "55": _("VAT on grids 86 and 88"),
    "56": _("VAT on grid 87, without imports"),
    "57": _("VAT on imports, paid by this return"),
    "61": _("Corrections in favour of the State"),
    "63": _("VAT to give back on credit notes received"),
    "59": _("Deductible VAT"),
    "62": _("Corrections in our favour, bad debts"),
    "64": _("VAT to recover on credit notes issued"),
    "71": _("To pay to the State"),
    "72": _("Owed by the State"),
}
GROUPS: Mapping[str, str | Promise] = {
    "sales": _("Sales"),
    "purchases": _("Purchases"),
    "due": _("VAT due"),
    "deductible": _("VAT to deduct"),
    "balance": _("Balance"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """By which day of the following month (or of `month`) a period is filed."""

    rhythm: str
    day: int
    month: int | None
    working_day: bool
    valid_from: date
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """The grids of a purchase case: base beside its nature, VAT due and deducted, and what a credit note
    gives back.
    """

    case: str
    valid_from: date
    credit: str
    deductible: str
    given_back: str
    also: str
    due: str
    due_back: str


@dataclass(frozen=True, slots=True)
class Payee:
    """Where the balance is paid."""

    name: str
    iban: str
    valid_from: date
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Form:
    """The return of a country."""

    country: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    sales: tuple[Mapping[str, Any], ...]
    natures: Mapping[str, str]
    purchases: tuple[PurchaseRow, ...]
    goods: frozenset[str]
    correction_credit: str
    correction_debit: str
    deadlines: tuple[Deadline, ...]
    listing_over: Decimal
    payees: tuple[Payee, ...]

    @property
    def grids(self) -> tuple[str, ...]:
        """Every grid, in the order of the form."""
        return tuple(grid for _, grids in self.groups for grid in grids)

    def deadline(self, rhythm: str, last: date) -> Deadline:
        """The rule for periods that end on that day. Raises `NoRateInForce`."""
        rows = [row for row in self.deadlines if row.rhythm == rhythm and row.valid_from <= last]
        if not rows:
            raise NoRateInForce(key=f"vat.deadline.{rhythm}", on=last.isoformat())
        return max(rows, key=lambda row: row.valid_from)

    def payee(self, on: date) -> Payee:
        """Who is paid on a day. Raises `NoRateInForce`."""
        rows = [row for row in self.payees if row.valid_from <= on]
        if not rows:
            raise NoRateInForce(key="vat.treasury", on=on.isoformat())
        return max(rows, key=lambda row: row.valid_from)

    def purchase(self, case: str, on: date) -> PurchaseRow:
        """The grids of a case on a day. Raises `NoRateInForce`."""
        rows = [row for row in self.purchases if row.case == case and row.valid_from <= on]
        if not rows:
            raise NoRateInForce(key=f"vat.purchase.{case}", on=on.isoformat())
        return max(rows, key=lambda row: row.valid_from)


@cache
def form_of(country: str) -> Form:
    """The return of a country. Raises `NoVatForm`."""
    found = yaml.safe_load((HERE / "grids.yaml").read_text(encoding="utf-8")).get(country)
    if found is None:
        raise NoVatForm(country=country)
    empty = {"also": "", "due": "", "due_back": ""}
    return Form(
        country=country,
        groups=tuple((group["key"], tuple(group["grids"])) for group in found["groups"]),
        sales=tuple(found["sales"]),
        natures=found["natures"],
        purchases=tuple(
            PurchaseRow(
                **empty | {key: value for key, value in row.items() if key not in ("status", "source")}
            )
            for row in found["purchases"]
        ),
        goods=frozenset(found["expenses"]["goods"]),
        correction_credit=found["corrections"]["credit"],
        correction_debit=found["corrections"]["debit"],
        deadlines=tuple(Deadline(**{"month": None} | row) for row in found["deadlines"]),
        listing_over=Decimal(found["client_listing"]["over"]),
        payees=tuple(Payee(**row) for row in found["treasury"]),
    )
