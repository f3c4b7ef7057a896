"""The batch channel: declarations not sent yet go into one file per employer, answers are read back.

The files are handed in by a person, on the office's site or by its file transfer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from core import audit
from core.clock import ZONE
from core.files import store_file
from core.locks import for_update
from core.tenancy import current_tenant_id
from core.types import Actor
from ledger.models import LegalEntity
from members.errors import NationalNumberMissing
from payroll.dimona.answers import FormAnswer, Receipt, UnreadableFile, read_answers
from payroll.dimona.types import Declaration as Message
from payroll.dimona.types import DimonaError, Result
from payroll.dimona.xml import write_batch
from payroll.enums import PENDING_STATES, AnswerKind, BatchState, DeclarationState
from payroll.errors import AnswerFileRefused, AnswersRead, NothingToDeclare
from payroll.models import (
    Declaration,
    DeclarationAnswer,
    DeclarationBatch,
    EmploymentContract,
    WorkerFile,
)
from payroll.services.declaration_answers import draw_consequences, take_answer
from payroll.services.declaration_messages import message_of

MOST = 500
"""Declarations of one file: its answers are read in one transaction."""


@dataclass(frozen=True, slots=True)
class AnswersTaken:
    """What a file of answers changed; `refused`: declarations that now wait for a person."""

    answer: DeclarationAnswer
    taken: int
    unknown: int
    refused: int


@transaction.atomic
def make_batches(*, at: datetime, actor: Actor, entity_id: UUID | None = None) -> list[DeclarationBatch]:
    """Put declarations that nothing was sent of into files, at most 500 in each, one employer in each.

    From then on they go no other way until their file is answered or refused. A declaration that cannot be
    written waits for a person. Locks: files (advisory), declarations. Raises `NothingToDeclare`; two calls
    never take the same declaration.
    """
    _one_at_a_time()
    rows = Declaration.objects.filter(state=DeclarationState.DRAFT, attempt=0, batch=None)
    if entity_id is not None:
        rows = rows.filter(contract__entity_id=entity_id)
    locked = list(rows.order_by("pk").select_for_update(of=("self",), skip_locked=True))
    by_entity: dict[UUID, list[tuple[Declaration, Message]]] = defaultdict(list)
    found = EmploymentContract.objects.filter(pk__in={row.contract_id for row in locked})
    employers = dict(found.values_list("pk", "entity_id"))
    for row in locked:
        try:
            by_entity[employers[row.contract_id]].append((row, message_of(row)))
        except (DimonaError, NationalNumberMissing) as error:
            row.state, row.error, row.answered_at = DeclarationState.FAILED, str(error)[:300], at
            row.save(update_fields=["state", "error", "answered_at"])
    made = [
        _make(entity, pairs[first : first + MOST], at, actor)
        for entity, pairs in sorted(by_entity.items(), key=lambda item: item[0])
        for first in range(0, len(pairs), MOST)
    ]
    if not made:
        raise NothingToDeclare
    return made


@transaction.atomic
def import_answers(*, content: bytes, name: str, at: datetime, actor: Actor) -> AnswersTaken:
    """Read a receipt or a file of answers back; each answer leads to what it would have led to online.

    Answers to what is not ours, or has its last word already, change nothing. Files are read one at a time
    (advisory lock). Locks: worker files, batches, declarations. Raises `AnswerFileRefused`, `AnswersRead`
    (the same file was read before).
    """
    digest = hashlib.sha256(content).hexdigest()
    _one_at_a_time()
    if DeclarationAnswer.objects.filter(sha256=digest).exists():
        raise AnswersRead
    try:
        found = read_answers(content)
    except UnreadableFile as error:
        raise AnswerFileRefused from error
    receipts = [item for item in found if isinstance(item, Receipt)]
    answers = [item for item in found if isinstance(item, FormAnswer)]
    moment = at.astimezone(ZONE)
    if receipts:
        batch, taken, refused = _take_receipts(receipts, moment, actor)
    else:
        batch, taken, refused = _take_answers(answers, moment)
    answer = DeclarationAnswer.objects.create(
        batch=batch,
        kind=AnswerKind.RECEIPT if receipts else AnswerKind.NOTIFICATION,
        file=store_file(content, name=name, content_type="application/xml"),
        sha256=digest,
        taken=taken,
        unknown=len(found) - taken,
        imported_at=moment,
        imported_by=actor.label[:120],
    )
    audit.record(actor, "payroll.declaration_answers_read", answer, taken=taken, refused=refused)
    return AnswersTaken(answer, taken, len(found) - taken, refused)


def _one_at_a_time() -> None:
    """Files of the cooperative are named by their number, and read once: no two are worked on at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payroll.files'), %s)", [current_tenant_id()])


def _make(
    entity_id: UUID, pairs: Sequence[tuple[Declaration, Message]], at: datetime, actor: Actor
) -> DeclarationBatch:
    entity = LegalEntity.objects.get(pk=entity_id)
    day = at.astimezone(ZONE).date()
    start = f"DIMONA-{entity.code}-{day:%Y%m%d}-"
    number = DeclarationBatch.objects.filter(name__startswith=start).count() + 1
    name = f"{start}{number:03d}.xml"
    content = write_batch(message for _, message in pairs)
    batch = DeclarationBatch.objects.create(
        entity=entity,
        name=name,
        file=store_file(content, name=name, content_type="application/xml"),
        declarations=len(pairs),
        made_at=at,
        made_by=actor.label[:120],
    )
    keys = [row.pk for row, _ in pairs]
    Declaration.objects.filter(pk__in=keys).update(state=DeclarationState.SENT, batch=batch, sent_at=at)
    audit.record(actor, "payroll.declaration_batch_made", batch, declarations=len(pairs))
    return batch


def _take_receipts(
    receipts: Sequence[Receipt], moment: datetime, actor: Actor
) -> tuple[DeclarationBatch | None, int, int]:
    batch, taken = None, 0
    for receipt in receipts:
        found = for_update(DeclarationBatch.objects.filter(name=receipt.file_name)).first()
        if found is None or found.state not in (BatchState.MADE, BatchState.RECEIVED):
            continue
        batch, taken = found, taken + 1
        batch.received_at, batch.remarks = moment, list(receipt.errors)
        batch.state = BatchState.REJECTED if receipt.errors else BatchState.RECEIVED
        batch.save(update_fields=["received_at", "remarks", "state"])
        if receipt.errors:
            # Nothing of the file was handled: its declarations are as if never sent.
            Declaration.objects.filter(batch=batch, state=DeclarationState.SENT).update(
                state=DeclarationState.DRAFT, batch=None, sent_at=None, attempt=0
            )
            audit.record(actor, "payroll.declaration_batch_refused", batch, errors=list(receipt.errors))
    return batch, taken, 0


def _take_answers(
    answers: Sequence[FormAnswer], moment: datetime
) -> tuple[DeclarationBatch | None, int, int]:
    by_reference = {answer.reference: answer.result for answer in answers}
    rows = Declaration.objects.filter(reference__in=list(by_reference))
    people = rows.values("contract__person_id")
    list(for_update(WorkerFile.objects.filter(person_id__in=people)))
    batch, taken, refused = None, 0, 0
    for row in for_update(rows.filter(state__in=PENDING_STATES)):
        # As the answers before left it: one of them may have declared it too.
        contract = EmploymentContract.objects.get(pk=row.contract_id)
        _take_one(contract, row, by_reference[row.reference], moment)
        taken += 1
        refused += row.state in (DeclarationState.REFUSED, DeclarationState.FAILED) and not row.handled
        batch = batch or DeclarationBatch.objects.filter(rows=row).first()
    for found in DeclarationBatch.objects.filter(state__in=(BatchState.MADE, BatchState.RECEIVED)):
        if not found.rows.filter(state__in=PENDING_STATES).exists():
            found.state = BatchState.ANSWERED
            found.save(update_fields=["state"])
    return batch, taken, refused


def _take_one(
    contract: EmploymentContract, row: Declaration, result: Result | None, moment: datetime
) -> None:
    if result is None:
        row.state, row.error, row.answered_at = DeclarationState.FAILED, "unreadable_answer", moment
    else:
        take_answer(contract, row, result, (), moment)
    row.save()
    draw_consequences(contract, row)
