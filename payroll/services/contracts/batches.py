"""Contracts of several people written together: seen before, then drafted and submitted row by row.

Locks: every worker file in the order of their keys, then what each submission locks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.commands import json_ready
from core.errors import DomainError
from core.locks import for_update
from core.money import ZERO
from core.types import Actor
from members.errors import UnknownPerson
from members.models import Person
from payroll.contract_errors import BatchEmpty, BatchNotFound
from payroll.enums import RowState
from payroll.models import ContractBatch, ContractBatchRow, EmploymentContract, WorkerFile
from payroll.services.contracts.copying import read_terms
from payroll.services.contracts.submitting import submit_contract
from payroll.services.contracts.writing import create_contract

MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class BatchPerson:
    """One row as it is asked for: the worker, and the terms that are their own."""

    person_id: UUID
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowSeen:
    """What a row would become: gross and cost in euro and the law's warnings, or the refusal."""

    person: Person
    gross: Decimal
    cost: Decimal
    warnings: tuple[str, ...] = ()
    code: str = ""
    detail: str = ""


class _Seen(Exception):
    """Takes everything back that a preview wrote."""


def preview_batch(
    *,
    activity_id: UUID,
    shared: Mapping[str, Any],
    people: Sequence[BatchPerson],
    on: datetime,
    actor: Actor,
) -> list[RowSeen]:
    """What each row would cost or why it would be refused, the rows before it counted. Writes nothing.

    `shared` and each row's `given` are arguments of `create_contract`. Raises `BatchEmpty`.
    """
    _check_size(people)
    seen: list[RowSeen] = []
    names = Person.objects.in_bulk([row.person_id for row in people])
    try:
        with transaction.atomic():
            _lock_files([row.person_id for row in people])
            for row in people:
                contract, refusal = _one(activity_id, row.person_id, {**shared, **row.given}, on, actor)
                person = names[row.person_id]
                if contract is None:
                    assert refusal is not None
                    seen.append(RowSeen(person, ZERO, ZERO, (), refusal.code, refusal.detail))
                else:
                    seen.append(RowSeen(person, contract.gross, contract.cost, tuple(contract.warnings)))
            raise _Seen
    except _Seen:
        return seen


@transaction.atomic
def write_batch(
    *,
    activity_id: UUID,
    key: str,
    shared: Mapping[str, Any],
    people: Sequence[BatchPerson],
    actor: Actor,
) -> ContractBatch:
    """Keep what is asked for of several people; nothing is drafted yet. The same key of an Activity gives the
    batch that it gave before, as it was. Raises `BatchEmpty`.
    """
    _check_size(people)
    batch, created = ContractBatch.objects.get_or_create(
        activity_id=activity_id,
        key=key[:80],
        defaults={"made_by_label": actor.label[:120], "shared": json_ready(shared)},
    )
    if created:
        ContractBatchRow.objects.bulk_create(
            ContractBatchRow(
                batch=batch, position=place, person_id=row.person_id, given=json_ready(row.given)
            )
            for place, row in enumerate(people, 1)
        )
        audit.record(actor, "payroll.batch_written", batch, rows=len(people))
    return batch


@transaction.atomic
def submit_batch(*, batch_id: UUID, on: datetime, actor: Actor) -> ContractBatch:
    """Draft and submit each row that has no contract yet; each keeps its contract, or why it was refused.

    A refused row leaves nothing behind and the others stand; called again, only refused rows are tried anew.
    Raises `BatchNotFound`.
    """
    batch = for_update(ContractBatch.objects.filter(pk=batch_id)).first()
    if batch is None:
        raise BatchNotFound
    rows = list(ContractBatchRow.objects.filter(batch=batch).exclude(state=RowState.SUBMITTED))
    _lock_files([row.person_id for row in rows])
    shared = read_terms(batch.shared)
    for row in rows:
        terms = {**shared, **read_terms(row.given)}
        contract, refusal = _one(batch.activity_id, row.person_id, terms, on, actor)
        row.contract = contract
        row.state = RowState.REFUSED if contract is None else RowState.SUBMITTED
        row.code = refusal.code[:60] if refusal else ""
        row.detail = refusal.detail[:300] if refusal else ""
        row.save(update_fields=["contract", "state", "code", "detail"])
    audit.record(actor, "payroll.batch_submitted", batch, rows=len(rows))
    return batch


def _one(
    activity_id: UUID, person_id: UUID, terms: Mapping[str, Any], on: datetime, actor: Actor
) -> tuple[EmploymentContract | None, DomainError | None]:
    """Draft and submit one row in a savepoint of its own."""
    given = {name: value for name, value in terms.items() if value is not None}
    try:
        with transaction.atomic():
            draft = create_contract(activity_id=activity_id, person_id=person_id, actor=actor, **given)
            return submit_contract(contract_id=draft.pk, on=on, actor=actor), None
    except DomainError as refusal:
        return None, refusal


def check_people(people: Sequence[BatchPerson]) -> None:
    """Everybody named is somebody of this cooperative. Raises `UnknownPerson`."""
    asked = {row.person_id for row in people}
    if Person.objects.filter(pk__in=asked).count() != len(asked):
        raise UnknownPerson


def _lock_files(people: Sequence[UUID]) -> None:
    for person_id in sorted(set(people)):
        WorkerFile.objects.get_or_create(person_id=person_id)
    list(for_update(WorkerFile.objects.filter(person_id__in=set(people))))


def _check_size(people: Sequence[BatchPerson]) -> None:
    if not 1 <= len(people) <= MOST_ROWS:
        raise BatchEmpty(most=MOST_ROWS)
