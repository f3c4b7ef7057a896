"""Limits of clients: set by one person, above a threshold agreed by another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import CENT, ZERO
from core.outbox import publish
from core.rates import policy
from core.types import Actor
from invoicing.guarantee import selectors
from invoicing.guarantee.enums import LimitState
from invoicing.guarantee.errors import (
    LimitInThePast,
    LimitInvalid,
    LimitNeedsSecondPerson,
    LimitNotProposed,
    LimitReasonMissing,
)
from invoicing.guarantee.models import ClientLimit
from invoicing.selectors import client_for_update

THRESHOLD = "guarantee.second_person_threshold"
"""Policy: an amount (euro, VAT in) above which somebody else must agree to a limit."""


@transaction.atomic
def set_limit(
    *, client_id: UUID, amount: Decimal, valid_from: date, reason: str, on: date, actor: Actor
) -> ClientLimit:
    """Say what a client may owe from a day on with wages guaranteed; above the policy's threshold it is only
    proposed. A repeat is another row, which says the same.

    Locks the client. Raises `LimitInvalid`, `LimitReasonMissing`, `LimitInThePast`, `ClientNotFound`,
    `NoRateInForce`.
    """
    if amount < ZERO or amount != amount.quantize(CENT) or amount >= Decimal(10) ** 12:
        raise LimitInvalid
    if not reason.strip():
        raise LimitReasonMissing
    if valid_from < on:
        raise LimitInThePast
    client = client_for_update(client_id)
    alone = amount <= policy(THRESHOLD, on=on).rate
    row = ClientLimit.objects.create(
        client=client,
        amount=amount,
        valid_from=valid_from,
        reason=reason.strip()[:300],
        state=LimitState.IN_FORCE if alone else LimitState.PROPOSED,
        asked_on=on,
        created_by=actor.label[:120],
        created_by_person=actor.person_id,
        decided_on=on if alone else None,
    )
    action = "guarantee.limit_set" if alone else "guarantee.limit_proposed"
    audit.record(actor, action, row, amount=str(amount))
    if alone:
        publish("guarantee.limit_changed", row, client_id=str(client.pk))
    return row


@transaction.atomic
def agree_limit(*, limit_id: UUID, on: date, actor: Actor) -> ClientLimit:
    """A second person agrees: the limit is in force from its day, or from today where that has passed.

    Locks the limit. Raises `LimitNotFound`, `LimitNotProposed` (also on a repeat), `LimitNeedsSecondPerson`.
    """
    row = _proposed(limit_id)
    if actor.person_id is None or actor.person_id == row.created_by_person:
        raise LimitNeedsSecondPerson
    row.valid_from = max(row.valid_from, on)
    _decide(row, LimitState.IN_FORCE, on, actor)
    audit.record(actor, "guarantee.limit_agreed", row, amount=str(row.amount))
    publish("guarantee.limit_changed", row, client_id=str(row.client_id))
    return row


@transaction.atomic
def refuse_limit(*, limit_id: UUID, on: date, actor: Actor) -> ClientLimit:
    """Drop what was proposed; whoever proposed it may, too. Locks the limit. Raises `LimitNotFound`,
    `LimitNotProposed`.
    """
    row = _proposed(limit_id)
    _decide(row, LimitState.REFUSED, on, actor)
    audit.record(actor, "guarantee.limit_refused", row)
    return row


def _proposed(limit_id: UUID) -> ClientLimit:
    row = selectors.limit_for_update(limit_id)
    if row.state != LimitState.PROPOSED:
        raise LimitNotProposed(state=row.get_state_display())
    return row


def _decide(row: ClientLimit, state: LimitState, on: date, actor: Actor) -> None:
    row.state = state
    row.decided_on = on
    row.decided_by = actor.label[:120]
    row.decided_by_person = actor.person_id
    row.save(update_fields=["state", "valid_from", "decided_on", "decided_by", "decided_by_person"])
