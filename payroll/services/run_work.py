"""The work of a run, shard by shard: each in a transaction of its own, any number of workers at once.

Outside of any scope. What a worker that dies had written is rolled back and done by another one; a late
holder is fenced by the attempt number. Locks: run, shard, worker file, budget, number series.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from core.locks import for_update, lock
from core.models import Cooperative
from core.money import ZERO
from core.outbox import publish
from core.rows import insert_values
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.errors import NoBankAccount, NothingToPay
from ledger.treasury.services import create_batch
from payroll import selectors
from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import PayException, PayItem, PayrollRun, RunLine, RunShard, WorkerFile
from payroll.months import month_before
from payroll.services import holidays, quarters
from payroll.services.exceptions import Stopped, note_exceptions
from payroll.services.payslips import issue_payslips, loose_extras, loose_holidays, loose_items
from payroll.services.reconciliation import reconcile_contracts
from payroll.services.reconciliation.agreement import in_doubt
from payroll.services.settlement import due_months, settle_months
from payroll.services.shards import keep_failure, open_shards, take_shard

SHARD = 400
"""Workers of one shard, at most: a few seconds of work in a constant number of statements, whose own cost
weighs less the more workers share it."""

RUN_CODES = (
    "family_situation_missing", "no_rate_in_force", "invalid_payout", "unsupported_situation",
    "contradictory_situation", "seizure_table_missing", "seizure_not_agreed",
)  # fmt: skip
"""What stops an exit holiday or a quarter; rooms open and end exceptions of a month of other codes."""

LINE = (
    *("run_id", "person_id", "entity_id", "items", "gross", "net", "net_before", "holiday_gross"),
    *("holiday_net", "earlier_items", "earlier_net", "regularisation"),
)
"""Columns of a line of a run."""

Group = tuple[UUID, UUID]
"""A worker and an entity."""

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
    """Write down the shards of a phase, of equal sizes; the run is locked by the caller."""
    count = -(-len(people) // SHARD)
    parts = [
        people[len(people) * place // count : len(people) * (place + 1) // count] for place in range(count)
    ]
    RunShard.objects.bulk_create(
        RunShard(run=run, phase=phase, number=number, people=[str(key) for key in part], size=len(part))
        for number, part in enumerate(parts, 1)
    )


def advance(run: PayrollRun) -> None:
    """Go on when every shard of the phase is done; the run is locked by the caller. A stop that came while
    the last one was at work ends with the phase: whoever approves wants the run closed.
    """
    if run.state == RunState.COMPUTING and not open_shards(run).exists():
        run.state = RunState.REVIEW
        run.totals = _frozen_totals(run)
        run.paused_at, run.paused_by_label = None, ""
        run.save(update_fields=["state", "totals", "paused_at", "paused_by_label"])
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
    people |= {extra.person_id for extra in loose_extras(month) if entity_id in (None, extra.entity_id)}
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
        people = [UUID(key) for key in shard.people]
        if shard.phase == ShardPhase.COMPUTE:
            compute_people(run, people)
        else:
            close_people(run, people)
        shard.state, shard.done_at, shard.lease_until = ShardState.DONE, timezone.now(), None
        shard.error = ""
        shard.save(update_fields=["state", "done_at", "lease_until", "error"])


def compute_people(run: PayrollRun, people: Collection[UUID]) -> None:
    """Settle what was not tried, then write what the payslips of these workers will hold. Repeats give the
    same rows; as many statements for one worker as for many.
    """
    lock(WorkerFile.objects.filter(person_id__in=people))
    unsettled = due_months(next_month(run.month)).filter(
        _of_entity("contract__entity_id", run.entity_id), contract__person_id__in=people
    )
    keys = list(unsettled.values_list("pk", flat=True))
    settle_months(keys=keys, on=run.on, actor=Actor.system("payroll run"))
    waiting = set(unsettled.order_by().values_list("contract__person_id", "contract__entity_id"))
    held = {key: row for key, row in _held(run, people).items() if key not in waiting}
    dues, stopped = _sorted_out(holidays.holidays_due(held, month=run.month, paid_on=_paid_on(run)))
    adjusted, stopped_quarters = _quarters(run, people)
    _resolve_others(run, people, stopped | stopped_quarters)
    note_exceptions(_stops(run, stopped | stopped_quarters), on=run.on)
    items: dict[Group, list[PayItem]] = defaultdict(list)
    loose = loose_items(run.month).filter(_of_entity("entity_id", run.entity_id), person_id__in=people)
    for item in loose.only("person_id", "entity_id", "month", "gross", "net"):
        items[(item.person_id, item.entity_id)].append(item)
    others: dict[Group, Decimal] = defaultdict(lambda: ZERO)
    for extra in loose_extras(run.month, people):
        if run.entity_id in (None, extra.entity_id):
            others[(extra.person_id, extra.entity_id)] += extra.net
    before = _nets_before(run, people)
    RunLine.objects.filter(run=run, person_id__in=people).delete()
    insert_values(
        RunLine,
        LINE,
        [
            _line(run, key, items.get(key, []), dues.get(key), adjusted.get(key, ()), before.get(key, ZERO))
            for key in sorted({*items, *dues, *adjusted, *others})
        ],
    )


def recompute(run: PayrollRun, people: Collection[UUID]) -> None:
    """Compute some workers of a run in review anew, and its totals. The run is locked by the caller."""
    compute_people(run, people)
    run.totals = _frozen_totals(run)
    run.save(update_fields=["totals"])


def _resolve_others(run: PayrollRun, people: Collection[UUID], stopped: Mapping[Group, DomainError]) -> None:
    """What stopped an exit holiday or a quarter of these workers before, and no longer does, is over."""
    rows = PayException.objects.filter(
        _of_entity("entity_id", run.entity_id),
        person_id__in=people,
        month=run.month,
        contract_month=None,
        code__in=RUN_CODES,
        resolved_at=None,
    )
    over = [
        key for key, *group in rows.values_list("pk", "person_id", "entity_id") if tuple(group) not in stopped
    ]
    PayException.objects.filter(pk__in=over).update(resolved_at=timezone.now())


def _line(
    run: PayrollRun,
    key: Group,
    items: Sequence[PayItem],
    due: holidays.HolidayDue | None,
    adjusted: Sequence[quarters.QuarterDue],
    before: Decimal,
) -> tuple[Any, ...]:
    """Values of `LINE`."""
    earlier = [item for item in items if item.month < run.month]
    return (
        run.pk,
        *key,
        len(items),
        sum((item.gross for item in items), ZERO),
        sum((item.net for item in items), ZERO),
        before,
        due.pay.held.gross if due else ZERO,
        due.pay.net if due else ZERO,
        len(earlier),
        sum((item.net for item in earlier), ZERO),
        sum((part.settled.net for part in adjusted), ZERO),
    )


def close_people(run: PayrollRun, people: Collection[UUID]) -> None:
    """Settle the quarters, pay the exit holidays and make the payslips of these workers; a line that is
    closed is left alone. What cannot be made of one becomes an exception; a later payslip will hold it.
    """
    lock(WorkerFile.objects.filter(person_id__in=people))
    lines = list(RunLine.objects.filter(run=run, person_id__in=people, closed=False).order_by("pk"))
    adjusted, stopped = _quarters(run, people)
    _declare(run, people)  # before the number series is locked: whoever holds it, all others wait for
    stopped |= _close_lines(run, lines, adjusted)
    note_exceptions(_stops(run, stopped), on=run.on)


def _declare(run: PayrollRun, people: Collection[UUID]) -> None:
    """Look once more whether the office knows of what the month paid; where both agree nothing is written."""
    assert run.approved_at is not None
    worked = PayItem.objects.filter(
        _of_entity("entity_id", run.entity_id), person_id__in=people, month=run.month
    )
    paid = set(worked.order_by().values_list("contract_id", flat=True))
    reconcile_contracts(in_doubt(paid), at=run.approved_at)


def _close_lines(
    run: PayrollRun, lines: Sequence[RunLine], adjusted: Mapping[Group, Sequence[quarters.QuarterDue]]
) -> dict[Group, DomainError]:
    """Close these lines together; when one of them is refused, halve them until it stands alone."""
    if not lines:
        return {}
    try:
        with transaction.atomic():
            return _close_together(run, lines, adjusted)
    except DomainError as error:
        if len(lines) == 1:
            return {(lines[0].person_id, lines[0].entity_id): error}
    middle = len(lines) // 2
    return _close_lines(run, lines[:middle], adjusted) | _close_lines(run, lines[middle:], adjusted)


def _close_together(
    run: PayrollRun, lines: Sequence[RunLine], adjusted: Mapping[Group, Sequence[quarters.QuarterDue]]
) -> dict[Group, DomainError]:
    assert run.closed_on is not None
    pairs = [(line.person_id, line.entity_id) for line in lines]
    settled = [part for pair in pairs for part in adjusted.get(pair, ())]
    quarters.settle_quarters(run=run, dues=settled, on=run.closed_on)
    wanted = {pair for pair, line in zip(pairs, lines, strict=True) if line.holiday_gross}
    held = {key: row for key, row in _held(run, {key[0] for key in wanted}).items() if key in wanted}
    dues, stopped = _sorted_out(holidays.holidays_due(held, month=run.month, paid_on=run.closed_on))
    stopped |= holidays.pay_holidays(dues, month=run.month, paid_on=run.closed_on).refused
    issue_payslips(run=run, pairs=pairs, on=run.closed_on)
    RunLine.objects.filter(pk__in=[line.pk for line in lines]).update(closed=True)
    return stopped


def _held(run: PayrollRun, people: Collection[UUID]) -> dict[Group, holidays.Held]:
    return {key: held for key, held in holidays.held_of(people).items() if run.entity_id in (None, key[1])}


def _quarters(
    run: PayrollRun, people: Collection[UUID]
) -> tuple[dict[Group, list[quarters.QuarterDue]], dict[Group, DomainError]]:
    """Quarters with a difference by worker and entity; and what stops others."""
    wanted = quarters.to_settle(people, run.month, run.entity_id)
    found: dict[Group, list[quarters.QuarterDue]] = defaultdict(list)
    stopped: dict[Group, DomainError] = {}
    for (person, entity, _), due in quarters.quarters_due(wanted, paid_on=_paid_on(run)).items():
        if isinstance(due, DomainError):
            stopped[(person, entity)] = due
        elif due.settled.amount:
            found[(person, entity)].append(due)
    return found, stopped


def _sorted_out(
    found: Mapping[Group, holidays.HolidayDue | DomainError],
) -> tuple[dict[Group, holidays.HolidayDue], dict[Group, DomainError]]:
    stopped = {key: due for key, due in found.items() if isinstance(due, DomainError)}
    return {key: due for key, due in found.items() if not isinstance(due, DomainError)}, stopped


def _stops(run: PayrollRun, stopped: Mapping[Group, DomainError]) -> list[Stopped]:
    return [Stopped(person, entity, run.month, error) for (person, entity), error in stopped.items()]


def _paid_on(run: PayrollRun) -> date:
    return run.closed_on or run.on


def _nets_before(run: PayrollRun, people: Collection[UUID]) -> dict[Group, Decimal]:
    rows = PayItem.objects.filter(person_id__in=people, month=month_before(run.month)).order_by()
    sums = rows.values_list("person_id", "entity_id").annotate(total=Sum("net"))
    return {(person, entity): total for person, entity, total in sums}


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
