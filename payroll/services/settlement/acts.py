"""Settling: what is due becomes pay items, posted, their payouts asked for; one path for one and many."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import DomainError
from core.types import Actor
from payroll.enums import COUNTED_STATES, OPEN_STATES
from payroll.models import ContractMonth, PayException, PayItem
from payroll.payable import ask_deductions, to_pay
from payroll.services.exceptions import Stopped, note_exceptions
from payroll.services.settlement.amounts import compute
from payroll.services.settlement.facts import locked_parts, read_facts
from payroll.services.settlement.outside import put_together, set_apart
from payroll.services.settlement.rows import write_parts
from payroll.types import Settled

BATCH = 200
"""Parts of one batch where nobody says how many: some tenths of a second."""

Outcome = tuple[list[UUID], dict[UUID, DomainError]]
"""Items made, and what stopped the other parts, by the part's id."""


def due_months(on: date) -> QuerySet[ContractMonth]:
    """Parts of contracts whose last day is over and that have no pay item, oldest first; corrections of a
    month after its planned part, whatever became of the contract since.
    """
    planned = Q(number=0, contract__state__in=OPEN_STATES)
    corrections = Q(number__gt=0, contract__state__in=COUNTED_STATES)
    return ContractMonth.objects.filter(planned | corrections, settled=False, last_day__lt=on).order_by(
        "last_day", "contract_id", "month", "number"
    )


def count_due(*, on: date) -> int:
    """How many parts wait and were not tried on that day."""
    return _untried(on).count()


def settle_due(*, on: date, actor: Actor, limit: int | None = None) -> Settled:
    """Settle every part of a contract whose last day lies before `on`.

    A part that meets a refusal (no figures, no family situation, under 19, …) becomes an exception row and
    the others go on. With a `limit`, so many parts that were not tried that day: call again while
    `remaining`. Called twice it changes nothing.
    """
    months = due_months(on) if limit is None else _untried(on)
    keys = list(months.values_list("pk", flat=True)[: None if limit is None else limit + 1])
    remaining = limit is not None and len(keys) > limit
    keys = keys[:limit]
    done = [
        settle_months(keys=keys[start : start + BATCH], on=on, actor=actor)
        for start in range(0, len(keys), BATCH)
    ]
    return Settled(
        tuple(item for batch in done for item in batch.items),
        sum(batch.exceptions for batch in done),
        remaining,
    )


def settle_month(*, contract_month_id: UUID, on: date, actor: Actor) -> tuple[PayItem | None, bool]:
    """Settle one part of a contract, a batch of one: the pay item, or an exception row (then the answer's
    second half is True).

    A part that is settled, withdrawn or not over gives (None, False).
    """
    done = settle_months(keys=[contract_month_id], on=on, actor=actor)
    return PayItem.objects.filter(pk__in=done.items).first(), bool(done.exceptions)


@transaction.atomic
def settle_months(*, keys: Collection[UUID], on: date, actor: Actor) -> Settled:
    """Settle parts of contracts together: as many statements for one as for many, the rows as one by one.

    Each becomes true whole: entry, pay item with its lines, payout (less what others take of it), state of
    part and contract, audit, news. Several parts of one worker cumulate in order of their last day. A part
    that meets a refusal becomes an exception row, the others are settled; parts that are settled, withdrawn
    or not over are left alone, so a repeated call changes nothing. Locks: workers' files, contracts, their
    parts, budgets.
    """
    parts = [part for part in locked_parts(keys) if _is_due(part, on)]
    if not parts:
        return Settled((), 0, False)
    parts, refused = set_apart(parts)
    items, stopped = _settle([part for part in parts if part.pk not in refused], on, actor)
    refused |= stopped
    gone = put_together(parts, refused) if refused else set()
    note_exceptions(
        [
            Stopped(part.contract.person_id, part.contract.entity_id, part.month, refused[part.pk], part.pk)
            for part in parts
            if part.pk in refused and part.pk not in gone
        ],
        on=on,
    )
    return Settled(tuple(items), len(refused.keys() - gone), False)


def settle_or_raise(*, contract_month_id: UUID, on: date, actor: Actor) -> None:
    """Settle one part as it is written, in a transaction of the caller; what refuses it is raised."""
    parts = locked_parts([contract_month_id])
    _, refused = _settle(parts, on, actor)
    for error in refused.values():
        raise error


def _is_due(part: ContractMonth, on: date) -> bool:
    states = COUNTED_STATES if part.number else OPEN_STATES
    return not part.settled and part.last_day < on and part.contract.state in states


def _untried(on: date) -> QuerySet[ContractMonth]:
    tried = PayException.objects.filter(
        contract_month=OuterRef("pk"), resolved_at__isnull=True, last_seen__gte=on
    )
    return due_months(on).filter(~Exists(tried))


def _settle(parts: Sequence[ContractMonth], on: date, actor: Actor) -> Outcome:
    """Compute and write; when the books refuse the batch, halve it until the culprit stands alone."""
    if not parts:
        return [], {}
    facts = read_facts(parts)
    refused: dict[UUID, DomainError] = {}
    while True:
        computed = compute(parts, facts, on, without=refused)
        refused |= computed.refused
        taken = ask_deductions(to_pay([part.payable(on) for part in computed.parts]))
        if not taken.refused:
            break
        # Whoever follows in the same month is computed again without what a source cannot judge.
        refused |= {
            part.part.pk: taken.refused[part.key] for part in computed.parts if part.key in taken.refused
        }
    if not computed.parts:
        return [], refused
    try:
        with transaction.atomic():
            write_parts(computed.parts, taken, on, actor)
    except DomainError as error:
        left = [part.part for part in computed.parts]
        if len(left) == 1:
            return [], {**refused, left[0].pk: error}
        items: list[UUID] = []
        for half in _halves(left):
            made, stopped = _settle(half, on, actor)
            items += made
            refused |= stopped
        return items, refused
    return [part.key for part in computed.parts], refused


def _halves(parts: Sequence[ContractMonth]) -> tuple[list[ContractMonth], list[ContractMonth]]:
    """Two halves by worker, so that nobody's month is torn; one worker's parts in the order of settling."""
    people = list(dict.fromkeys(part.contract.person_id for part in parts))
    if len(people) == 1:
        middle = len(parts) // 2
        return list(parts[:middle]), list(parts[middle:])
    first = set(people[: len(people) // 2])
    return (
        [part for part in parts if part.contract.person_id in first],
        [part for part in parts if part.contract.person_id not in first],
    )
