"""A payslip out of nothing: real amounts of the pay engine, no rows; for measuring and for looking at it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.calendar import month_hours
from core.uuid7 import uuid7
from ledger.models import LegalEntity
from members.models import Person
from payroll.engine.employer import employment_budget
from payroll.engine.month import Settlement, settle
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, PayInput, SettledItem, Situation, WorkerType
from payroll.models import EmploymentContract, PayItem, PayLine, Payslip
from payroll.payslip_content import About, SlipParts, content_of

MONTH = date(2026, 11, 1)
MULTIPLIERS = {WorkerType.EMPLOYEE: "1.55", WorkerType.ARTISTIC: "1.57", WorkerType.STUDENT: "1.09"}
WORKS = (
    "Affiche de la saison, Théâtre de la Place", "Atelier de gravure", "Concert au Botanique",
    "Montage de l'exposition « Lumières »", "Relecture d'un catalogue",
)  # fmt: skip


def sample_payslip(
    contracts: int = 15, language: str = "fr", kinds: tuple[WorkerType, ...] = (WorkerType.EMPLOYEE,)
) -> Payslip:
    """The payslip of November 2026 of a worker with so many contracts, of these kinds in turn."""
    tenant: dict[str, Any] = {"tenant_id": 1}
    person = Person(
        **tenant, first_name="Nora", last_name="Peeters", language=language, iban="BE71096123456769",
        street="Rue de l'Étuve 12", postal_code="1000", city="Bruxelles", country="BE",
    )  # fmt: skip
    entity = LegalEntity(
        **tenant, code="PA", name="Productions Associées", street="Rue Émile Féron 70", postal_code="1060",
        city="Bruxelles", nsso_number="1000061", enterprise_number="0403019261",
    )  # fmt: skip
    items: list[PayItem] = []
    lines: dict[Any, list[PayLine]] = {}
    settled: list[SettledItem] = []
    hours = min(Decimal("7.60"), (month_hours(MONTH) / contracts).quantize(Decimal("0.01")))
    for number in range(contracts):
        kind = kinds[number % len(kinds)]
        gross = Decimal("145.00") + number * Decimal("3.37")
        day = MONTH + timedelta(days=number % 28)
        given = PayInput(kind, gross, hours, MONTH, day + timedelta(days=12))
        pay = settle(
            settled,
            given,
            situation=Situation(FamilyStatus.SINGLE, children=1, single_parent=True),
            figures=figures_of("be"),
        )
        settled.append(pay.settled)
        item = _item(pay, EmploymentContract(
            **tenant, description=WORKS[number % len(WORKS)], contract_type=kind.value,
            joint_committee="304" if kind is WorkerType.ARTISTIC else "200",
            function_code="informatique_graphisme",
            starts_on=day, ends_on=day,
        ))  # fmt: skip
        items.append(item)
        lines[item.pk] = _lines(pay, item)
    parts = SlipParts(person, entity, items, (), (), "85.07.30-***.**")
    content = content_of(
        parts, month=MONTH, issued_on=date(2026, 12, 4), year_before={}, levy_rate=Decimal("0.065")
    )
    content["number"] = "FP-PA-2026-000042"
    about = About()
    for item, facts in zip(items, content["items"], strict=True):
        facts["lines"] = about.lines(lines[item.pk])  # it has no rows
    content["about"] = about.rows
    return Payslip(
        **tenant, id=uuid7(), person=person, entity=entity, month=MONTH, number=content["number"],
        issued_on=date(2026, 12, 4), gross=Decimal(content["totals"]["gross"]),
        net=Decimal(content["totals"]["net"]), content=content,
    )  # fmt: skip


def _item(pay: Settlement, contract: EmploymentContract) -> PayItem:
    amounts, kind = pay.amounts, pay.item.worker_type
    budget = employment_budget(amounts.gross, Decimal(MULTIPLIERS[kind]))
    return PayItem(
        tenant_id=1, id=uuid7(), contract=contract, month=MONTH, worker_type=kind.value,
        worker_code=kind.worker_code, paid_on=pay.item.paid_on, hours=amounts.hours, gross=amounts.gross,
        base=amounts.base, onss=amounts.onss, work_bonus_a=amounts.work_bonus_a,
        work_bonus_b=amounts.work_bonus_b, withholding_tax=amounts.withholding_tax,
        special_contribution=amounts.special_contribution, net=amounts.net, payable=pay.payable,
        carried_in=pay.carried_in, carried_out=pay.carried_out, employer_total=pay.employer_total,
        margin=pay.margin(budget), employment_budget=budget,
        employer={line.code: str(line.amount) for line in pay.employer_lines},
        family={"status": "single", "children": 1},
    )  # fmt: skip


def _lines(pay: Settlement, item: PayItem) -> list[PayLine]:
    margin = PayLine(
        tenant_id=1, kind="employer", code="margin", label="Marge du coefficient, au pot commun",
        base=item.gross, rate=Decimal(MULTIPLIERS[pay.item.worker_type]), amount=item.margin,
        source="Budget emploi moins brut et charges patronales", status="",
    )  # fmt: skip
    names = ("code", "label", "base", "rate", "amount", "month_amount", "source", "valid_from", "status")
    rows = [(line, line.kind.value) for line in pay.lines]
    employer = [(line, "employer") for line in pay.employer_lines]
    return [
        *(
            PayLine(tenant_id=1, kind=kind, **{name: getattr(line, name) for name in names})
            for line, kind in (*rows, *employer)
        ),
        margin,
    ]
