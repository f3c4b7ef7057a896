"""Dated figures of Activities: accounts and deductible VAT of expenses, kilometre allowance, reviewed
occupations.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import NoRateInForce
from core.money import r

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How an expense is booked: its account, and the share (0 to 1) of its VAT that is recovered, with the
    source.
    """

    account: str
    recoverable_share: Decimal
    source: str


@cache
def _country(country: str) -> dict[str, Any]:
    content = yaml.safe_load((HERE / "expenses.yaml").read_text(encoding="utf-8"))
    return dict(content.get(country, {}))


def _in_force(rows: list[dict[str, Any]], key: str, on: date) -> dict[str, Any]:
    started = [row for row in rows if row["valid_from"] <= on]
    if not started:
        raise NoRateInForce(key=key, on=on.isoformat())
    return max(started, key=lambda row: row["valid_from"])


def category_rule(country: str, category: str, *, on: date) -> CategoryRule:
    """How a category is booked on the day of the expense. Raises `NoRateInForce`."""
    entry = _country(country).get("categories", {}).get(category)
    if entry is None:
        raise NoRateInForce(key=f"expense.{category}", on=on.isoformat())
    row = _in_force(entry["recoverable"], f"expense.{category}", on)
    return CategoryRule(entry["account"], Decimal(row["share"]), row["source"])


def most_vat(country: str, amount: Decimal) -> Decimal:
    """The most VAT that an amount including VAT can hold, in euro: 21.00 of 121.00."""
    rate = Decimal(_country(country).get("most_vat", "0"))
    return r(amount * rate / (1 + rate))


def kilometre_rate(country: str, *, on: date) -> Decimal:
    """Euro per kilometre in one's own car on the day of the journey. Raises `NoRateInForce`."""
    return Decimal(_in_force(_country(country).get("kilometre", []), "kilometre", on)["value"])


def review_reason(country: str, function_code: str) -> str:
    """Why a request in this occupation is reviewed (the law that regulates it), or an empty text."""
    return str(_country(country).get("reviewed", {}).get(function_code, ""))
