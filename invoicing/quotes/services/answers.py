"""What the client answers, on the link or through the member: once, kept as evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core import audit
from core.outbox import publish
from core.types import Actor
from invoicing.quotes import selectors
from invoicing.quotes.enums import AnswerDoor, AnswerKind, QuoteState
from invoicing.quotes.errors import (
    ConsentMissing,
    QuoteAnswered,
    QuoteExpired,
    QuoteNotFound,
    QuoteReplaced,
    QuoteWithdrawn,
)
from invoicing.quotes.models import Quote, QuoteAnswer, SentQuote


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who answers on the link, as far as the request tells: network address and browser."""

    address: str = ""
    user_agent: str = ""


NOBODY = Visitor()


@transaction.atomic
def accept_quote(
    *,
    sent_id: UUID,
    name: str,
    email: str,
    consent: str,
    visitor: Visitor,
    at: datetime,
    actor: Actor,
    order_reference: str = "",
) -> QuoteAnswer:
    """The client accepts a version. The answer keeps who, when, from where, which sentence was agreed to, and
    the digest of the document; nobody can change it.

    `at`: the moment in the cooperative's clock; its day decides whether the quote is over. Locks the quote:
    of sixteen acceptances, or an acceptance and a withdrawal, exactly one wins. Raises `ConsentMissing`,
    `QuoteNotFound`, `QuoteReplaced`, `QuoteWithdrawn`, `QuoteAnswered`, `QuoteExpired`.
    """
    if not name.strip() or not consent.strip() or not _is_email(email):
        raise ConsentMissing
    quote, sent = _answerable(sent_id, at.date(), accepting=True)
    answer = _keep(
        sent,
        AnswerKind.ACCEPTED,
        AnswerDoor.LINK,
        at,
        name=name,
        email=email,
        order_reference=order_reference,
        consent=consent,
        visitor=visitor,
    )
    _close(quote, QuoteState.ACCEPTED, at.date(), actor, answer)
    return answer


@transaction.atomic
def refuse_quote(
    *, sent_id: UUID, reason: str, visitor: Visitor, at: datetime, actor: Actor, name: str = ""
) -> QuoteAnswer:
    """The client refuses a version, saying why if they like. Locks and raises as `accept_quote`, but a quote
    that is over may still be refused.
    """
    quote, sent = _answerable(sent_id, at.date(), accepting=False)
    answer = _keep(
        sent,
        AnswerKind.REFUSED,
        AnswerDoor.LINK,
        at,
        name=name or quote.client.name,
        reason=reason,
        visitor=visitor,
    )
    _close(quote, QuoteState.REFUSED, at.date(), actor, answer)
    return answer


@transaction.atomic
def note_answer(
    *,
    quote_id: UUID,
    accepted: bool,
    name: str,
    how: str,
    at: datetime,
    actor: Actor,
    order_reference: str = "",
) -> QuoteAnswer:
    """A member notes what the client said outside the link (a signed paper, a telephone call): `name` said
    it, `how` it came. Locks and raises as `accept_quote`.
    """
    if not name.strip() or not how.strip():
        raise ConsentMissing
    quote = selectors.quote_for_update(quote_id)
    standing = selectors.standing_version(quote)
    if standing is None:
        raise QuoteReplaced
    quote, sent = _answerable(standing.pk, at.date(), accepting=accepted)
    kind = AnswerKind.ACCEPTED if accepted else AnswerKind.REFUSED
    answer = _keep(sent, kind, AnswerDoor.MEMBER, at, name=name, reason=how, order_reference=order_reference)
    _close(
        quote, QuoteState.ACCEPTED if accepted else QuoteState.REFUSED, at.date(), actor, answer, told=False
    )
    return answer


def _answerable(sent_id: UUID, on: date, *, accepting: bool) -> tuple[Quote, SentQuote]:
    """The locked quote and the version, if it still waits for an answer."""
    sent = SentQuote.objects.filter(pk=sent_id).first()
    if sent is None:
        raise QuoteNotFound
    quote = selectors.quote_for_update(sent.quote_id)
    if quote.revision != sent.revision:
        raise QuoteReplaced
    if quote.state == QuoteState.WITHDRAWN:
        raise QuoteWithdrawn
    if quote.state not in (QuoteState.SENT, QuoteState.EXPIRED):
        raise QuoteAnswered(state=quote.get_state_display())
    if accepting and (on > sent.valid_until or quote.state == QuoteState.EXPIRED):
        raise QuoteExpired(day=f"{sent.valid_until:%d/%m/%Y}")
    return quote, sent


def _keep(
    sent: SentQuote,
    kind: AnswerKind,
    door: AnswerDoor,
    at: datetime,
    *,
    name: str,
    email: str = "",
    order_reference: str = "",
    reason: str = "",
    consent: str = "",
    visitor: Visitor = NOBODY,
) -> QuoteAnswer:
    answer = QuoteAnswer(
        sent=sent,
        kind=kind,
        door=door,
        name=" ".join(name.split())[:120],
        email=email.strip()[:254],
        order_reference=order_reference.strip()[:60],
        reason=reason.strip()[:500],
        consent=consent.strip()[:500],
        address=visitor.address[:45],
        user_agent=visitor.user_agent[:300],
        document_digest=sent.digest,
        answered_on=at.date(),
        answered_at=at,
    )
    answer.digest = digest_of_answer(answer)
    answer.save(force_insert=True)
    return answer


def digest_of_answer(answer: QuoteAnswer) -> str:
    """SHA-256 of the canonical JSON of everything that the answer says."""
    told = {
        name: str(getattr(answer, name))
        for name in (
            *("sent_id", "kind", "door", "name", "email", "order_reference", "reason", "consent"),
            *("address", "user_agent", "document_digest", "answered_on"),
        )
    }
    told["answered_at"] = str(round(answer.answered_at.timestamp() * 1_000_000))
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _close(
    quote: Quote, state: QuoteState, on: date, actor: Actor, answer: QuoteAnswer, *, told: bool = True
) -> None:
    """The quote has its answer; its people hear of what came by the link."""
    quote.state = state
    quote.answered_on = on
    quote.version += 1
    quote.save(update_fields=["state", "answered_on", "version"])
    if state == QuoteState.ACCEPTED and answer.order_reference and not quote.buyer_reference:
        quote.buyer_reference = answer.order_reference
        quote.save(update_fields=["buyer_reference"])
    audit.record(actor, f"quote.{state}", quote, digest=answer.digest, document=answer.document_digest)
    publish(f"quote.{state}", quote, answer=str(answer.pk), tell=told)


def _is_email(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True
