"""Seizures: entered by payroll, agreed by a second person, suspended, lifted.

Locks: worker file, seizure, payouts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import store_upload
from core.identifiers import InvalidIdentifier, normalise_iban
from core.locks import for_update
from core.money import CENT
from core.outbox import publish
from core.types import Actor
from ledger.enums import PartyKind
from ledger.services import create_party
from ledger.treasury.services import mend_payout
from members.models import Person
from payroll.deductions import errors, selectors
from payroll.deductions.enums import SeizureKind, SeizureState
from payroll.deductions.models import Seizure
from payroll.deductions.types import SEIZURE
from payroll.models import PayDeduction, WorkerFile


@transaction.atomic
def enter_seizure(
    *,
    person: Person,
    kind: str,
    creditor_name: str,
    creditor_iban: str,
    reference: str,
    notified_on: date,
    on: date,
    actor: Actor,
    total: Decimal | None = None,
    per_month: Decimal | None = None,
    rank: int = 1,
    children: int = 0,
    allowances: bool = False,
    entity_id: UUID | None = None,
    upload: Any = None,
) -> Seizure:
    """Keep an order that was notified; from now on the worker's pay waits until a second person agrees.

    Raises, with nothing kept: `SecondPerson` (one's own), `AmountWrong`, `CreditorUnpayable`, and what
    `core.uploads` raises.
    """
    _nobody_for_themselves(person.pk, actor)
    amounts = [amount for amount in (total, per_month) if amount is not None]
    if not amounts or any(amount <= 0 or amount != amount.quantize(CENT) for amount in amounts):
        raise errors.AmountWrong
    name, iban = _creditor(creditor_name, creditor_iban)
    _lock_worker(person.pk)
    known = Seizure.objects.filter(creditor_iban=iban).order_by("pk").first()
    row = Seizure.objects.create(
        person=person,
        entity_id=entity_id,
        kind=SeizureKind(kind),
        creditor_id=known.creditor_id if known else create_party(kind=PartyKind.FIRM, name=name).pk,
        creditor_name=name,
        creditor_iban=iban,
        reference=reference.strip()[:140],
        total=total,
        per_month=per_month,
        rank=rank,
        notified_on=notified_on,
        children=children,
        allowances=allowances,
        file=store_upload(upload) if upload else None,
        entered_by_id=actor.person_id,
        entered_by_label=actor.label[:120],
        entered_on=on,
    )
    audit.record(actor, "deductions.seizure_entered", row, kind=row.kind)
    publish("seizure.entered", row, person_id=str(person.pk))
    return row


@transaction.atomic
def agree_seizure(*, seizure_id: UUID, on: date, actor: Actor) -> Seizure:
    """A second person checked it against the notification: it takes of every pay from now on.

    Raises `DeductionNotFound`, `WrongState` (also on a second call), `SecondPerson`.
    """
    row = _held(seizure_id, actor, SeizureState.ENTERED)
    if actor.person_id is None or actor.person_id == row.entered_by_id:
        raise errors.SecondPerson
    row.state, row.agreed_on = SeizureState.ACTIVE, on
    row.agreed_by_id, row.agreed_by_label = actor.person_id, actor.label[:120]
    row.save(update_fields=["state", "agreed_on", "agreed_by", "agreed_by_label"])
    audit.record(actor, "deductions.seizure_agreed", row)
    publish("seizure.agreed", row, person_id=str(row.person_id))
    return row


@transaction.atomic
def suspend_seizure(*, seizure_id: UUID, answer: str, on: date, actor: Actor) -> Seizure:
    """Take nothing for the time being, and say why. Raises `DeductionNotFound`, `WrongState`,
    `SecondPerson`.
    """
    return _move(seizure_id, (SeizureState.ACTIVE,), SeizureState.SUSPENDED, answer, None, actor, on)


@transaction.atomic
def resume_seizure(*, seizure_id: UUID, on: date, actor: Actor) -> Seizure:
    """Take again. Raises `DeductionNotFound`, `WrongState`, `SecondPerson`."""
    return _move(seizure_id, (SeizureState.SUSPENDED,), SeizureState.ACTIVE, "", None, actor, on)


@transaction.atomic
def lift_seizure(*, seizure_id: UUID, answer: str, on: date, actor: Actor) -> Seizure:
    """The creditor or the judge gave it up, or it was entered by mistake: it never takes again.

    What it took stays with the creditor. Raises `DeductionNotFound`, `WrongState`, `SecondPerson`.
    """
    open_ = (SeizureState.ENTERED, SeizureState.ACTIVE, SeizureState.SUSPENDED)
    return _move(seizure_id, open_, SeizureState.LIFTED, answer, on, actor, on)


@transaction.atomic
def correct_creditor(
    *, seizure_id: UUID, creditor_name: str, creditor_iban: str, on: date, actor: Actor
) -> Seizure:
    """Another account of the creditor; payments that came back go out again to it, in the next batch.

    Raises `DeductionNotFound`, `SecondPerson`, `CreditorUnpayable`.
    """
    row = _held(seizure_id, actor)
    row.creditor_name, row.creditor_iban = _creditor(creditor_name, creditor_iban)
    row.returned = ""
    row.save(update_fields=["creditor_name", "creditor_iban", "returned"])
    held = list(selectors.held_for(row).order_by("pk"))
    for payout in held:
        mend_payout(
            payout_id=payout.pk,
            iban=row.creditor_iban,
            payee_name=row.creditor_name,
            due_on=on,
            actor=actor,
        )
    audit.record(actor, "deductions.creditor_corrected", row, payments=len(held))
    return row


@transaction.atomic
def creditor_payment_returned(*, deduction_id: UUID, reason: str, actor: Actor) -> None:
    """The bank sent a payment to a creditor back: its seizure asks for a right account. Bears repeats;
    a deduction of something else changes nothing.
    """
    found = PayDeduction.objects.filter(pk=deduction_id, source_type=SEIZURE).first()
    if found is None:
        return
    row = selectors.seizure_for_update(found.source_id)
    if not selectors.held_for(row).exists():
        return
    row.returned = reason[:8] or "?"
    row.save(update_fields=["returned"])
    audit.record(actor, "deductions.creditor_payment_returned", row, reason=reason)


def _move(
    seizure_id: UUID,
    from_: tuple[SeizureState, ...],
    to: SeizureState,
    answer: str,
    ended_on: date | None,
    actor: Actor,
    on: date,
) -> Seizure:
    row = _held(seizure_id, actor, *from_)
    row.state, row.answer, row.ended_on = to, answer.strip()[:200], ended_on
    row.save(update_fields=["state", "answer", "ended_on"])
    audit.record(actor, f"deductions.seizure_{to}", row, on=on.isoformat(), because=row.answer)
    return row


def _held(seizure_id: UUID, actor: Actor, *states: SeizureState) -> Seizure:
    """The seizure, locked after its worker, in one of these states."""
    person = Seizure.objects.filter(pk=seizure_id).values_list("person_id", flat=True).first()
    if person is not None:
        _lock_worker(person)
    row = selectors.seizure_for_update(seizure_id)
    _nobody_for_themselves(row.person_id, actor)
    if states and row.state not in states:
        raise errors.WrongState(state=SeizureState(row.state).label)
    return row


def _lock_worker(person_id: UUID) -> None:
    """Pay that is being settled sees the seizure whole or not at all."""
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))


def _nobody_for_themselves(person_id: UUID, actor: Actor) -> None:
    if actor.person_id == person_id:
        raise errors.SecondPerson


def _creditor(name: str, iban: str) -> tuple[str, str]:
    clean = name.strip()[:120]
    if not any(character.isalnum() for character in clean):
        raise errors.CreditorUnpayable
    try:
        return clean, normalise_iban(iban)
    except InvalidIdentifier as error:
        raise errors.CreditorUnpayable from error
