"""What creditors say: their statements entered line by line, matched with our dues, differences explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit, outbox
from core.errors import DomainError
from core.models import StoredFile
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.dues import selectors
from ledger.treasury.dues.enums import BodyLineState, DueState
from ledger.treasury.dues.errors import BodyLineSettled, BodyStatementKnown, DueReasonMissing, NotAClaim
from ledger.treasury.dues.models import BodyLine, BodyStatement, Due
from ledger.treasury.dues.reading import ReadLine
from ledger.treasury.dues.rules import creditor_on
from ledger.treasury.dues.types import CLAIM


@transaction.atomic
def enter_statement(
    *,
    entity: LegalEntity,
    creditor: str,
    on: date,
    closing: Decimal,
    lines: list[ReadLine],
    file: StoredFile | None,
    actor: Actor,
) -> BodyStatement:
    """Keep what a creditor says that the entity owes on a day (`closing`), with its movements, each matched
    with one of our dues where reference, period or amount say so.

    Raises `UnknownCreditor`, `BodyStatementKnown`; then nothing is written.
    """
    creditor_on(entity.country, creditor, on)
    if BodyStatement.objects.filter(entity=entity, creditor=creditor, date=on).exists():
        raise BodyStatementKnown(date=on.isoformat())
    statement = BodyStatement.objects.create(
        entity=entity, creditor=creditor, date=on, closing=closing, file=file, created_by=actor.label[:120]
    )
    matched = _match(entity, creditor, lines)
    BodyLine.objects.bulk_create(
        [
            BodyLine(
                statement=statement,
                position=position,
                date=line.date,
                text=line.text[:140],
                amount=line.amount,
                reference=line.reference,
                due=due,
                state=BodyLineState.MATCHED if due and due.amount == abs(line.amount) else BodyLineState.OPEN,
            )
            for position, (line, due) in enumerate(zip(lines, matched, strict=True), 1)
        ]
    )
    audit.record(actor, "dues.statement_entered", statement, closing=str(closing), lines=len(lines))
    return statement


@transaction.atomic
def explain_line(*, line_id: UUID, explanation: str, actor: Actor) -> BodyLine:
    """Say why a line differs from what we know. Locks it. Raises `BodyLineSettled`, `DueReasonMissing`."""
    line = _open(line_id)
    if not explanation.strip():
        raise DueReasonMissing
    line.state = BodyLineState.EXPLAINED
    line.explanation, line.explained_by = explanation.strip()[:200], actor.label[:120]
    line.save(update_fields=["state", "explanation", "explained_by"])
    audit.record(actor, "dues.line_explained", line, explanation=line.explanation)
    return line


@transaction.atomic
def claim_line(*, line_id: UUID, explanation: str, today: date, actor: Actor) -> Due:
    """What the body claims more than we know is owed: it becomes a due of its own (all of the line, or its
    excess over our due), that a colleague agrees to. Nothing is posted: the cost or correction behind it is
    an entry of finance on the same account.

    Locks the line. Raises `BodyLineSettled`, `NotAClaim`, `DueReasonMissing`.
    """
    line = _open(line_id)
    if not explanation.strip():
        raise DueReasonMissing
    excess = line.amount - (line.due.amount if line.due else 0)
    if line.amount <= 0 or excess <= 0:
        raise NotAClaim
    statement = line.statement
    due = Due.objects.create(
        entity=statement.entity,
        creditor=statement.creditor,
        kind=CLAIM,
        account=selectors.accounts_of(statement.entity.country, statement.creditor)[0],
        first=line.date,
        last=line.date,
        due_on=max(line.date, today),
        booked=Decimal("0.00"),
        amount=excess,
        reference=line.reference if len(line.reference) == 12 or line.reference[:2] == "RF" else "",
        reason=explanation.strip()[:200],
        raised_on=today,
        created_by=actor.label[:120],
        created_by_user=actor.user_id,
        created_by_person=actor.person_id,
    )
    line.state, line.raised = BodyLineState.RAISED, due
    line.explanation, line.explained_by = explanation.strip()[:200], actor.label[:120]
    line.save(update_fields=["state", "raised", "explanation", "explained_by"])
    audit.record(actor, "dues.claim_raised", due, amount=str(excess), reason=due.reason)
    outbox.publish("due.raised", due, kind=due.kind, amount=str(due.amount), due_on=due.due_on.isoformat())
    return due


def _open(line_id: UUID) -> BodyLine:
    line = selectors.line_for_update(line_id)
    if line.state != BodyLineState.OPEN:
        raise BodyLineSettled
    return line


@dataclass(slots=True)
class _Candidate:
    due: Due
    reference: str
    claimed: bool
    paid: bool


def _match(entity: LegalEntity, creditor: str, lines: list[ReadLine]) -> list[Due | None]:
    """The due that each line is about: the same reference and amount first, then the amount and the period
    that the text or the day names, then the amount alone; each due once as a claim and once as a payment.
    """
    known = BodyLine.objects.filter(statement__entity=entity, statement__creditor=creditor, due__isnull=False)
    claimed = set(known.filter(amount__gt=0).values_list("due_id", flat=True))
    paid = set(known.filter(amount__lt=0).values_list("due_id", flat=True))
    dues = selectors.dues().filter(entity=entity, creditor=creditor).exclude(state=DueState.WITHDRAWN)
    candidates = [
        _Candidate(due, _reference(due), due.pk in claimed, due.pk in paid or due.state != DueState.REQUESTED)
        for due in dues
    ]
    found: list[Due | None] = [None] * len(lines)
    for test in (_same_reference_and_amount, _same_period_and_amount, _same_amount, _same_period):
        for place, line in enumerate(lines):
            if found[place] is not None:
                continue
            for candidate in candidates:
                used = candidate.claimed if line.amount > 0 else candidate.paid
                if not used and test(line, candidate):
                    found[place] = candidate.due
                    if line.amount > 0:
                        candidate.claimed = True
                    else:
                        candidate.paid = True
                    break
    return found


def _reference(due: Due) -> str:
    try:
        return selectors.terms_of(due.entity, due.creditor, due.raised_on, due.reference).reference
    except DomainError:
        return due.reference


def _same_amount(line: ReadLine, candidate: _Candidate) -> bool:
    return candidate.due.amount == abs(line.amount)


def _same_reference_and_amount(line: ReadLine, candidate: _Candidate) -> bool:
    return (
        bool(line.reference)
        and line.reference == candidate.reference
        and _same_amount(line, candidate)
        and _of_period(line, candidate.due)
    )


def _same_period_and_amount(line: ReadLine, candidate: _Candidate) -> bool:
    return _same_amount(line, candidate) and _of_period(line, candidate.due)


def _same_period(line: ReadLine, candidate: _Candidate) -> bool:
    """Another amount for a period that the text names."""
    return any(code in line.text for code in _codes(candidate.due))


def _of_period(line: ReadLine, due: Due) -> bool:
    named = any(code in line.text for code in _codes(due))
    return named or due.last < line.date <= due.due_on or line.date == due.due_on


def _codes(due: Due) -> tuple[str, ...]:
    """How people and bodies write the period: 2026-10, 10/2026, 2026-Q4, 2026/4."""
    quarter = (due.last.month + 2) // 3
    if due.first.month == due.last.month:
        return (f"{due.last:%Y-%m}", f"{due.last:%m/%Y}")
    return (f"{due.last.year}-Q{quarter}", f"{due.last.year}/{quarter}")
