"""The end of a contract (form C4, electronic form WECH001): what unemployment needs to know of the work.

The schema of the electronic form is not among the files that we have: the file is of our own shape
(`urn:smart:end-of-contract:1`) with the fields that the form asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db.models import Sum
from lxml import etree

from core.calendar import FULL_TIME_DAY
from core.identifiers import format_enterprise_number
from core.money import ZERO
from members.disclosure import national_numbers
from payroll.engine.types import WorkerType
from payroll.enums import ContractType
from payroll.models import ContractMonth, EmploymentContract
from payroll.returns.dmfa.tree import DAYS_A_WEEK, FULL_WEEK
from payroll.returns.kinds.parts import Kind, Outcome, RowDraft, written_rows
from payroll.returns.kinds.quarterly import NO_NUMBER
from payroll.returns.models import PublicReturn
from payroll.returns.reading import planned_days
from payroll.worktime import Spent, WorkTime, count_times, week_of, work_times

NAMESPACE = "urn:smart:end-of-contract:1"
EXPIRED = "expired"
"""Reason of an end that was agreed from the start."""


def content_of(contract: EmploymentContract) -> dict[str, Any]:
    """What the form says, as texts: the contract, its months, hours a week (Q of S), pay, why it ended.

    Pay is that of the contract, which is known on the last day; contributions are at the ordinary rate for
    every kind but students, as the form's question on them asks.
    """
    months = list(ContractMonth.objects.filter(contract=contract).order_by("month", "number"))
    hours = sum((part.hours for part in months), ZERO) or contract.hours
    gross = sum((part.gross for part in months), ZERO) or contract.gross
    times = work_times(contract.entity_id, contract.starts_on, contract.ends_on, [contract.person_id])
    own = [time for time in times if time.contract_id == contract.pk]
    days, others, mean = _week(contract, months, own, hours)
    artistic = contract.contract_type == ContractType.ARTISTIC
    return {
        "employer": {
            "name": contract.entity.name,
            "enterprise_number": format_enterprise_number(contract.entity.enterprise_number),
            "nsso_number": contract.entity.nsso_number,
        },
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "contract_type": contract.contract_type,
        "worker_code": WorkerType(contract.contract_type).worker_code,
        "joint_committee": contract.joint_committee,
        "function_code": contract.function_code,
        "description": contract.description,
        "artistic": artistic,
        "attestation_needed": contract.article_1bis,
        "days": _plain(days),
        "hours": str(hours),
        "mean_hours": str(mean.quantize(Decimal("0.01"))),
        "reference_hours": str(FULL_WEEK),
        "gross": str(gross),
        "hourly": str((gross / hours).quantize(Decimal("0.0001"))),
        "contributions": contract.contract_type != ContractType.STUDENT,
        "reason": contract.end_reason or EXPIRED,
        "ended_by": contract.ended_by,
        "note": contract.end_note,
        "months": [
            {
                "month": part.month.isoformat(),
                "first_day": part.first_day.isoformat(),
                "last_day": part.last_day.isoformat(),
                "hours": str(part.hours),
                "gross": str(part.gross),
                "corrects": part.number > 0,
            }
            for part in months
        ],
        "times": [
            {
                "code": time.code,
                "days": str(time.days),
                "hours": str(time.hours),
                "month": f"{time.month:%Y-%m}",
            }
            for time in others
        ],
    }


def _week(
    contract: EmploymentContract, months: list[ContractMonth], times: list[WorkTime], hours: Decimal
) -> tuple[Decimal, list[WorkTime], Decimal]:
    """Days of paid time, the other times, and the hours of a mean week with both."""
    booked: dict[date, Spent] = {}
    for part in months:
        days, spent = booked.get(part.month, (ZERO, ZERO))
        planned = planned_days(part.first_day, part.last_day) if part.number == 0 else 0
        booked[part.month] = days + planned, spent + part.hours
    worked, others = count_times(booked, times)
    paid = sum((days for days, _hours in worked.values()), ZERO)
    if not paid and not others:
        paid = Decimal(planned_days(contract.starts_on, contract.ends_on))
    week = week_of(times)
    if week is not None:
        return paid, others, min(FULL_WEEK, week[1])
    whole = paid + sum((time.days for time in others), ZERO)
    spent = hours + sum((time.hours for time in others), ZERO)
    part_time = spent < FULL_TIME_DAY * whole
    return paid, others, min(FULL_WEEK, spent / whole * DAYS_A_WEEK) if part_time else FULL_WEEK


def _plain(days: Decimal) -> int | str:
    """Whole days as a number, others as text."""
    return int(days) if days == int(days) else str(days.normalize())


def _contract(row: PublicReturn) -> EmploymentContract:
    assert row.contract_id is not None
    return EmploymentContract.objects.select_related("entity", "person").get(pk=row.contract_id)


def _others(row: PublicReturn) -> list[str]:
    del row
    return []


def _people(row: PublicReturn, after: UUID | None, limit: int) -> list[UUID]:
    del limit
    return [] if after else [_contract(row).person_id]


def _rows(row: PublicReturn, people: Collection[UUID]) -> Iterator[RowDraft]:
    problem = "" if national_numbers(people) else NO_NUMBER
    for person_id in people:
        yield RowDraft(person_id, content_of(_contract(row)), ZERO, ZERO, problem)


def _conclude(row: PublicReturn) -> Outcome:
    return Outcome({"gross": str(fresh_gross(row)), "books": str(fresh_gross(row)), "difference": str(ZERO)})


def fresh_gross(row: PublicReturn) -> Decimal:
    """Gross of the contract with its corrections, as it stands now."""
    parts = ContractMonth.objects.filter(contract_id=row.contract_id)
    return parts.aggregate(total=Sum("gross"))["total"] or ZERO


def _write(row: PublicReturn, target: IO[bytes], at: datetime) -> None:
    root = etree.Element(f"{{{NAMESPACE}}}EndOfContract", nsmap={None: NAMESPACE})
    root.set("MadeAt", at.isoformat(timespec="seconds"))
    for one, number in written_rows(row):
        _add(root, "Inss", number)
        for name, value in one.data.items():
            _add(root, name, value)
    target.write(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _add(parent: etree._Element, name: str, value: Any) -> None:
    """A value as elements: mappings nested, lists repeated, words of Python as the schema writes them."""
    tag = f"{{{NAMESPACE}}}" + "".join(part.capitalize() for part in name.split("_"))
    if isinstance(value, Mapping):
        node = etree.SubElement(parent, tag)
        for key, inner in value.items():
            _add(node, key, inner)
    elif isinstance(value, list):
        for inner in value:
            _add(parent, name.removesuffix("s"), inner)
    else:
        etree.SubElement(parent, tag).text = str(value).lower() if isinstance(value, bool) else str(value)


KIND = Kind(_others, _people, _rows, _conclude, fresh_gross, _write)
