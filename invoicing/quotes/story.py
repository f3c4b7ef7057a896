"""What happened to a quote, and what comes next, for its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.kit.formats import money
from invoicing.quotes import selectors
from invoicing.quotes.enums import AnswerDoor, AnswerKind, QuoteState
from invoicing.quotes.models import Quote, SentQuote


def events_of(quote: Quote, versions: Sequence[SentQuote], today: date) -> list[dict[str, Any]]:
    """Oldest first."""
    events: list[dict[str, Any]] = []
    for sent in versions:
        title = _("Sent as %(number)s") % {"number": sent.number}
        events.append({"when": sent.sent_on, "title": title, "text": money(sent.total)})
    for answer in selectors.answers_of(quote):
        accepted = answer.kind == AnswerKind.ACCEPTED
        title = _("Accepted by %(name)s") if accepted else _("Refused by %(name)s")
        text = answer.reason or answer.order_reference
        if answer.door == AnswerDoor.MEMBER:
            text = _("Noted by hand: %(how)s") % {"how": answer.reason}
        events.append(
            {
                "when": answer.answered_on,
                "title": title % {"name": answer.name},
                "text": text,
                "tone": "success" if accepted else "danger",
            }
        )
    if quote.reminded_on:
        events.append({"when": quote.reminded_on, "title": _("Recalled to the client"), "tone": "warning"})
    if quote.state == QuoteState.WITHDRAWN and quote.answered_on:
        events.append({"when": quote.answered_on, "title": _("Withdrawn"), "tone": "danger"})
    if quote.state in (QuoteState.SENT, QuoteState.EXPIRED):
        over = quote.valid_until < today
        events.append(
            {"when": quote.valid_until, "title": _("Was valid until here") if over else _("Valid until here"),
             "tone": "danger" if over else ""}
        )  # fmt: skip
    order = selectors.order_of(quote)
    if order is not None:
        title = _("Became order %(number)s") % {"number": order.number}
        events.append({"when": order.ordered_on, "title": title, "tone": "success"})
    return sorted(events, key=lambda event: event["when"])
