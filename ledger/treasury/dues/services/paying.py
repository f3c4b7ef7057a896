"""From agreed dues to a payment batch, in one act."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.locks import for_update
from core.types import Actor
from ledger.models import LegalEntity
from ledger.selectors import creditor as creditor_party
from ledger.treasury.dues import selectors
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.errors import NothingAgreed
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.rules import creditor_on
from ledger.treasury.dues.types import DUE
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout, PayoutBatch
from ledger.treasury.services import create_batch, request_payout


@transaction.atomic
def make_batch(*, entity_id: UUID, kind: str, until: date, today: date, actor: Actor) -> PayoutBatch:
    """Ask for the payment of the agreed dues of an entity that are to pay until a day, and put them in a
    draft batch with what other rooms asked for (VAT, purchases) by then. Somebody else releases it.

    Locks: dues, payouts, number series. Raises `NothingAgreed`, `TermsMissing`, `NoBankAccount`. A second
    call finds nothing.
    """
    entity = LegalEntity.objects.get(pk=entity_id)
    if kind == PayoutKind.CONTRIBUTION:
        agreed = Due.objects.filter(entity=entity, state=DueState.AGREED, due_on__lte=until)
        for due in for_update(agreed):
            _ask(due, entity, today, actor)
    open_payouts = Payout.objects.filter(entity=entity, kind=kind, state=PayoutState.OPEN, due_on__lte=until)
    if not open_payouts.exists():
        raise NothingAgreed(until=until.isoformat())
    return create_batch(entity_id=entity.pk, kind=kind, due_until=until, on=today, actor=actor)


def _ask(due: Due, entity: LegalEntity, today: date, actor: Actor) -> None:
    terms = selectors.terms_of(entity, due.creditor, today, due.reference)
    place = creditor_on(entity.country, due.creditor, today).place
    request_payout(
        entity_id=entity.pk,
        kind=PayoutKind.CONTRIBUTION,
        party_id=creditor_party(place, entity.country).pk,
        payee_name=terms.name,
        iban=terms.iban,
        amount=due.amount,
        communication=terms.reference,
        due_on=due.due_on,
        source_type=DUE,
        source_id=due.pk,
        settles_account=due.account,
    )
    due.state = DueState.REQUESTED
    due.save(update_fields=["state"])
    audit.record(actor, "dues.payment_asked", due, amount=str(due.amount))
