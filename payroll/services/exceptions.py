"""What stopped somebody's pay, kept as a row: nobody else is held up by it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from core.errors import DomainError
from core.rows import insert_rows, update_rows
from payroll.models import ContractMonth, PayException

Subject = tuple[UUID, UUID, date, UUID | None]


@dataclass(frozen=True, slots=True)
class Stopped:
    """One worker's pay in an entity and month that met a refusal; `contract_month_id` when it was one part of
    a contract.
    """

    person_id: UUID
    entity_id: UUID
    month: date
    error: DomainError
    contract_month_id: UUID | None = None

    @property
    def subject(self) -> Subject:
        """What the refusal is about, whatever its code."""
        return (self.person_id, self.entity_id, self.month, self.contract_month_id)


def note_exceptions(stopped: Sequence[Stopped], *, on: date) -> list[PayException]:
    """Keep what stopped these pays: the open row of the same subject and code is renewed, those of another
    code are over. The rows, in order; four statements at most. The workers' files are locked by the caller.
    """
    if not stopped:
        return []
    latest = {(row.subject, row.error.code): row for row in stopped}
    subjects = {row.subject for row in stopped}
    people = {row.person_id for row in stopped}
    known: dict[tuple[Subject, str], PayException] = {}
    over: list[UUID] = []
    for row in PayException.objects.filter(person_id__in=people, resolved_at=None):
        subject = (row.person_id, row.entity_id, row.month, row.contract_month_id)
        if (subject, row.code) in latest:
            known[(subject, row.code)] = row
        elif subject in subjects:
            over.append(row.pk)
    if over:
        PayException.objects.filter(pk__in=over).update(resolved_at=timezone.now())
    renewed = list(known.values())
    fresh: list[PayException] = []
    for (subject, code), found in latest.items():
        row = known.get((subject, code)) or PayException(
            person_id=found.person_id,
            entity_id=found.entity_id,
            month=found.month,
            contract_month_id=found.contract_month_id,
            code=code,
            first_seen=on,
        )
        row.last_seen, row.detail = on, found.error.detail[:300]
        if (subject, code) not in known:
            fresh.append(row)
            known[(subject, code)] = row
    update_rows(renewed, ["last_seen", "detail"])
    insert_rows(fresh)
    return [known[(row.subject, row.error.code)] for row in stopped]


def note_exception(
    *,
    person_id: UUID,
    entity_id: UUID,
    month: date,
    error: DomainError,
    on: date,
    contract_month: ContractMonth | None = None,
) -> PayException:
    """Keep what stopped one pay: a batch of one."""
    stopped = Stopped(person_id, entity_id, month, error, contract_month.pk if contract_month else None)
    return note_exceptions([stopped], on=on)[0]


def resolve_exceptions(contract_month_ids: Collection[UUID]) -> None:
    """These parts of contracts are settled: what stopped them is over."""
    PayException.objects.filter(contract_month_id__in=contract_month_ids, resolved_at=None).update(
        resolved_at=timezone.now()
    )
