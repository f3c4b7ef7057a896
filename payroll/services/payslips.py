"""Payslips: made once, numbered, with everything that they show kept as issued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.commands import json_ready
from core.documents import request_document
from core.identifiers import format_enterprise_number, format_iban
from core.money import ZERO
from core.outbox import publish
from ledger.models import LegalEntity
from ledger.services import take_number
from members.models import Person
from members.selectors import masked_national_number
from payroll.enums import ContractType, LineKind
from payroll.models import HolidayBlock, PayItem, PayLine, PayrollRun, Payslip, PayslipPart

KIND = "payslip"
"""Kind of the rendered document."""

TO_CONFIRM = "to_confirm"


def loose_items(until: date) -> QuerySet[PayItem]:
    """Pay items of months up to `until` that stand on no payslip yet."""
    placed = PayslipPart.objects.filter(item=OuterRef("pk"))
    return PayItem.objects.filter(month__lte=until).filter(~Exists(placed))


def loose_holidays(until: date) -> QuerySet[HolidayBlock]:
    """Exit holidays of months up to `until` that stand on no payslip yet."""
    placed = PayslipPart.objects.filter(holiday=OuterRef("pk"))
    return HolidayBlock.objects.filter(month__lte=until).filter(~Exists(placed))


@transaction.atomic
def issue_payslip(*, run: PayrollRun, person: Person, entity: LegalEntity, on: date) -> Payslip | None:
    """Make the payslip of a worker, entity and month from what stands on none yet; None when there is
    nothing.

    A month that has its payslip gives that one: what came later waits for the next month's. The number is
    taken last.
    """
    existing = Payslip.objects.filter(person=person, entity=entity, month=run.month).first()
    if existing is not None:
        return existing
    items = list(
        loose_items(run.month)
        .filter(person=person, entity=entity)
        .select_related("contract")
        .order_by("month", "settled_at", "id")
    )
    holidays = list(loose_holidays(run.month).filter(person=person, entity=entity).order_by("month"))
    if not items and not holidays:
        return None
    content = _content(run, person, entity, items, holidays, on)
    number = take_number(entity_id=entity.pk, journal="PSL", year=run.month.year)
    content["number"] = f"FP-{entity.code}-{run.month.year}-{number:06}"
    slip = Payslip.objects.create(
        run=run,
        person=person,
        entity=entity,
        month=run.month,
        number=content["number"],
        issued_on=on,
        gross=sum((item.gross for item in items), ZERO) + sum((block.gross for block in holidays), ZERO),
        net=sum((item.net for item in items), ZERO) + sum((block.net for block in holidays), ZERO),
        content=json_ready(content),
    )
    PayslipPart.objects.bulk_create(
        [PayslipPart(payslip=slip, item=item) for item in items]
        + [PayslipPart(payslip=slip, holiday=block) for block in holidays]
    )
    publish("payslip.issued", slip, person_id=str(person.pk))
    request_document(KIND, slip.pk)
    return slip


def _content(
    run: PayrollRun,
    person: Person,
    entity: LegalEntity,
    items: list[PayItem],
    holidays: list[HolidayBlock],
    on: date,
) -> dict[str, Any]:
    lines: dict[UUID, list[PayLine]] = {}
    for line in PayLine.objects.filter(Q(item__in=items) | Q(holiday__in=holidays)):
        owner = line.item_id or line.holiday_id
        assert owner is not None
        lines.setdefault(owner, []).append(line)
    family = items[-1].family if items else {}
    statuses = {line.status for found in lines.values() for line in found}
    return {
        "month": run.month,
        "issued_on": on,
        "entity": {
            "name": entity.name,
            "address": f"{entity.street}, {entity.postal_code} {entity.city}",
            "nsso_number": entity.nsso_number,
            "enterprise_number": format_enterprise_number(entity.enterprise_number),
        },
        "worker": {
            "name": str(person),
            "address": person.address,
            "national_number": masked_national_number(person),
            "family_status": family.get("status", ""),
            "children": family.get("children", 0),
        },
        "payment": {"mode": "transfer", "iban": format_iban(person.iban) if person.iban else ""},
        "items": [_item(item, lines.get(item.pk, [])) for item in items],
        "holidays": [_holiday(block, lines.get(block.pk, [])) for block in holidays],
        "totals": _totals(items, holidays),
        "to_confirm": TO_CONFIRM in statuses,
    }


def _item(item: PayItem, lines: Iterable[PayLine]) -> dict[str, Any]:
    contract = item.contract
    return {
        "description": contract.description,
        "contract_type": ContractType(contract.contract_type).value,
        "worker_code": item.worker_code,
        "joint_committee": contract.joint_committee,
        "function_code": contract.function_code,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "month": item.month,
        "hours": item.hours,
        "flat_tax": item.flat_tax,
        "paid_on": item.paid_on,
        "gross": item.gross,
        "onss": item.onss,
        "work_bonus": item.work_bonus_a + item.work_bonus_b,
        "taxable": item.taxable,
        "withholding_tax": item.withholding_tax,
        "special_contribution": item.special_contribution,
        "net": item.net,
        "carried_in": item.carried_in,
        "payable": item.payable,
        "carried_out": item.carried_out,
        "employer_total": item.employer_total,
        "margin": item.margin,
        "employment_budget": item.employment_budget,
        "lines": [_line(line) for line in lines],
    }


def _holiday(block: HolidayBlock, lines: Iterable[PayLine]) -> dict[str, Any]:
    return {
        "month": block.month,
        "ended_on": block.ended_on,
        "paid_on": block.paid_on,
        "gross": block.gross,
        "employer_onss": block.employer_onss,
        "onss": block.onss_simple + block.onss_double,
        "withholding_tax": block.withholding_tax,
        "net": block.net,
        "lines": [_line(line) for line in lines],
    }


def _line(line: PayLine) -> dict[str, Any]:
    return {
        "kind": LineKind(line.kind).value,
        "code": line.code,
        "label": line.label,
        "base": line.base,
        "rate": _plain(line.rate),
        "amount": line.amount,
        "month_amount": line.month_amount,
        "source": line.source,
        "valid_from": line.valid_from,
        "status": line.status,
    }


def _plain(rate: Decimal | None) -> Decimal | None:
    """A rate without the zeros that the column adds."""
    return None if rate is None else Decimal(f"{rate.normalize():f}")


def _totals(items: list[PayItem], holidays: list[HolidayBlock]) -> dict[str, Decimal]:
    def total(name: str) -> Decimal:
        return sum((getattr(item, name) for item in items), ZERO)

    return {
        "hours": total("hours"),
        "gross": total("gross"),
        "onss": total("onss"),
        "work_bonus": total("work_bonus_a") + total("work_bonus_b"),
        "taxable": total("taxable"),
        "withholding_tax": total("withholding_tax"),
        "special_contribution": total("special_contribution"),
        "net": total("net"),
        "holiday_gross": sum((block.gross for block in holidays), ZERO),
        "holiday_net": sum((block.net for block in holidays), ZERO),
        "paid": total("net") + sum((block.net for block in holidays), ZERO),
        "employer_total": total("employer_total"),
        "margin": total("margin"),
        "employment_budget": total("employment_budget"),
    }
