"""What an answer of the social security office leads to, anomaly by anomaly (`payroll.dimona.anomalies`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core import audit
from core.outbox import publish
from payroll.dimona.anomalies import Consequence, consequence_of, known
from payroll.dimona.types import OPEN_END, HeldPeriod, Result, ResultCode
from payroll.enums import (
    ACCEPTED_STATES,
    PENDING_STATES,
    QUEUE_STATES,
    ContractType,
    DeclarationKind,
    DeclarationState,
)
from payroll.models import Declaration, DeclarationStop, EmploymentContract
from payroll.services.reconciliation import SYSTEM, reconcile_contract
from payroll.services.reconciliation.periods import new_reference

NO_MANDATE = "90256-155"
IDENTITY_WAIT = timedelta(seconds=30)
"""How long a declaration whose identity is being looked up waits before the next question, at first."""

LONGEST_IDENTITY_WAIT = timedelta(hours=1)
BUSY_WAIT = timedelta(minutes=15)
"""How long a declaration waits for another one of its period."""

MOST_ATTEMPTS = 12
LOOKS_UP = frozenset({Consequence.LOOK_UP, Consequence.ADOPT})
"""What needs to know which periods the office holds."""


def take_answer(
    contract: EmploymentContract,
    row: Declaration,
    result: Result,
    held: Sequence[HeldPeriod],
    moment: datetime,
) -> None:
    """Write an answer on its declaration, not saved. `held` are the worker's periods where the answer asks
    for them. The caller holds the worker's file and the row.
    """
    row.anomalies = [
        {"code": a.code, "fr": a.description_fr, "nl": a.description_nl} for a in result.anomalies
    ]
    row.answer = json.loads(result.answer) if result.answer else {}
    if result.code is ResultCode.WAITING:
        row.state = DeclarationState.WAITING
        waited = moment - (row.sent_at or moment)
        row.next_attempt_at = moment + min(max(IDENTITY_WAIT, waited / 10), LONGEST_IDENTITY_WAIT)
        return
    row.answered_at = moment
    if result.is_accepted:
        if result.period_id:
            row.period_id = result.period_id
        warned = result.code is ResultCode.WARNING
        row.state = DeclarationState.ACCEPTED_WITH_WARNING if warned else DeclarationState.ACCEPTED
        _note_remarks(contract, row)
        return
    _take_refusal(contract, row, [a.code for a in result.anomalies], held, moment)


def stop_sending(contract: EmploymentContract, row: Declaration, code: str, moment: datetime) -> None:
    """The office refuses everything of this employer: one stop, and the declaration waits unsent."""
    _stop_employer(contract, code, moment)
    _unsend(row, moment)


def draw_consequences(contract: EmploymentContract, row: Declaration) -> None:
    """What follows a saved answer: a cancelled period ends what was accepted before it, a refusal is told,
    anything else may let the next declaration go. The caller holds the worker's file.
    """
    if row.state in PENDING_STATES:
        return
    gone = row.state in ACCEPTED_STATES and row.kind == DeclarationKind.CANCEL
    if gone or (
        row.state == DeclarationState.REFUSED and row.handled and _leads_to(row, Consequence.CANCELLED)
    ):
        Declaration.objects.filter(
            contract=contract, part_starts_on=row.part_starts_on, state__in=ACCEPTED_STATES, pk__lt=row.pk
        ).update(state=DeclarationState.CANCELLED)
    if row.state in QUEUE_STATES and not row.handled:
        publish("declaration.refused", row, contract_id=str(contract.pk))
        return
    reconcile_contract(contract, at=row.declared_at)


def _take_refusal(
    contract: EmploymentContract,
    row: Declaration,
    codes: list[str],
    held: Sequence[HeldPeriod],
    moment: datetime,
) -> None:
    row.state = DeclarationState.REFUSED
    match consequence_of(codes):
        case Consequence.CANCELLED:
            if row.kind == DeclarationKind.CANCEL:
                row.state = DeclarationState.ACCEPTED
            else:
                _settled(row, moment)
        case Consequence.REPLACE | Consequence.REST_APART:
            _settled(row, moment)
        case Consequence.ADOPT:
            _adopt(contract, row, held, moment)
        case Consequence.LATER if row.attempt < MOST_ATTEMPTS:
            attempt = row.attempt
            _unsend(row, moment)
            row.attempt, row.next_attempt_at = attempt, moment + BUSY_WAIT
        case Consequence.STOP:
            code = next(code for code in codes if (k := known(code)) and k.leads_to is Consequence.STOP)
            stop_sending(contract, row, code, moment)
        case _:
            row.answer["held"] = [_written(period) for period in held if not period.is_cancelled]


def _adopt(
    contract: EmploymentContract, row: Declaration, held: Sequence[HeldPeriod], moment: datetime
) -> None:
    """Take over the period that the office holds already; a person decides where it is another contract's."""
    if row.kind == DeclarationKind.IN:
        end = None if row.ends_on == OPEN_END else row.ends_on
        same = (p for p in held if not p.is_cancelled and (p.starts_on, p.ends_on) == (row.starts_on, end))
    else:
        same = (p for p in held if p.period_id == row.period_id)
    found = next(same, None)
    row.answer["held"] = [_written(period) for period in held if not period.is_cancelled]
    if found is None or found.is_cancelled or _held_by_another(contract, row, found.period_id):
        return
    row.state = DeclarationState.ACCEPTED_WITH_WARNING
    row.period_id = found.period_id
    row.starts_on, row.ends_on = found.starts_on, found.ends_on or OPEN_END
    row.planned_hours = found.planned_hours
    if found.is_late:
        _put_outside_quota(contract, row, "90373-460")
    _settled(row, moment)


def _held_by_another(contract: EmploymentContract, row: Declaration, period_id: str) -> bool:
    rows = Declaration.objects.filter(period_id=period_id, state__in=ACCEPTED_STATES)
    return rows.exclude(contract=contract, part_starts_on=row.part_starts_on).exists()


def _note_remarks(contract: EmploymentContract, row: Declaration) -> None:
    """Hours of students beyond the quota of the year, or declared late, bear ordinary contributions."""
    for item in row.anomalies:
        found = known(item["code"])
        leads_to = None if found is None else found.leads_to
        if leads_to is Consequence.OUTSIDE_QUOTA or (
            leads_to is Consequence.LATE and row.kind == DeclarationKind.IN
        ):
            _put_outside_quota(contract, row, item["code"])


def _put_outside_quota(contract: EmploymentContract, row: Declaration, code: str) -> None:
    if contract.contract_type != ContractType.STUDENT or row.outside_quota:
        return
    row.outside_quota = True
    publish("declaration.quota_exceeded", row, contract_id=str(contract.pk), code=code)


def _stop_employer(contract: EmploymentContract, code: str, moment: datetime) -> None:
    stop, is_new = DeclarationStop.objects.get_or_create(
        entity_id=contract.entity_id, lifted_at=None, defaults={"code": code, "since": moment}
    )
    if is_new:
        audit.record(SYSTEM, "payroll.declarations_stopped", stop, code=code)
        publish("declaration.stopped", stop, code=code)


def _unsend(row: Declaration, moment: datetime) -> None:
    """As if it had never left, under a new reference: the office keeps what it said of the old one."""
    row.state = DeclarationState.DRAFT
    row.reference, row.gateway_id = new_reference(), ""
    row.attempt, row.sent_at, row.answered_at = 0, None, None
    row.batch = None
    row.next_attempt_at = moment


def _settled(row: Declaration, moment: datetime) -> None:
    """No person is needed."""
    row.handled, row.handled_at = True, moment


def _leads_to(row: Declaration, consequence: Consequence) -> bool:
    return consequence_of([item["code"] for item in row.anomalies]) is consequence


def _written(period: HeldPeriod) -> dict[str, Any]:
    """A period as it is kept beside the answer: no personal data."""

    def day(value: date | None) -> str:
        return "" if value is None else value.isoformat()

    return {
        "period": period.period_id,
        "type": period.worker_type,
        "committee": period.joint_committee,
        "from": day(period.starts_on),
        "until": day(period.ends_on),
        "hours": period.planned_hours,
    }
