"""Files given to a collector or a lawyer, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.documents import request_document
from core.errors import NoRateInForce
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from invoicing.collection import selectors
from invoicing.collection.enums import AgentKind, HandOverState
from invoicing.collection.errors import (
    AmountNotPositive,
    ChargesNotYet,
    HandOverNotOpen,
    InvoiceHeld,
    NothingToClaim,
    ReasonMissing,
)
from invoicing.collection.models import AgentFee, HandOver, HandOverInvoice, Pause
from invoicing.collection.services.charges import claim_charges
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen
from ledger.services import take_number

DOSSIER = "collection_dossier"
"""Kind of document: a file as the agent gets it."""

SERIES = "REC"
"""Number series of files, per entity and year."""


@transaction.atomic
def hand_over(
    *,
    client_id: UUID,
    invoice_ids: Iterable[UUID],
    kind: str,
    agent: str,
    on: date,
    actor: Actor,
    note: str = "",
    claim: bool = True,
) -> HandOver:
    """Give a client's open invoices to a collector or a lawyer: the house reminds no more.

    `claim`: what the law allows is claimed first, where it allows something. The dossier is asked for. Locks
    client, invoices, number series. Raises `ReasonMissing` (no agent named), `InvoiceNotOpen`, `InvoiceHeld`
    (in a plan, with an agent, lost; also a repeat).
    """
    if not agent.strip():
        raise ReasonMissing
    [client] = selectors.clients_for_update([client_id])
    invoices = selectors.invoices_for_update(invoice_ids)
    if not invoices or any(row.state not in OPEN_STATES or row.client_id != client_id for row in invoices):
        raise InvoiceNotOpen
    for invoice in invoices:
        why = selectors.why_held(invoice, on, pause=False, dispute=False)
        if why:
            raise InvoiceHeld(number=invoice.number, why=why)
        if claim and not invoice.disputed_on:
            with suppress(NothingToClaim, ChargesNotYet, NoRateInForce):
                claim_charges(invoice_id=invoice.pk, on=on, actor=actor)
    charges = selectors.open_charges(invoice.pk for invoice in invoices)
    Pause.objects.filter(invoice__in=[row.pk for row in invoices], ended_on=None).update(ended_on=on)
    entity = invoices[0].entity
    number = take_number(entity_id=entity.pk, journal=SERIES, year=on.year)
    file = HandOver.objects.create(
        client=client,
        kind=AgentKind(kind),
        agent=agent.strip()[:120],
        reference=f"{entity.code}-{SERIES}-{on.year}-{number:04}",
        handed_on=on,
        note=note.strip()[:300],
    )
    HandOverInvoice.objects.bulk_create(
        [
            HandOverInvoice(hand_over=file, invoice=row, owed=row.open_amount + charges.get(row.pk, ZERO))
            for row in invoices
        ]
    )
    request_document(DOSSIER, file.pk)
    audit.record(actor, "hand_over.opened", file, kind=file.kind, invoices=len(invoices))
    publish("collection.handed_over", file, client=str(client_id))
    return file


@transaction.atomic
def take_back(*, hand_over_id: UUID, reason: str, on: date, actor: Actor) -> HandOver:
    """Take a file back: reminders go on where they stopped. Locks the file. Raises `ReasonMissing`,
    `HandOverNotFound`, `HandOverNotOpen` (also a repeat).
    """
    if not reason.strip():
        raise ReasonMissing
    file = selectors.hand_over_for_update(hand_over_id)
    if file.state != HandOverState.OPEN:
        raise HandOverNotOpen
    _end(file, HandOverState.WITHDRAWN, on, actor, reason=reason.strip()[:300])
    return file


@transaction.atomic
def note_fee(*, hand_over_id: UUID, amount: Decimal, text: str, on: date, actor: Actor) -> AgentFee:
    """Note what the agent asks for a file, in euro; it is booked with the agent's own invoice.

    Locks the file. Raises `HandOverNotFound`, `AmountNotPositive`. Every call notes more.
    """
    if amount <= 0:
        raise AmountNotPositive
    file = selectors.hand_over_for_update(hand_over_id)
    fee = AgentFee.objects.create(hand_over=file, on=on, amount=amount, text=text.strip()[:140])
    audit.record(actor, "hand_over.fee", file, amount=str(amount))
    return fee


@transaction.atomic
def follow_hand_over(*, hand_over_id: UUID, on: date, actor: Actor) -> HandOver:
    """Close a file of which nothing is owed any more. Locks the file; a repeat changes nothing."""
    file = selectors.hand_over_for_update(hand_over_id)
    if file.state == HandOverState.OPEN and selectors.owed_of_file(file) <= 0:
        _end(file, HandOverState.RECOVERED, on, actor)
    return file


def _end(file: HandOver, state: HandOverState, on: date, actor: Actor, **why: str) -> None:
    file.state, file.ended_on = state, on
    file.save(update_fields=["state", "ended_on"])
    HandOverInvoice.objects.filter(hand_over=file).update(active=False)
    audit.record(actor, f"hand_over.{state}", file, **why)
