"""What is owed, looked at by people: amounts corrected to a notice, agreed by somebody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit, outbox
from core.identifiers import (
    InvalidIdentifier,
    normalise_creditor_reference,
    normalise_iban,
    normalise_structured_communication,
)
from core.money import CENT, ZERO
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.dues import selectors
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.errors import (
    DueAmountWrong,
    DueNeedsColleague,
    DueNotToCheck,
    DueReasonMissing,
    IbanWrong,
    ReferenceWrong,
)
from ledger.treasury.dues.models import CreditorTerms, Due
from ledger.treasury.dues.rules import creditor_on


@transaction.atomic
def correct_due(*, due_id: UUID, amount: Decimal, reason: str, reference: str, actor: Actor) -> Due:
    """Pay what the body's notice says instead: the difference is kept with its reason, and the next due of
    the account takes it. Nothing (0.00) withdraws the due. `reference`: that of this notice, if it has one.

    Locks the due. Raises `DueNotToCheck`, `DueAmountWrong`, `DueReasonMissing`, `ReferenceWrong`. An
    agreed due has to be agreed anew, by somebody else than the actor.
    """
    due = selectors.due_for_update(due_id)
    if due.state not in (DueState.TO_CHECK, DueState.AGREED):
        raise DueNotToCheck(state=due.get_state_display())
    if amount < ZERO or amount != amount.quantize(CENT):
        raise DueAmountWrong
    if amount != due.booked and not reason.strip():
        raise DueReasonMissing
    before = due.amount
    due.amount, due.reason = amount, reason.strip()[:200]
    due.reference = structured(reference) if reference.strip() else ""
    due.state = DueState.TO_CHECK if amount else DueState.WITHDRAWN
    due.created_by = actor.label[:120]
    due.created_by_user, due.created_by_person = actor.user_id, actor.person_id
    due.decided_on, due.decided_by = None, ""
    due.decided_by_user = due.decided_by_person = None
    due.save()
    audit.record(actor, "dues.corrected", due, before=str(before), after=str(amount), reason=due.reason)
    return due


@transaction.atomic
def agree_due(*, due_id: UUID, today: date, actor: Actor) -> Due:
    """Agree to pay a due. Locks it. Raises `DueNotToCheck` (also on a second call), `DueNeedsColleague` when
    the actor set its amount or is a program, `TermsMissing` while account or reference are not known.
    """
    due = selectors.due_for_update(due_id)
    if due.state != DueState.TO_CHECK:
        raise DueNotToCheck(state=due.get_state_display())
    own = (actor.user_id is not None and actor.user_id == due.created_by_user) or (
        actor.person_id is not None and actor.person_id == due.created_by_person
    )
    if actor.kind != "user" or (actor.user_id is None and actor.person_id is None) or own:
        raise DueNeedsColleague
    selectors.terms_of(due.entity, due.creditor, today, due.reference)
    due.state = DueState.AGREED
    due.decided_on, due.decided_by = today, actor.label[:120]
    due.decided_by_user, due.decided_by_person = actor.user_id, actor.person_id
    due.save()
    audit.record(actor, "dues.agreed", due, amount=str(due.amount))
    outbox.publish("due.agreed", due, kind=due.kind, amount=str(due.amount))
    return due


@transaction.atomic
def enter_terms(
    *,
    entity: LegalEntity,
    creditor: str,
    valid_from: date,
    iban: str,
    reference: str,
    source: str,
    actor: Actor,
) -> CreditorTerms:
    """Say on which account (empty: that of the rules) and with which reference an entity pays a creditor.

    Raises `UnknownCreditor`, `IbanWrong`, `ReferenceWrong`. What was entered before stays.
    """
    creditor_on(entity.country, creditor, valid_from)
    try:
        account = normalise_iban(iban) if iban.strip() else ""
    except InvalidIdentifier as error:
        raise IbanWrong from error
    row = CreditorTerms.objects.create(
        entity=entity,
        creditor=creditor,
        valid_from=valid_from,
        iban=account,
        reference=structured(reference) if reference.strip() else "",
        source=source[:140],
        created_by=actor.label[:120],
    )
    audit.record(actor, "dues.terms_entered", row, creditor=creditor, iban=account, reference=row.reference)
    return row


def structured(reference: str) -> str:
    """A Belgian structured communication or an ISO 11649 reference, normalised. Raises `ReferenceWrong`."""
    text = reference.strip().strip("+*").strip()
    for normalise in (normalise_structured_communication, normalise_creditor_reference):
        try:
            return normalise(text)
        except InvalidIdentifier:
            continue
    raise ReferenceWrong(reference=reference)
