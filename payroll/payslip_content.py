"""Everything that a payslip shows, as one value that is kept as issued. Pure: rows in, JSON out; no reads.

Amounts, dates and rates are texts. Lines of pay items and exit holidays are not repeated: their rows never
change, and the content names their owner. Other pay keeps its lines here; what a line says about itself
(label, source, date and status of the figure) stands once, in `about`: lines point to it by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.identifiers import format_enterprise_number, mask_iban
from core.money import ZERO
from ledger.models import LegalEntity
from members.models import Person
from payroll.extras import Extra
from payroll.models import HolidayBlock, PayDeduction, PayItem

HOLIDAY_CODES = frozenset(
    {"exit_holiday_simple", "exit_holiday_double", "exit_holiday_supplement", "onva_quarterly", "onva_yearly"}
)
"""Employer lines that put holiday pay aside for the worker."""

FAMILY = (
    "disabled_children", "single_parent", "disabled_persons", "other_dependants", "spouse_low_income",
    "spouse_low_pension",
)  # fmt: skip
"""What a payslip says of the family beside status and children, where there is any."""

SUMMED = (
    "hours", "gross", "onss", "work_bonus", "taxable", "withholding_tax", "special_contribution", "net",
    "employer_total", "margin", "employment_budget", "holiday_gross", "holiday_onss", "holiday_tax",
    "holiday_net", "other_gross", "other_onss", "other_tax", "other_net", "holiday_set_aside",
    "paid", "kept_for_others", "transferred",
)  # fmt: skip
"""Totals of a payslip; those of the year are their sums over its payslips."""


@dataclass(frozen=True, slots=True)
class SlipParts:
    """What stands on one payslip: a worker, an entity, and everything that they earned and that stands on
    none yet.
    """

    person: Person
    entity: LegalEntity
    items: Sequence[PayItem]
    holidays: Sequence[HolidayBlock]
    extras: Sequence[Extra]
    national_number: str = ""
    deductions: Mapping[UUID, Sequence[PayDeduction]] = field(default_factory=dict)

    @property
    def kept(self) -> list[PayDeduction]:
        """What others keep of these nets: seizures, advances given back."""
        owners = [*(item.pk for item in self.items), *(block.pk for block in self.holidays)]
        return [row for owner in owners for row in self.deductions.get(owner, ())]


def totals_of(parts: SlipParts) -> dict[str, Decimal]:
    """The sums of a payslip, by the names in `SUMMED`."""
    found = dict.fromkeys(SUMMED, ZERO)
    for item in parts.items:
        found["hours"] += item.hours
        found["gross"] += item.gross
        found["onss"] += item.onss
        found["work_bonus"] += item.work_bonus_a + item.work_bonus_b
        found["taxable"] += item.taxable
        found["withholding_tax"] += item.withholding_tax
        found["special_contribution"] += item.special_contribution
        found["net"] += item.net
        found["employer_total"] += item.employer_total
        found["margin"] += item.margin
        found["employment_budget"] += item.employment_budget
        found["transferred"] += item.payable
        for code in HOLIDAY_CODES & item.employer.keys():
            found["holiday_set_aside"] += Decimal(item.employer[code])
    for block in parts.holidays:
        found["holiday_gross"] += block.gross
        found["holiday_onss"] += block.onss_simple + block.onss_double
        found["holiday_tax"] += block.withholding_tax
        found["holiday_net"] += block.net
        found["transferred"] += block.net
    for extra in parts.extras:
        found["other_gross"] += extra.gross
        found["other_onss"] += extra.onss
        found["other_tax"] += extra.withholding_tax
        found["other_net"] += extra.net
        found["employer_total"] += extra.employer_onss
        # Below zero it is taken along by the next pay, which says so; nothing of this month is kept back.
        found["transferred"] += max(extra.net, ZERO)
    found["kept_for_others"] = sum((row.amount for row in parts.kept), ZERO)
    found["transferred"] -= found["kept_for_others"]
    found["paid"] = found["net"] + found["holiday_net"] + found["other_net"]
    return found


def content_of(
    parts: SlipParts,
    *,
    month: date,
    issued_on: date,
    year_before: Mapping[str, Decimal],
    levy_rate: Decimal | None,
) -> dict[str, Any]:
    """The content of a payslip, all but its number. `year_before`: totals of the year's earlier payslips."""
    person, entity = parts.person, parts.entity
    totals = totals_of(parts)
    about = About()
    family = parts.items[-1].family if parts.items else {}
    return {
        "number": "",
        "month": month.isoformat(),
        "issued_on": issued_on.isoformat(),
        "language": person.language,
        "entity": {
            "name": entity.name,
            "address": f"{entity.street}, {entity.postal_code} {entity.city}",
            "nsso_number": entity.nsso_number,
            "enterprise_number": format_enterprise_number(entity.enterprise_number),
        },
        "worker": {
            "name": str(person),
            "address": person.address,
            "national_number": parts.national_number,
            "family_status": family.get("status", ""),
            "children": family.get("children", 0),
            "family": {name: family[name] for name in FAMILY if family.get(name)},
        },
        "payment": {"mode": "transfer", "iban": mask_iban(person.iban)},
        "levy_rate": _plain(levy_rate),
        "items": [_item(item) for item in parts.items],
        "holidays": [_holiday(block) for block in parts.holidays],
        "extras": [_extra(extra, about.lines(extra.lines)) for extra in parts.extras],
        "deductions": [
            {"kind": row.kind, "label": row.label, "amount": str(row.amount)} for row in parts.kept
        ],
        "about": about.rows,
        "totals": {name: str(amount) for name, amount in totals.items()},
        "year": {name: str(year_before.get(name, ZERO) + totals[name]) for name in SUMMED},
    }


@dataclass(slots=True)
class About:
    """What lines say about themselves, each saying once."""

    rows: list[list[str | None]] = field(default_factory=list)
    places: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def lines(self, lines: Iterable[Any]) -> list[dict[str, Any]]:
        """Lines as they are kept."""
        return [self._line(line) for line in lines]

    def _line(self, line: Any) -> dict[str, Any]:
        key = (line.label, line.source, line.valid_from, line.status)
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = len(self.rows)
            since = None if line.valid_from is None else line.valid_from.isoformat()
            self.rows.append([line.label, line.source, since, line.status or ""])
        return {
            "code": line.code,
            "kind": str(line.kind),
            "about": place,
            "base": None if line.base is None else str(line.base),
            "rate": _plain(line.rate),
            "amount": str(line.amount),
            "month_amount": str(getattr(line, "month_amount", line.amount)),
        }


def _item(item: PayItem) -> dict[str, Any]:
    contract = item.contract
    return {
        "id": str(item.pk),
        "description": contract.description,
        "contract_type": item.worker_type,
        "worker_code": item.worker_code,
        "joint_committee": contract.joint_committee,
        "function_code": contract.function_code,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "month": item.month.isoformat(),
        "hours": str(item.hours),
        "flat_tax": item.flat_tax,
        "paid_on": item.paid_on.isoformat(),
        "gross": str(item.gross),
        "onss": str(item.onss),
        "work_bonus": str(item.work_bonus_a + item.work_bonus_b),
        "taxable": str(item.taxable),
        "withholding_tax": str(item.withholding_tax),
        "special_contribution": str(item.special_contribution),
        "net": str(item.net),
        "carried_in": str(item.carried_in),
        "payable": str(item.payable),
        "carried_out": str(item.carried_out),
        "employer_total": str(item.employer_total),
        "margin": str(item.margin),
        "employment_budget": str(item.employment_budget),
    }


def _holiday(block: HolidayBlock) -> dict[str, Any]:
    return {
        "id": str(block.pk),
        "month": block.month.isoformat(),
        "ended_on": block.ended_on.isoformat(),
        "paid_on": block.paid_on.isoformat(),
        "gross": str(block.gross),
        "employer_onss": str(block.employer_onss),
        "onss": str(block.onss_simple + block.onss_double),
        "withholding_tax": str(block.withholding_tax),
        "net": str(block.net),
    }


def _extra(extra: Extra, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "source_type": extra.source_type,
        "label": extra.label,
        "month": extra.month.isoformat(),
        "paid_on": extra.paid_on.isoformat(),
        "gross": str(extra.gross),
        "onss": str(extra.onss),
        "taxable": str(extra.taxable),
        "withholding_tax": str(extra.withholding_tax),
        "net": str(extra.net),
        "employer_onss": str(extra.employer_onss),
        "lines": lines,
    }


def _plain(rate: Decimal | None) -> str | None:
    """A rate without the zeros that the column adds."""
    return None if rate is None else f"{rate.normalize():f}"
