"""Reminders: a ladder per kind of client, climbed one step at a time, whatever the schedule does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.errors import NoRateInForce
from core.models import Cooperative
from core.money import ZERO
from core.outbox import publish_all
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.collection import selectors
from invoicing.collection.claims import Claim, Debt, claims_on, free_on
from invoicing.collection.enums import ChargeKind
from invoicing.collection.errors import NobodyToRemind
from invoicing.collection.ladders import TONES, Ladder, Rung, ladders_on
from invoicing.collection.law import consumer_rule, law_of
from invoicing.collection.letters import Item, Letter, compose
from invoicing.collection.services.charges import keep_claims
from invoicing.enums import ClientKind, MessageKind
from invoicing.models import Client, Invoice, Reminder
from invoicing.services.messages import write_message

MOST_CLIENTS = 50
"""Clients reminded in one transaction by the schedule."""


@transaction.atomic
def run_reminders(*, on: date, actor: Actor) -> list[Reminder]:
    """Remind every client of what is late on a day, by the policy `reminder_ladder.<kind of client>` of that
    day.

    One letter per client with all that it has late, at the highest step; each (invoice, step) once, ever;
    never while disputed, paused, in a plan, with an agent, lost, paid or credited. A step waits as long after
    the one before as the ladder says, however late the run comes, so that a pause of the schedule skips no
    step and hurries none. Running again the same day sends nothing. Locks clients, then their invoices. A
    cooperative without ladder for a kind reminds none.
    """
    sent: list[Reminder] = []
    after: UUID | None = None
    while True:
        found, after = remind_some(on=on, actor=actor, after=after)
        sent += found
        if after is None:
            return sent


@transaction.atomic
def remind_some(
    *, on: date, actor: Actor, after: UUID | None = None, most: int = MOST_CLIENTS
) -> tuple[list[Reminder], UUID | None]:
    """Remind the next clients in the order of their keys: what was sent, and the last client if there may be
    more.
    """
    ladders = ladders_on(on)
    clients = selectors.clients_to_remind(ladders, on, after=after, most=most)
    if not clients:
        return [], None
    sent = _remind(clients, ladders, on, actor)
    return sent, clients[-1] if len(clients) == most else None


def remind_cooperative(cooperative: Cooperative, *, on: date, actor: Actor, most: int = MOST_CLIENTS) -> int:
    """Do the same for a cooperative, `most` clients per transaction, so that no lock lasts longer than they
    take; answers how many reminders left. Opens its own scopes.
    """
    count = 0
    after: UUID | None = None
    while True:
        with tenant_scope(cooperative):
            sent, after = remind_some(on=on, actor=actor, after=after, most=most)
        count += len(sent)
        if after is None:
            return count


@transaction.atomic
def remind_now(*, client_id: UUID, on: date, actor: Actor) -> list[Reminder]:
    """Send a client its next reminder without waiting for its day: the next step of each late invoice that
    may be reminded and was not today. A consumer's free days hold all the same.

    Locks client, invoices. Raises `NobodyToRemind`: also a repeat on the same day.
    """
    sent = _remind([client_id], ladders_on(on), on, actor, waits=False)
    if not sent:
        raise NobodyToRemind
    return sent


def preview_reminder(client: Client, on: date) -> Letter | None:
    """The letter that `remind_now` would send, as it would go; None when there is none. Writes nothing."""
    invoices = list(selectors.remindable_of([client.pk], on))
    items = _items(invoices, ladders_on(on), on, waits=False)
    if not any(item.rung for item in items):
        return None
    return compose(client, _as_claimed(items), max((item.tone for item in items), key=TONES.index), on)


def _remind(
    client_ids: Sequence[UUID],
    ladders: Mapping[str, Ladder],
    on: date,
    actor: Actor,
    *,
    waits: bool = True,
) -> list[Reminder]:
    clients = {client.pk: client for client in selectors.clients_for_update(client_ids)}
    selectors.lock_late_invoices(clients, on)
    # Read anew under the locks: a plan or a payment may have come while they were awaited.
    items = _items(list(selectors.remindable_of(clients, on)), ladders, on, waits=waits)
    by_client: dict[UUID, list[Item]] = {}
    for item in items:
        by_client.setdefault(item.invoice.client_id, []).append(item)
    due = {key: rows for key, rows in by_client.items() if any(item.rung for item in rows)}
    keep_claims(
        [
            (item.invoice, item.allowed)
            for rows in due.values()
            for item in rows
            if item.rung is not None and item.rung.claims and item.allowed
        ],
        on=on,
        actor=actor,
    )
    reminders = [row for key, rows in due.items() for row in _write(clients[key], rows, on)]
    sent = Reminder.objects.bulk_create(reminders)
    audit.record_all(
        actor,
        [("invoice.reminded", row.invoice, {"step": row.step, "law": row.law}) for row in sent],
    )
    publish_all(
        [("collection.reminded", row.invoice, {"step": row.step, "on": on.isoformat()}) for row in sent]
    )
    return sent


def _write(client: Client, items: Sequence[Item], on: date) -> list[Reminder]:
    items = _as_claimed(items)
    letter = compose(client, items, max((item.tone for item in items), key=TONES.index), on)
    message = write_message(
        client=client, kind=MessageKind.REMINDER, subject=letter.subject, body=letter.body, on=on
    )
    return [
        Reminder(
            invoice=item.invoice,
            step=item.rung.step,
            sent_on=on,
            open_amount=item.invoice.open_amount,
            days_late=item.days_late,
            interest=item.allowed_of(ChargeKind.INTEREST),
            flat=item.allowed_of(ChargeKind.INDEMNITY, ChargeKind.FEE),
            law=item.law[:200],
            message=message,
        )
        for item in items
        if item.rung is not None
    ]


def _as_claimed(items: Iterable[Item]) -> list[Item]:
    """What the letter itself claims counts among the charges that it asks for."""
    return [
        replace(item, charges=item.charges + sum((claim.amount for claim in item.allowed), ZERO))
        if item.rung is not None and item.rung.claims
        else item
        for item in items
    ]


def _items(
    invoices: Sequence[Invoice], ladders: Mapping[str, Ladder], on: date, *, waits: bool
) -> list[Item]:
    """Late invoices with the step that each takes today, if any, in five queries whatever their number."""
    last = selectors.last_reminders(invoice.pk for invoice in invoices)
    debts = selectors.debts_of(invoices, on)
    open_charges = selectors.open_charges(debts)
    works = selectors.works_of(
        invoice.pk for invoice in invoices if invoice.client.kind == ClientKind.CONSUMER
    )
    items = []
    for invoice in invoices:
        ladder, taken = ladders[invoice.client.kind], last.get(invoice.pk)
        debt = debts[invoice.pk]
        rung = _rung(ladder, taken, debt, on, waits=waits)
        claims, law = _allowed(rung, debt, on)
        charges = open_charges.get(invoice.pk, ZERO)
        unwarned = debt.kind == ClientKind.CONSUMER and debt.reminded_until is None
        step = rung.step if rung else taken.step if taken else 0
        items.append(
            Item(
                invoice=invoice,
                rung=rung,
                tone="first" if unwarned else ladder.tone_of(step),
                days_late=invoice.days_late(on),
                allowed=claims,
                charges=charges,
                law=law,
                what=works.get(invoice.pk, ""),
                unwarned=unwarned,
            )
        )
    return items


def _rung(ladder: Ladder, last: Reminder | None, debt: Debt, on: date, *, waits: bool) -> Rung | None:
    """The step to take today: the next one, when its day has come and the one before is old enough. Who sends
    by hand need not wait, but no invoice takes two steps in one day.
    """
    rung = ladder.after(last.step if last else 0)
    if rung is None or (last is not None and last.sent_on >= on):
        return None
    if not waits:
        return rung
    old_enough = last is None or (on - last.sent_on).days >= rung.waits
    if (on - debt.due_on).days < rung.days_late or not old_enough:
        return None
    # A step that costs a consumer money waits for the end of the free days, whatever the ladder says. When no
    # letter arrived there are none to wait for: the step is taken, and is the free one.
    costs = rung.names or rung.claims or rung.fee > 0
    waits_for_law = debt.kind == ClientKind.CONSUMER and free_on(debt, on) and not debt.letters_lost
    return None if costs and waits_for_law else rung


def _allowed(rung: Rung | None, debt: Debt, on: date) -> tuple[tuple[Claim, ...], str]:
    """What a step may add, with the law; without a rate in force nothing, and the law field says so."""
    law = law_of(debt.country, debt.kind)
    if rung is None or not (rung.names or rung.claims) or free_on(debt, on):
        return (), law
    try:
        claims = claims_on(debt, on)
        if rung.fee and debt.kind == ClientKind.CONSUMER:
            fee = consumer_rule(debt.country, on).reminder_fee(rung.fee)
            line = {"amount": str(fee), "on": on.isoformat(), "step": rung.step}
            claims.append(Claim(ChargeKind.FEE, fee, f"{law}.2", None, (line,)))
    except NoRateInForce as refusal:
        return (), f"{law}: {refusal.code} {refusal.params['key']}".removeprefix(": ")
    return tuple(claims), " · ".join(dict.fromkeys(claim.law for claim in claims)) or law
