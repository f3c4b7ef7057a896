"""The work of a run, shard by shard: each in a transaction of its own, any number of workers at once.

Outside of any scope. What a worker that dies had written is rolled back and done by another one; a late
holder is fenced by the attempt number. Locks: run, shard, worker file, budget, number series.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from core import audit
from core.calendar import next_month
from core.commands import json_ready
from core.errors import DomainError
from core.locks import for_update
from core.models import Cooperative
from core.money import ZERO
from core.outbox import publish
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.errors import NoBankAccount, NothingToPay
from ledger.treasury.services import create_batch
from members.models import Person
from payroll import selectors
from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import HolidayBlock, PayItem, PayrollRun, RunLine, RunShard, WorkerFile
from payroll.months import month_before
from payroll.services import holidays, quarters
from payroll.services.payslips import issue_payslip, loose_holidays, loose_items
from payroll.services.settlement import due_months, note_exception, settle_month
from payroll.services.shards import keep_failure, open_shards, take_shard

SHARD = 25
"""Workers of one shard."""

log = logging.getLogger(__name__)


def work_one_shard(cooperative: Cooperative, run_id: UUID) -> bool:
    """Take one shard of the run and do it; answers whether more wait.

    A worker that dies leaves the shard under a lease that runs out. A shard that fails waits, longer each
    time, and is given up at last. Where no shard is left to take, the run goes on: whoever did the last one
    may have died before saying so. A paused run gives no shard.
    """
    taken = take_shard(cooperative, run_id)
    if taken is not None:
        try:
            _work_shard(cooperative, run_id, *taken)
        except Exception as error:  # noqa: BLE001 - the row keeps the failure; the other shards must be done
            log.exception("shard %s failed", taken[0])
            keep_failure(cooperative, *taken, f"{type(error).__name__}: {error}")
    with tenant_scope(cooperative):
        run = for_update(PayrollRun.objects.filter(pk=run_id)).get()
        advance(run)
        return taken is not None and run.paused_at is None and bool(open_shards(run).exists())


def work_run(cooperative: Cooperative, run_id: UUID) -> None:
    """Do every shard that waits, in this process: for commands and stories."""
    while work_one_shard(cooperative, run_id):
        pass


def make_shards(run: PayrollRun, phase: ShardPhase, people: list[UUID]) -> None:
    """Write down the shards of a phase; the run is locked by the caller."""
    parts = [people[start : start + SHARD] for start in range(0, len(people), SHARD)]
    RunShard.objects.bulk_create(
        RunShard(run=run, phase=phase, number=number, people=[str(key) for key in part], size=len(part))
        for number, part in enumerate(parts, 1)
    )


def advance(run: PayrollRun) -> None:
    """Go on when every shard of the phase is done; the run is locked by the caller."""
    if run.state == RunState.COMPUTING and not open_shards(run).exists():
        run.state = RunState.REVIEW
        run.totals = _frozen_totals(run)
        run.save(update_fields=["state", "totals"])
        publish("payroll_run.computed", run)
    elif run.state == RunState.CLOSING and not open_shards(run).exists():
        _make_batches(run)
        run.state = RunState.CLOSED
        run.save(update_fields=["state"])
        audit.record(Actor.system("payroll run"), "payroll.run_closed", run)
        publish("payroll_run.closed", run)


def concerned(month: date, entity_id: UUID | None) -> set[UUID]:
    """Workers with something to settle, to put on a payslip or held for exit holiday, up to the month, in an
    entity (None: in any).
    """
    at = _of_entity("entity_id", entity_id)
    people = set(loose_items(month).filter(at).values_list("person_id", flat=True))
    people |= set(loose_holidays(month).filter(at).values_list("person_id", flat=True))
    due = due_months(next_month(month)).filter(_of_entity("contract__entity_id", entity_id))
    people |= set(due.values_list("contract__person_id", flat=True))
    held = PayItem.objects.filter(at, month__lte=month, owed__has_key="4560")
    people |= set(held.values_list("person_id", flat=True))
    return people | quarters.concerned(month, entity_id)


# --- one shard ----------------------------------------------------------------------------------------------


def _work_shard(cooperative: Cooperative, run_id: UUID, shard_id: UUID, attempt: int) -> None:
    with tenant_scope(cooperative):
        shard = for_update(RunShard.objects.filter(pk=shard_id)).get()
        if shard.attempt != attempt or shard.state != ShardState.RUNNING:
            return
        run = PayrollRun.objects.get(pk=run_id)
        for person_id in shard.people:
            if shard.phase == ShardPhase.COMPUTE:
                _compute_person(run, UUID(person_id))
            else:
                _close_person(run, UUID(person_id))
        shard.state, shard.done_at, shard.lease_until = ShardState.DONE, timezone.now(), None
        shard.error = ""
        shard.save(update_fields=["state", "done_at", "lease_until", "error"])


def _compute_person(run: PayrollRun, person_id: UUID) -> None:
    """Settle what was not tried, then write what the payslips of one worker will hold. Repeats give the same
    rows.
    """
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    actor = Actor.system("payroll run")
    at_entity = _of_entity("contract__entity_id", run.entity_id)
    unsettled = due_months(next_month(run.month)).filter(at_entity, contract__person_id=person_id)
    for key in list(unsettled.values_list("pk", flat=True)):
        settle_month(contract_month_id=key, on=run.on, actor=actor)
    person = Person.objects.get(pk=person_id)
    waiting = set(
        due_months(next_month(run.month))
        .filter(at_entity, contract__person_id=person_id)
        .values_list("contract__entity_id", flat=True)
    )
    held = _held(run, person_id)
    items: dict[UUID, list[PayItem]] = {}
    for item in loose_items(run.month).filter(_of_entity("entity_id", run.entity_id), person_id=person_id):
        items.setdefault(item.entity_id, []).append(item)
    settled_quarters = _quarters_or_exceptions(run, person)
    for entity_id in sorted({*items, *held, *settled_quarters}):
        due = None
        if entity_id not in waiting and entity_id in held:
            due = _due_or_exception(run, person, entity_id, held[entity_id])
        mine = items.get(entity_id, [])
        adjusted = sum((part.settled.net for part in settled_quarters.get(entity_id, ())), ZERO)
        if not mine and due is None and not adjusted:
            continue
        earlier = [item for item in mine if item.month < run.month]
        RunLine.objects.update_or_create(
            run=run,
            person=person,
            entity_id=entity_id,
            defaults={
                "items": len(mine),
                "gross": sum((item.gross for item in mine), ZERO),
                "net": sum((item.net for item in mine), ZERO),
                "net_before": _net_before(person_id, entity_id, run.month),
                "holiday_gross": due.pay.held.gross if due else ZERO,
                "holiday_net": due.pay.net if due else ZERO,
                "earlier_items": len(earlier),
                "earlier_net": sum((item.net for item in earlier), ZERO),
                "regularisation": adjusted,
            },
        )


def _held(run: PayrollRun, person_id: UUID) -> dict[UUID, holidays.Held]:
    return {
        entity: held
        for (_, entity), held in holidays.held_of([person_id]).items()
        if run.entity_id in (None, entity)
    }


def _quarters_or_exceptions(run: PayrollRun, person: Person) -> dict[UUID, list[quarters.QuarterDue]]:
    """Quarters to settle by entity; where no figures are loaded an exception row says so."""
    found: dict[UUID, list[quarters.QuarterDue]] = {}
    for entity_id, quarter in quarters.to_settle(person.pk, run.month, run.entity_id):
        try:
            with transaction.atomic():
                due = quarters.quarter_due(person, entity_id, quarter, paid_on=run.closed_on or run.on)
        except DomainError as error:
            note_exception(person_id=person.pk, entity_id=entity_id, month=run.month, error=error, on=run.on)
            continue
        if due.settled.amount:
            found.setdefault(entity_id, []).append(due)
    return found


def _due_or_exception(
    run: PayrollRun, person: Person, entity_id: UUID, held: holidays.Held
) -> holidays.HolidayDue | None:
    try:
        with transaction.atomic():
            return holidays.holiday_due(
                person, entity_id, held, month=run.month, paid_on=run.closed_on or run.on
            )
    except DomainError as error:
        note_exception(person_id=person.pk, entity_id=entity_id, month=run.month, error=error, on=run.on)
        return None


def _net_before(person_id: UUID, entity_id: UUID, month: date) -> Decimal:
    rows = PayItem.objects.filter(person_id=person_id, entity_id=entity_id, month=month_before(month))
    return rows.aggregate(total=Sum("net"))["total"] or ZERO


def _close_person(run: PayrollRun, person_id: UUID) -> None:
    """Settle the quarter, pay the exit holiday and make the payslips of one worker; a line that is closed is
    left alone. What cannot be made of one becomes an exception and stands on a later month's payslip.
    """
    assert run.closed_on is not None
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    person = Person.objects.get(pk=person_id)
    lines = RunLine.objects.filter(run=run, person_id=person_id, closed=False).select_related("entity")
    adjusted = _quarters_or_exceptions(run, person) if lines else {}
    for line in lines.order_by("entity_id"):
        try:
            with transaction.atomic():
                _close_line(run, person, line, adjusted.get(line.entity_id, ()))
        except DomainError as error:
            note_exception(
                person_id=person_id, entity_id=line.entity_id, month=run.month, error=error, on=run.on
            )


def _close_line(
    run: PayrollRun, person: Person, line: RunLine, adjusted: Iterable[quarters.QuarterDue]
) -> None:
    assert run.closed_on is not None
    for part in adjusted:
        quarters.settle_quarter(run=run, due=part, on=run.closed_on)
    if line.holiday_gross:
        _close_holiday(run, person, line.entity_id)
    issue_payslip(run=run, person=person, entity=line.entity, on=run.closed_on)
    line.closed = True
    line.save(update_fields=["closed"])


def _close_holiday(run: PayrollRun, person: Person, entity_id: UUID) -> None:
    assert run.closed_on is not None
    if HolidayBlock.objects.filter(person=person, entity_id=entity_id, month=run.month).exists():
        return
    held = _held(run, person.pk).get(entity_id)
    if held is None:
        return
    due = _due_or_exception(run, person, entity_id, held)
    if due is not None:
        holidays.pay_holiday(
            person=person, entity_id=entity_id, month=run.month, due=due, paid_on=run.closed_on
        )


# --- what is left -------------------------------------------------------------------------------------------


def _make_batches(run: PayrollRun) -> None:
    """One wage batch per entity of the run, made in the name of who started it: another person releases
    it.
    """
    assert run.closed_on is not None
    owner = Actor("user", run.started_by_label, run.started_by_user, run.started_by_id)
    for entity in entities_of(run):
        try:
            create_batch(
                entity_id=entity.pk, kind="wage", due_until=run.closed_on, on=run.closed_on, actor=owner
            )
        except (NothingToPay, NoBankAccount):
            continue


def entities_of(run: PayrollRun) -> Iterable[LegalEntity]:
    """The entity of a run, or all of them."""
    return LegalEntity.objects.filter(_of_entity("pk", run.entity_id)).order_by("code")


def _of_entity(field: str, entity_id: UUID | None) -> Q:
    return Q() if entity_id is None else Q(**{field: entity_id})


def _frozen_totals(run: PayrollRun) -> dict[str, Any]:
    sums = RunLine.objects.filter(run=run).aggregate(
        workers=Count("person_id", distinct=True),
        payslips=Count("pk"),
        gross=Sum("gross"),
        net=Sum("net"),
        holiday=Sum("holiday_gross"),
        holiday_net=Sum("holiday_net"),
        earlier_net=Sum("earlier_net"),
        regularisation=Sum("regularisation"),
    )
    ready: dict[str, Any] = json_ready(
        {
            **{key: value if value is not None else ZERO for key, value in sums.items()},
            "month": selectors.totals_of(run.month, run.entity_id),
            "month_before": selectors.totals_of(month_before(run.month), run.entity_id),
        }
    )
    return ready
