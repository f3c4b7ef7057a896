"""A letter of reminder as it will go: everything that a client has late, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.errors import NoRateInForce
from core.money import ZERO
from invoicing.collection.claims import Claim
from invoicing.collection.enums import ChargeKind
from invoicing.collection.ladders import Rung, Tone
from invoicing.collection.law import consumer_rule
from invoicing.collection.wording import wording
from invoicing.enums import ClientKind
from invoicing.models import Client, Invoice
from invoicing.services.messages import payment_sentence, written_amount, written_day


@dataclass(frozen=True, slots=True)
class Item:
    """A late invoice in a letter.

    `rung`: the step that the letter takes for it; None: it is only listed. `allowed`: what the law lets be
    added today. `charges`: euro claimed and still open, those of this letter included. `law`: what was
    applied, or why nothing was. `what`: the work, in the words of the invoice. `unwarned`: a consumer whom no
    reminder of it reached yet, so that this letter is the free one.
    """

    invoice: Invoice
    rung: Rung | None
    tone: Tone
    days_late: int
    allowed: tuple[Claim, ...] = ()
    charges: Decimal = ZERO
    law: str = ""
    what: str = ""
    unwarned: bool = False

    def allowed_of(self, *kinds: ChargeKind) -> Decimal:
        """Euro that the law lets be added, of some kinds."""
        return sum((claim.amount for claim in self.allowed if claim.kind in kinds), ZERO)


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body, in the client's language; `tone` of the highest step."""

    subject: str
    body: str
    tone: Tone
    total: Decimal


def compose(client: Client, items: Sequence[Item], tone: Tone, on: date) -> Letter:
    """The letter of a day. A consumer's first reminder says all that article XIX.2 of the Code of Economic
    Law asks: what is owed and for what, to whom, until when it is free, and what follows.
    """
    words, language = wording(client.language), client.language
    first_to_consumer = client.kind == ClientKind.CONSUMER and any(_is_free(item) for item in items)
    parts = [words[f"open_{tone}"], ""]
    for item in items:
        invoice = item.invoice
        parts.append(
            words["line"]
            % {
                "number": invoice.number,
                "issued_on": written_day(invoice.issued_on or on, language),
                "due_on": written_day(invoice.due_on or on, language),
                "days": item.days_late,
                "open": written_amount(invoice.open_amount, language),
                "payment": payment_sentence(invoice),
            }
        )
        if item.what:
            parts.append(words["what"] % {"what": item.what})
        if item.charges:
            values = {"amount": written_amount(item.charges, language), "law": item.law}
            parts.append(words["claimed"] % values)
        elif item.allowed:
            values = {
                "flat": written_amount(item.allowed_of(ChargeKind.INDEMNITY, ChargeKind.FEE), language),
                "interest": written_amount(item.allowed_of(ChargeKind.INTEREST), language),
                "law": item.law,
            }
            parts.append(words["allowed"] % values)
    total = sum((item.invoice.open_amount + item.charges for item in items), ZERO)
    parts += ["", words["total"] % {"total": written_amount(total, language)}]
    if first_to_consumer:
        parts += ["", *_consumer_sentences(client, items, on)]
    sellers = " · ".join(dict.fromkeys(item.invoice.entity.name for item in items))
    parts += ["", words["close"] % {"seller": sellers}]
    return Letter(words[f"subject_{tone}"] % {"count": len(items)}, "\n".join(parts), tone, total)


def _is_free(item: Item) -> bool:
    return item.rung is not None and (item.rung.tone == "first" or item.unwarned)


def _consumer_sentences(client: Client, items: Sequence[Item], on: date) -> list[str]:
    words, language = wording(client.language), client.language
    free = [item for item in items if _is_free(item)]
    entities = {item.invoice.entity_id: item.invoice.entity for item in free}
    lines = [
        words["creditor"]
        % {
            "name": entity.name,
            "number": entity.enterprise_number,
            "address": f"{entity.street}, {entity.postal_code} {entity.city}",
        }
        for entity in entities.values()
    ]
    try:
        rule = consumer_rule(next(iter(entities.values())).country, on)
    except NoRateInForce:
        return lines
    most = sum((rule.indemnity(item.invoice.open_amount) for item in free), ZERO)
    until = rule.free_until(on, by_post=not client.email)
    values = {"until": written_day(until, language), "flat": written_amount(most, language)}
    return [words["free_mail" if client.email else "free_post"] % values, *lines]
