"""What was said with clients, and what left by post."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO
from core.types import Actor
from invoicing import selectors as root
from invoicing.collection import selectors
from invoicing.collection.enums import ContactKind
from invoicing.collection.errors import DayPassed, LetterNotPostable, ReasonMissing
from invoicing.collection.models import Contact, PostedLetter
from invoicing.collection.services.pauses import pause_invoices
from invoicing.enums import MessageKind, MessageState


@transaction.atomic
def note_contact(
    *,
    client_id: UUID,
    kind: str,
    text: str,
    on: date,
    actor: Actor,
    promised_on: date | None = None,
    promised: Decimal = ZERO,
    pause: bool = False,
) -> Contact:
    """Keep what was said with a client, and what it promised to pay (euro; zero: no amount) by which day.

    `pause`: no reminder until that day. Locks client, and what it has late when paused. Raises
    `ReasonMissing`, `DayPassed`, `ClientNotFound`. Every call keeps another note.
    """
    if not text.strip():
        raise ReasonMissing
    if promised_on is not None and promised_on < on:
        raise DayPassed
    client = root.client_for_update(client_id)
    row = Contact.objects.create(
        client=client,
        on=on,
        kind=ContactKind(kind),
        text=text.strip()[:500],
        promised_on=promised_on,
        promised=promised,
        author=actor.label[:120],
    )
    if pause and promised_on is not None:
        late = [invoice.pk for invoice in selectors.remindable_of([client_id], on)]
        if late:
            pause_invoices(
                client_id=client_id,
                invoice_ids=late,
                until=promised_on,
                reason=row.text[:300],
                on=on,
                actor=actor,
            )
    audit.record(actor, "client.contacted", client, kind=row.kind, promised=str(promised_on or ""))
    return row


@transaction.atomic
def post_letter(*, message_id: UUID, client_id: UUID, on: date, actor: Actor) -> PostedLetter:
    """A reminder to a client without e-mail address left by post on a day: a consumer's free days count from
    it. A repeat keeps the first day. Raises `LetterNotPostable`.
    """
    message = selectors.letter_for_update(message_id, client_id)
    if message is None or message.state != MessageState.NO_ADDRESS or message.kind != MessageKind.REMINDER:
        raise LetterNotPostable
    letter, is_new = PostedLetter.objects.get_or_create(message=message, defaults={"posted_on": on})
    if is_new:
        audit.record(actor, "letter.posted", message, on=on.isoformat())
    return letter
