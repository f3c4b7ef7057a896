"""What leaves: payouts asked for, put in a batch by one person, released by another, executed by the bank."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit, outbox
from core.calendar import is_working_day, nth_working_day_after
from core.files import store_file
from core.identifiers import (
    InvalidIdentifier,
    normalise_creditor_reference,
    normalise_structured_communication,
)
from core.locks import for_update
from core.money import CENT, ZERO
from core.registry import own_money
from core.types import Actor
from ledger.enums import Journal
from ledger.models import LegalEntity
from ledger.services import post_entries, take_number
from ledger.treasury.enums import BatchState, PayoutKind, PayoutState
from ledger.treasury.errors import (
    PAYMENT_REASONS,
    SOME_PAYMENT,
    BatchCannotBePaid,
    BatchNotDraft,
    InvalidPayout,
    NoBankAccount,
    NothingToPay,
    OwnPayment,
    PayoutNotHeld,
    PayoutOnItsWay,
    SecondPersonNeeded,
)
from ledger.treasury.mirrors import mirrored
from ledger.treasury.models import BankAccount, BankTransaction, Payout, PayoutBatch
from ledger.treasury.pain001 import PaymentFileError, Transfer, TransferBatch, write_pain001
from ledger.treasury.selectors import without_broken_accounts
from ledger.treasury.services.requests import account_of
from ledger.types import Entry, cr, dr

CATEGORY_PURPOSES = {
    PayoutKind.WAGE: "SALA",
    PayoutKind.SUPPLIER: "SUPP",
    PayoutKind.CONTRIBUTION: "TAXS",
    PayoutKind.INTERNAL: "INTC",
}
"""ISO 20022 external category purposes: wages (the bank books them as one line that names nobody), suppliers,
taxes, payments inside a group. SSBE is what social security pays out, never what it receives.
"""

LARGEST_BATCH = 5000


@transaction.atomic
def mend_payout(*, payout_id: UUID, iban: str, payee_name: str, due_on: date, actor: Actor) -> Payout:
    """Give a payout that the bank sent back its right account: it is to pay again. Locks the payout.

    Raises `PayoutNotHeld`, `InvalidPayout`.
    """
    payout = for_update(Payout.objects.filter(pk=payout_id)).get()
    if payout.state != PayoutState.HELD:
        raise PayoutNotHeld
    payout.iban = account_of(iban, payee_name)
    payout.payee_name = payee_name[:120]
    payout.due_on = due_on
    payout.state = PayoutState.OPEN
    payout.save(update_fields=["iban", "payee_name", "due_on", "state"])
    audit.record(actor, "treasury.payout_mended", payout)
    return payout


@transaction.atomic
def lower_payout(*, payout_id: UUID, amount: Decimal, actor: Actor) -> Payout:
    """Pay less of what has not left, because less is owed; nothing (0.00) withdraws it. Posts nothing.

    Locks the payout. Raises `PayoutOnItsWay` once a file holds it, `InvalidPayout` for an amount below zero
    or above what stands.
    """
    payout = for_update(Payout.objects.filter(pk=payout_id)).get()
    if payout.state not in (PayoutState.OPEN, PayoutState.HELD):
        raise PayoutOnItsWay
    if not ZERO <= amount <= payout.amount or amount != amount.quantize(CENT):
        raise InvalidPayout(payee=payout.payee_name)
    audit.record(actor, "treasury.payout_lowered", payout, before=str(payout.amount), after=str(amount))
    if amount:
        payout.amount = amount
    else:
        payout.state = PayoutState.WITHDRAWN
    payout.save(update_fields=["amount", "state"])
    return payout


@transaction.atomic
def create_batch(
    *, entity_id: UUID, kind: str, due_until: date, on: date, actor: Actor, without_returned: bool = False
) -> PayoutBatch:
    """Put every open payout of an entity and kind that is due into a draft batch; `without_returned` leaves
    out what would go to an account from which a payment to the same payee came back and still waits.

    Locks: the payouts, then the number series. Raises `NoBankAccount`, `NothingToPay`. A second call finds
    nothing left to pay.
    """
    entity = LegalEntity.objects.get(pk=entity_id)
    account = BankAccount.objects.filter(entity=entity).first()
    if account is None:
        raise NoBankAccount(entity=entity.name)
    due = Payout.objects.filter(entity=entity, kind=kind, state=PayoutState.OPEN, due_on__lte=due_until)
    if without_returned:
        due = without_broken_accounts(due)
    payouts = list(for_update(due).only("amount")[:LARGEST_BATCH])
    if not payouts:
        raise NothingToPay(due_until=due_until.isoformat())
    number = take_number(entity_id=entity.pk, journal="BATCH", year=on.year)
    batch = PayoutBatch.objects.create(
        entity=entity,
        account=account,
        kind=kind,
        number=f"SMART-{entity.code}-{on.year}-{number:05}",
        total=sum((payout.amount for payout in payouts), ZERO),
        payments=len(payouts),
        created_on=on,
        created_by=actor.label[:120],
        created_by_user=actor.user_id,
        created_by_person=actor.person_id,
    )
    Payout.objects.filter(pk__in=[payout.pk for payout in payouts]).update(
        state=PayoutState.BATCHED, batch=batch
    )
    audit.record(
        actor, "treasury.batch_created", batch, number=batch.number, total=str(batch.total), kind=kind
    )
    return batch


@transaction.atomic
def cancel_batch(*, batch_id: UUID, actor: Actor) -> PayoutBatch:
    """Give up a draft batch: its payouts are to pay again. Locks the batch. Raises `BatchNotDraft`."""
    batch = _draft(batch_id)
    Payout.objects.filter(batch=batch).update(state=PayoutState.OPEN, batch=None)
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    audit.record(actor, "treasury.batch_cancelled", batch, number=batch.number)
    return batch


@transaction.atomic
def release_batch(*, batch_id: UUID, on: date, actor: Actor) -> PayoutBatch:
    """Sign a batch off: its file is written, each debt is settled (`Dr 455|440|… / Cr 580`), nothing is paid
    yet.

    Locks: batch, payouts. Raises `BatchNotDraft` (also on a second call), `SecondPersonNeeded` when the actor
    made the batch or is a program, `OwnPayment`, `BatchCannotBePaid`; then nothing is written.
    """
    batch = _draft(batch_id)
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None) or _made_by(batch, actor):
        raise SecondPersonNeeded
    payouts = list(for_update(Payout.objects.filter(batch=batch)))
    if batch.kind != PayoutKind.WAGE and actor.person_id is not None:
        own = own_money(actor.person_id)
        if any(payout.party_id in own for payout in payouts):
            raise OwnPayment
    content = _payment_file(batch, payouts, on)
    post_entries(
        [
            Entry(
                payout.entity_id,
                on,
                Journal.VARIOUS,
                "treasury.payout",
                payout.pk,
                "released",
                f"{batch.number} {payout.payee_name}",
                (dr(payout.settles_account, payout.amount, party=payout.party_id), cr("580", payout.amount)),
            )
            for payout in payouts
        ]
        + mirrored(payouts, "released", on)
    )
    Payout.objects.filter(batch=batch).update(state=PayoutState.RELEASED)
    batch.state = BatchState.RELEASED
    batch.released_on = on
    batch.released_by = actor.label[:120]
    batch.released_by_user = actor.user_id
    batch.released_by_person = actor.person_id
    batch.file = store_file(content, name=f"{batch.number}.xml", content_type="application/xml")
    batch.save(
        update_fields=[
            "state",
            "released_on",
            "released_by",
            "released_by_user",
            "released_by_person",
            "file",
        ]
    )
    audit.record(actor, "treasury.batch_released", batch, number=batch.number, total=str(batch.total))
    return batch


def batch_executed(batch: PayoutBatch, *, line: BankTransaction) -> None:
    """The bank debited the whole batch: its payouts are paid. Called when the line is posted; locks the
    batch.
    """
    payouts_paid(list(for_update(Payout.objects.filter(batch=batch, state=PayoutState.RELEASED))), line=line)


def payouts_paid(payouts: list[Payout], *, line: BankTransaction) -> None:
    """These payouts left the account; a batch of which none is left is executed."""
    for payout in payouts:
        payout.state = PayoutState.PAID
        payout.paid_on = line.entry_date
    Payout.objects.filter(pk__in=[payout.pk for payout in payouts], state=PayoutState.RELEASED).update(
        state=PayoutState.PAID, paid_on=line.entry_date
    )
    batches = PayoutBatch.objects.filter(pk__in={payout.batch_id for payout in payouts})
    for batch in for_update(batches):
        if not Payout.objects.filter(batch=batch, state=PayoutState.RELEASED).exists():
            batch.state = BatchState.EXECUTED
            batch.executed_on = line.entry_date
            batch.save(update_fields=["state", "executed_on"])
    outbox.publish_all([("payout.paid", payout, _news(payout)) for payout in payouts])


def payout_returned(payout: Payout, *, line: BankTransaction, actor: Actor) -> Payout:
    """The bank sent a payment back: the debt stands again and a successor waits for a right account.

    The statement line was posted `Dr 550 / Cr 580`; this posts `Dr 580 / Cr 455|440|…`. Returns the
    successor.
    """
    payout.state = PayoutState.RETURNED
    payout.return_reason = line.return_reason
    payout.save(update_fields=["state", "return_reason"])
    back = Entry(
        payout.entity_id,
        line.entry_date,
        Journal.VARIOUS,
        "treasury.payout",
        payout.pk,
        "returned",
        f"Retour {payout.payee_name}",
        (dr("580", payout.amount), cr(payout.settles_account, payout.amount, party=payout.party_id)),
    )
    post_entries([back, *mirrored([payout], "returned", line.entry_date)])
    successor = Payout.objects.create(
        entity_id=payout.entity_id,
        kind=payout.kind,
        party_id=payout.party_id,
        payee_name=payout.payee_name,
        iban=payout.iban,
        amount=payout.amount,
        communication=payout.communication,
        due_on=line.entry_date,
        source_type=payout.source_type,
        source_id=payout.source_id,
        attempt=payout.attempt + 1,
        settles_account=payout.settles_account,
        state=PayoutState.HELD,
        return_reason=line.return_reason,
    )
    audit.record(actor, "treasury.payout_returned", payout, reason=line.return_reason)
    outbox.publish("payout.returned", payout, **_news(payout), reason=line.return_reason)
    return successor


def _news(payout: Payout) -> dict[str, str]:
    return {
        "source_type": payout.source_type,
        "source_id": str(payout.source_id),
        "kind": payout.kind,
        "amount": str(payout.amount),
        "on": payout.paid_on.isoformat() if payout.paid_on else "",
    }


def _draft(batch_id: UUID) -> PayoutBatch:
    batch = for_update(PayoutBatch.objects.filter(pk=batch_id)).get()
    if batch.state != BatchState.DRAFT:
        raise BatchNotDraft(number=batch.number, state=BatchState(batch.state).label)
    return batch


def _made_by(batch: PayoutBatch, actor: Actor) -> bool:
    same_user = actor.user_id is not None and actor.user_id == batch.created_by_user
    return same_user or (actor.person_id is not None and actor.person_id == batch.created_by_person)


def _payment_file(batch: PayoutBatch, payouts: list[Payout], on: date) -> bytes:
    entity = batch.entity
    try:
        return write_pain001(
            TransferBatch(
                message_id=batch.number,
                created_at=datetime.combine(on, time(12)),
                execution_date=on if is_working_day(on) else nth_working_day_after(on, 1),
                debtor_name=entity.name,
                debtor_iban=batch.account.iban,
                debtor_bic=batch.account.bic,
                enterprise_number=entity.enterprise_number if entity.country == "BE" else "",
                purpose=CATEGORY_PURPOSES.get(PayoutKind(batch.kind), ""),
                transfers=tuple(_transfer(payout) for payout in payouts),
            )
        )
    except PaymentFileError as error:
        raise BatchCannotBePaid(
            reason=PAYMENT_REASONS.get(error.code, SOME_PAYMENT), code=error.code, payment=error.end_to_end_id
        ) from error


def _transfer(payout: Payout) -> Transfer:
    reference = _reference(payout.communication)
    return Transfer(
        end_to_end_id=payout.end_to_end_id,
        amount=payout.amount,
        name=payout.payee_name,
        iban=payout.iban,
        communication="" if reference else payout.communication,
        structured_reference=reference,
    )


def _reference(communication: str) -> str:
    """The Belgian structured communication or the ISO 11649 reference that a communication is, or nothing."""
    for normalise in (normalise_structured_communication, normalise_creditor_reference):
        try:
            return normalise(communication)
        except InvalidIdentifier:
            continue
    return ""
