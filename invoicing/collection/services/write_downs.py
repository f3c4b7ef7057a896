"""Invoices that the books think doubtful or lost, and what comes in after all (DOMAIN §4, example C)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO, r
from core.outbox import publish
from core.rates import policy
from core.types import Actor
from invoicing import selectors as root
from invoicing.collection import selectors
from invoicing.collection.enums import WriteDownState
from invoicing.collection.errors import (
    InvoiceHeld,
    ReasonMissing,
    SecondPersonNeeded,
    WriteDownWrongState,
)
from invoicing.collection.models import WriteDown
from invoicing.collection.services.charges import waive_charge
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice
from ledger.enums import Fund, Journal
from ledger.services import post_entry
from ledger.types import Entry, Line, cr, dr, without_zeros

WRITE_DOWN = "collection.write_down"
"""Source type of write-downs in entries."""

THRESHOLD = "write_down_second_person_threshold"
"""Policy: an amount (euro, VAT in) above which somebody else must agree."""


@transaction.atomic
def write_down(*, invoice_id: UUID, reason: str, on: date, actor: Actor) -> WriteDown:
    """Doubt that an open invoice will be paid: `Dr 407 / Cr 400` what is open, `Dr 634 [guarantee] / Cr 409`
    its share without VAT. Budget and levy stay.

    Above the policy's threshold it is only proposed: nothing is posted until somebody else agrees. Locks the
    invoice. Raises `ReasonMissing`, `InvoiceNotOpen`, `InvoiceHeld` (written down already, also a repeat),
    `NoRateInForce`.
    """
    if not reason.strip():
        raise ReasonMissing
    invoice = root.invoice_for_update(invoice_id)
    if invoice.state not in OPEN_STATES:
        raise InvoiceNotOpen
    standing = selectors.write_down_of(invoice)
    if standing is not None:
        raise InvoiceHeld(number=invoice.number, why=standing.get_state_display())
    row = WriteDown.objects.create(
        invoice=invoice,
        state=WriteDownState.PROPOSED,
        wanted=WriteDownState.DOUBTFUL,
        gross=invoice.open_amount,
        reason=reason.strip()[:300],
        asked_on=on,
        created_by_person=actor.person_id,
    )
    audit.record(actor, "write_down.proposed", row, gross=str(row.gross), wanted=row.wanted)
    if not _needs_second(invoice, on):
        _carry_out(row, invoice, on, actor)
    return row


@transaction.atomic
def declare_lost(*, write_down_id: UUID, reason: str, on: date, actor: Actor) -> WriteDown:
    """Give a doubtful invoice up: `Dr 409, Dr 4118 VAT to recover / Cr 407`; its open charges are waived.

    Above the threshold somebody else must agree first. Locks invoice, write-down. Raises `ReasonMissing`,
    `WriteDownNotFound`, `WriteDownWrongState` (not doubtful, proposed already).
    """
    if not reason.strip():
        raise ReasonMissing
    invoice, row = _locked(write_down_id)
    if row.state != WriteDownState.DOUBTFUL or row.wanted != WriteDownState.DOUBTFUL:
        raise WriteDownWrongState(state=row.get_state_display())
    row.wanted = WriteDownState.LOST
    row.reason, row.asked_on = reason.strip()[:300], on
    row.created_by_person, row.decided_by_person = actor.person_id, None
    row.save(update_fields=["wanted", "reason", "asked_on", "created_by_person", "decided_by_person"])
    audit.record(actor, "write_down.proposed", row, gross=str(row.standing), wanted=row.wanted)
    if not _needs_second(invoice, on):
        _carry_out(row, invoice, on, actor)
    return row


@transaction.atomic
def agree_write_down(*, write_down_id: UUID, on: date, actor: Actor) -> WriteDown:
    """A second person agrees to what was proposed; it is posted at once, for what is open now.

    Locks invoice, write-down. Raises `WriteDownNotFound`, `WriteDownWrongState` (nothing waits, also a
    repeat), `SecondPersonNeeded`.
    """
    invoice, row = _locked(write_down_id)
    if row.ended_on is not None or row.wanted == row.state:
        raise WriteDownWrongState(state=row.get_state_display())
    if actor.person_id is None or actor.person_id == row.created_by_person:
        raise SecondPersonNeeded
    row.decided_by_person = actor.person_id
    row.save(update_fields=["decided_by_person"])
    _carry_out(row, invoice, on, actor)
    return row


@transaction.atomic
def refuse_write_down(*, write_down_id: UUID, on: date, actor: Actor) -> WriteDown:
    """Drop what was proposed: a first proposal ends, a doubtful invoice stays doubtful.

    Locks invoice, write-down. Raises `WriteDownNotFound`, `WriteDownWrongState`. Whoever proposed may, too.
    """
    _, row = _locked(write_down_id)
    if row.ended_on is not None or row.wanted == row.state:
        raise WriteDownWrongState(state=row.get_state_display())
    if row.state == WriteDownState.PROPOSED:
        row.state, row.ended_on = WriteDownState.REFUSED, on
    row.wanted = row.state
    row.decided_by_person = actor.person_id
    row.save(update_fields=["state", "wanted", "ended_on", "decided_by_person"])
    audit.record(actor, "write_down.refused", row)
    return row


@transaction.atomic
def undo_write_down(*, write_down_id: UUID, reason: str, on: date, actor: Actor) -> WriteDown:
    """Hope again: the reverse of what stands. Locks invoice, write-down. Raises `ReasonMissing`,
    `WriteDownNotFound`, `WriteDownWrongState` (over, or only proposed).
    """
    if not reason.strip():
        raise ReasonMissing
    invoice, row = _locked(write_down_id)
    if row.ended_on is not None or row.state == WriteDownState.PROPOSED:
        raise WriteDownWrongState(state=row.get_state_display())
    _bring_to(row, invoice, ZERO, on)
    row.wanted = row.state
    row.ended_on = on
    row.save(update_fields=["wanted", "ended_on"])
    audit.record(actor, "write_down.undone", row, reason=reason.strip()[:300])
    return row


@transaction.atomic
def follow_write_down(*, invoice_id: UUID, on: date, actor: Actor) -> None:
    """An invoice moved: no more than what is open on it may stand as doubtful or lost; the reverse of the
    rest is posted. What goes back to the client stands again, up to what was written down.

    Locks invoice, write-down. Any number of calls gives the same.
    """
    invoice = root.invoice_for_update(invoice_id)
    row = selectors.write_down_of(invoice)
    if row is None:
        return
    if row.state == WriteDownState.PROPOSED:
        if invoice.state not in OPEN_STATES:
            row.state = row.wanted = WriteDownState.SETTLED
            row.ended_on = on
            row.save(update_fields=["state", "wanted", "ended_on"])
        return
    before = row.standing
    _bring_to(row, invoice, min(row.gross, max(invoice.open_amount, ZERO)), on)
    if row.standing != before:
        audit.record(actor, "write_down.followed", row, before=str(before), after=str(row.standing))
    if row.standing < before:
        publish("collection.recovered", invoice, amount=str(before - row.standing))


def _locked(write_down_id: UUID) -> tuple[Invoice, WriteDown]:
    invoice = root.invoice_for_update(selectors.write_down(write_down_id).invoice_id)
    return invoice, selectors.write_down_for_update(write_down_id)


def _needs_second(invoice: Invoice, on: date) -> bool:
    return invoice.open_amount > policy(THRESHOLD, on=on).rate


def _carry_out(row: WriteDown, invoice: Invoice, on: date, actor: Actor) -> None:
    """Post what is wanted, for what is open now."""
    if row.wanted == WriteDownState.DOUBTFUL:
        if invoice.state not in OPEN_STATES:
            raise InvoiceNotOpen
        row.state, row.doubtful_on = WriteDownState.DOUBTFUL, on
        row.gross = invoice.open_amount
        row.save(update_fields=["state", "doubtful_on", "gross"])
        _bring_to(row, invoice, row.gross, on)
    else:
        _bring_to(row, invoice, min(row.gross, max(invoice.open_amount, ZERO)), on)
        net = _net_of(invoice, row.standing)
        party = invoice.client.party_id
        row.state, row.lost_on = WriteDownState.LOST, on
        row.moves += 1
        row.save(update_fields=["state", "lost_on", "moves"])
        lines = without_zeros(
            dr("409", net, party=party), dr("4118", row.standing - net), cr("407", row.standing, party=party)
        )
        if lines:
            post_entry(_entry(row, invoice, on, lines))
        for charge in selectors.charges_of([invoice.pk]):
            if charge.open_amount > 0:
                waive_charge(charge_id=charge.pk, on=on, reason=row.reason, actor=actor)
    audit.record(actor, f"write_down.{row.state}", row, standing=str(row.standing))
    publish(f"collection.{row.state}", invoice, on=on.isoformat())


def _bring_to(row: WriteDown, invoice: Invoice, standing: Decimal, on: date) -> None:
    """Let so much stand as doubtful or lost, by the difference of two whole amounts: any order of payments,
    returns and credit notes ends where one would.
    """
    moved = standing - row.standing
    if not moved:
        return
    net = _net_of(invoice, standing) - _net_of(invoice, row.standing)
    party = invoice.client.party_id
    row.standing = standing
    row.moves += 1
    row.save(update_fields=["standing", "moves"])
    if row.state == WriteDownState.LOST:
        lines = without_zeros(
            dr("634", net, fund=Fund.GUARANTEE), dr("4118", moved - net), cr("400", moved, party=party)
        )
    else:
        lines = without_zeros(
            dr("407", moved, party=party),
            cr("400", moved, party=party),
            dr("634", net, fund=Fund.GUARANTEE),
            cr("409", net, party=party),
        )
    post_entry(_entry(row, invoice, on, lines))


def _net_of(invoice: Invoice, amount: Decimal) -> Decimal:
    """The share without VAT of an amount of the invoice, half-up to the cent."""
    return r(amount * invoice.net / invoice.total)


def _entry(row: WriteDown, invoice: Invoice, on: date, lines: tuple[Line, ...]) -> Entry:
    return Entry(
        entity=invoice.entity_id,
        date=on,
        journal=Journal.VARIOUS,
        source_type=WRITE_DOWN,
        source_id=row.pk,
        kind=f"move:{row.moves}",
        text=f"{invoice.number} {invoice.client.name}"[:140],
        lines=lines,
    )
