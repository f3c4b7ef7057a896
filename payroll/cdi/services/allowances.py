"""What staff are paid beside the salary: year-end premium, double holiday pay, premium of the committee.

`Dr 4560 what was set aside (double holiday), Dr 620 the rest [A], Dr 621 employer's contributions [A]
/ Cr 4540, 453, 455`. Owed by law and agreement: the pot lends what a budget lacks.
Locks: worker file, contract, budget.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.calendar import first_of_month
from core.commands import json_ready
from core.errors import DomainError
from core.kit.formats import month as in_words
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.services import post_entry
from ledger.treasury.services import request_payout
from ledger.types import Entry, cr, dr, without_zeros
from payroll.cdi import errors, selectors
from payroll.cdi.allowances import LABELS, AllowanceDue, compute_allowance, due_allowances, due_from
from payroll.cdi.enums import DrawKind, StaffAllowance
from payroll.cdi.models import Allowance, AllowanceLine, HolidayDraw
from payroll.cdi.services.salaries import may_lend_alone
from payroll.engine.holiday import EXIT_HOLIDAY_ACCOUNT
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT, TAX_ACCOUNT
from payroll.enums import COUNTED_STATES, LineKind
from payroll.models import EmploymentContract
from payroll.services.contracts import locked_contract
from payroll.services.contracts.rows import paying_budget
from payroll.services.open_ended import clear_shortfall, note_shortfall

SOURCE = "cdi.allowance"
"""How an allowance names itself in entries and payouts."""


@transaction.atomic
def pay_allowance(
    *, contract_id: UUID, kind: str, year: int, on: date, actor: Actor, second: bool = False
) -> Allowance:
    """Post an allowance, keep it with its lines, ask for its payout due that day.

    What the budget lacks the pot lends; above the threshold only with `second`: the daily work found
    it and a person, other than the worker, agrees. Raises, with nothing changed: `AllowancePaid` (also
    on a repeat), `AllowanceNotDue`, `OwnMatter`, `SalaryNotCovered`, `NoFigureInForce`, `PeriodClosed`.
    """
    contract = locked_contract(contract_id)
    what = StaffAllowance(kind)
    if not selectors.contracts().filter(pk=contract_id).exists():
        raise errors.NotOpenEnded
    if actor.person_id == contract.person_id:
        raise errors.OwnMatter
    if Allowance.objects.filter(contract=contract, kind=what, year=year).exists():
        raise errors.AllowancePaid
    due = compute_allowance(contract=contract, kind=what, year=year, on=on)
    month = first_of_month(due_from(what, year))
    available = contract.activity.budget.available
    missing = max(ZERO, due.cost - available)
    if missing and not second and not may_lend_alone(missing, on):
        raise errors.SalaryNotCovered(
            month=in_words(month), needed=due.cost, available=available, missing=missing
        )
    key = uuid7()
    owed = _owed(due)
    entry_id = _post(contract, due, key, owed, on)
    row = Allowance.objects.create(
        id=key,
        contract=contract,
        entity_id=contract.entity_id,
        person=contract.person,
        kind=what,
        year=year,
        month=month,
        paid_on=on,
        months=due.months,
        yearly_gross=due.yearly_gross,
        gross=due.pay.gross,
        onss=due.pay.onss,
        taxable=due.pay.taxable,
        withholding_tax=due.pay.withholding_tax,
        net=due.pay.net,
        employer_onss=due.employer_onss,
        from_holiday=due.drawn.total,
        cost=due.cost,
        owed=json_ready(owed),
        entry_id=entry_id,
    )
    AllowanceLine.objects.bulk_create(_lines(row, due))
    if due.drawn.total:
        HolidayDraw.objects.create(
            contract=contract,
            entity_id=contract.entity_id,
            person=contract.person,
            kind=DrawKind.DOUBLE,
            on=on,
            year=year,
            simple=due.drawn.simple,
            double=due.drawn.double,
            supplement=due.drawn.supplement,
            employer_onss=due.drawn.employer_onss,
            allowance=row,
            entry_id=entry_id,
        )
    if row.net > 0:
        request_payout(
            entity_id=contract.entity_id,
            kind="wage",
            party_id=contract.person.party_id,
            payee_name=str(contract.person),
            iban=contract.person.iban,
            amount=row.net,
            communication=f"{LABELS[what]} {year}",
            due_on=on,
            source_type=SOURCE,
            source_id=row.pk,
            settles_account=NET_WAGES_ACCOUNT,
        )
    clear_shortfall(contract, month=month, code=errors.SalaryNotCovered.code)
    audit.record(actor, "cdi.allowance_paid", row, kind=what.value, gross=str(row.gross))
    publish("allowance.paid", row, person_id=str(contract.person_id), contract_id=str(contract.pk))
    return row


@transaction.atomic
def pay_due(*, contract: EmploymentContract, on: date, actor: Actor) -> list[Allowance]:
    """Pay what is due of a contract; what meets a refusal becomes an exception of its month. Safe at any
    frequency.
    """
    if contract.state not in COUNTED_STATES or contract.ends_on < first_of_month(on):
        return []
    made = []
    for kind in due_allowances(contract, on):
        try:
            with transaction.atomic():
                made.append(
                    pay_allowance(contract_id=contract.pk, kind=kind, year=on.year, on=on, actor=actor)
                )
        except DomainError as error:
            note_shortfall(contract, month=first_of_month(due_from(kind, on.year)), error=error, on=on)
    return made


def _owed(due: AllowanceDue) -> dict[str, Decimal]:
    owed = {
        ONSS_ACCOUNT: due.pay.onss + due.employer_onss,
        TAX_ACCOUNT: due.pay.withholding_tax,
        NET_WAGES_ACCOUNT: due.pay.net,
    }
    return {account: amount for account, amount in owed.items() if amount}


def _post(
    contract: EmploymentContract, due: AllowanceDue, key: UUID, owed: dict[str, Decimal], on: date
) -> UUID:
    budget_id, person = paying_budget(contract), contract.person
    return post_entry(
        Entry(
            entity=contract.entity_id,
            date=on,
            journal=Journal.PAY,
            source_type=SOURCE,
            source_id=key,
            kind="settlement",
            text=f"{person}: {LABELS[due.kind]} {due.year}",
            lines=without_zeros(
                dr(EXIT_HOLIDAY_ACCOUNT, due.drawn.total),
                dr("620", due.pay.gross - due.drawn.total, budget=budget_id),
                dr("621", due.employer_onss, budget=budget_id),
                *(
                    cr(
                        account,
                        owed[account],
                        party=person.party_id if account == NET_WAGES_ACCOUNT else None,
                    )
                    for account in sorted(owed)
                ),
            ),
            imposed=True,
        )
    )


def _lines(row: Allowance, due: AllowanceDue) -> list[AllowanceLine]:
    rule = due.rule
    rows = [
        AllowanceLine(
            kind=LineKind.ADDS,
            code=f"allowance_{due.kind.value}",
            label=f"{LABELS[due.kind]} {due.year} ({due.months}/12)",
            base=due.base,
            rate=due.share,
            amount=due.pay.gross,
            source=rule.source[:300],
            valid_from=rule.valid_from,
            status=rule.status,
        )
    ]
    rows += [
        AllowanceLine(
            kind=LineKind(line.kind.value),
            code=line.code,
            label=line.label,
            base=line.base,
            rate=line.rate,
            amount=line.amount,
            source=line.source[:300],
            valid_from=line.valid_from,
            status=line.status or "",
        )
        for line in due.pay.lines
    ]
    rows += [
        AllowanceLine(
            kind=LineKind.EMPLOYER,
            code=part.code,
            label=part.label,
            base=due.pay.gross,
            rate=part.rate,
            amount=part.amount,
            account=ONSS_ACCOUNT,
            source=part.source[:300],
        )
        for part in due.employer
    ]
    if due.drawn.total:
        rows.append(
            AllowanceLine(
                kind=LineKind.EMPLOYER,
                code="from_holiday",
                label="Repris de la provision de vacances",
                amount=-due.drawn.total,
                account=EXIT_HOLIDAY_ACCOUNT,
                source="Compte 4560 : mis de côté avec chaque salaire",
            )
        )
    for position, line in enumerate(rows, 1):
        line.allowance, line.position = row, position
    return rows
