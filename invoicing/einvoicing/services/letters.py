"""Documents by e-mail: the letter is sent by `core.mailing`; here its sending hears of it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.services.sending import arrived
from invoicing.enums import MessageState


@transaction.atomic
def settle_letters(*, on: date, most: int = 500) -> int:
    """Give sendings by e-mail the state of their letters; answers how many changed. Safe at any frequency.

    A letter that was given up and left after all counts as sent. Takes what nobody else holds.
    """
    waiting, given_up = Q(state=SendingState.PENDING), Q(state=SendingState.FAILED)
    left = Q(letter__state=MessageState.SENT) & (waiting | given_up)
    dead = Q(letter__state=MessageState.FAILED) & waiting
    dropped = Q(letter__state=MessageState.DROPPED) & (waiting | given_up)
    rows = list(
        Delivery.objects.filter(left | dead | dropped, channel=Channel.EMAIL, handled=False)
        .select_related("letter", "document__invoice")
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))[:most]
    )
    for row in rows:
        assert row.letter is not None
        if row.letter.state == MessageState.SENT:
            row.state, row.sent_at = SendingState.SENT, row.letter.sent_at
            row.reason_code = row.reason = ""
            arrived(row, on)
        elif row.letter.state == MessageState.DROPPED:
            row.state, row.handled = SendingState.DROPPED, True
        else:
            row.state = SendingState.FAILED
            row.reason_code, _, row.reason = row.letter.error.partition(": ")
            row.reason_code = row.reason_code[:60]
        row.save()
    return len(rows)
