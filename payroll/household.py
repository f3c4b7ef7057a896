"""A family situation in the words of the pay engine: what is small enough to count on a day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from members.enums import FamilyStatus as FamilyOf
from members.enums import SpouseIncome
from members.types import Family
from payroll.engine.statutory import Figures
from payroll.engine.types import FamilyStatus, Situation


def household(family: Family, *, on: date, figures: Figures) -> Situation:
    """The situation that the tax of a payment on that day is computed with.

    What a partner has a month counts up to the limits `tax.spouse_limits` of the day (BELGIUM §4.4): a small
    income or pension lowers the tax of two incomes, the smallest pension is as no income at all. Raises
    `NoFigureInForce` where a partner has a small income and no limits are loaded.
    """
    limits: dict[str, Decimal] = {}
    if family.spouse_income and family.spouse_net is not None:
        figure = figures.on("tax.spouse_limits", on)
        limits = {name: figure.part(name) for name in ("income", "pension", "pension_as_none")}
    net, pension = family.spouse_net or Decimal(0), family.spouse_income is SpouseIncome.PENSION
    as_none = bool(limits) and pension and net <= limits["pension_as_none"]
    return Situation(
        status=FamilyStatus.MARRIED_ONE_INCOME if as_none else FamilyStatus(family.status.value),
        children=family.children,
        disabled_children=family.disabled_children,
        single_parent=family.single_parent,
        spouse_low_income=bool(limits) and not pension and net <= limits["income"],
        spouse_low_pension=bool(limits) and pension and not as_none and net <= limits["pension"],
        disabled_persons=int(family.disabled) + int(family.spouse_disabled),
        other_dependants=family.aged_dependants + family.other_dependants,
    )


def family_told(told: Mapping[str, Any]) -> Family:
    """What a visitor of the simulator says of the people at home; who has no child brings none up alone.

    What contradicts itself is refused by the engine.
    """
    status, children = FamilyOf(told["family_status"]), told.get("children") or 0
    return Family(
        status,
        children,
        bool(children and told.get("single_parent")),
        disabled=bool(told.get("disabled")),
        spouse_disabled=bool(status is not FamilyOf.SINGLE and told.get("spouse_disabled")),
        spouse_income=SpouseIncome(told.get("spouse_income") or ""),
        spouse_net=told.get("spouse_net"),
        disabled_children=told.get("disabled_children") or 0,
        aged_dependants=told.get("aged_dependants") or 0,
        other_dependants=told.get("other_dependants") or 0,
    )
