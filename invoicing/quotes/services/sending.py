"""The life of a quote until its answer: sent, recalled once, over, taken back, written anew."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.documents import request_documents
from core.outbox import publish
from core.rates import find_policy
from core.types import Actor
from core.uuid7 import uuid7
from invoicing.content import digest_of
from invoicing.enums import MessageKind
from invoicing.errors import EmptyInvoice, NoEmailAddress
from invoicing.quotes import selectors
from invoicing.quotes.content import quote_content
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.errors import (
    QuoteAnswered,
    QuoteNotDraft,
    QuoteNotSent,
    QuoteNotWaiting,
    QuoteOver,
)
from invoicing.quotes.links import READABLE, address_of
from invoicing.quotes.models import Quote, SentQuote
from invoicing.quotes.wording import wording
from invoicing.services.messages import write_message, written_amount, written_day
from ledger.services import take_number

SERIES = "QUO"
"""Number series of quotes: one per entity and year."""

REMINDER = "quote_reminder_days"
"""Policy: after how many days an unanswered quote is recalled, once; without it none is."""

_OPEN = (QuoteState.DRAFT, QuoteState.SENT, QuoteState.EXPIRED)


@transaction.atomic
def send_quote(*, quote_id: UUID, on: date, actor: Actor) -> Quote:
    """Freeze the quote as it is, number it, and write to its client with the link by which to answer.

    The first version takes the next number of its series, later ones keep it. A client without e-mail address
    gets no letter: the member hands the link on. VAT at the rates of `on`. Locks: quote, number series.
    Raises `QuoteNotDraft`, `QuoteOver`, `EmptyInvoice`, `VatCodeNotInForce`, `VatCodeNotAllowed`; on any of
    them nothing is written. A second call raises `QuoteNotDraft`.
    """
    quote = selectors.quote_for_update(quote_id)
    if quote.state != QuoteState.DRAFT:
        raise QuoteNotDraft
    if quote.valid_until < on:
        raise QuoteOver(day=f"{quote.valid_until:%d/%m/%Y}")
    content, totals = quote_content(quote, on)
    if totals.net <= 0 or any(part.base < 0 for part in totals.parts):
        raise EmptyInvoice
    sent_id = uuid7()
    request_documents("quote_pdf", [sent_id])
    quote.state = QuoteState.SENT
    quote.sent_on, quote.reminded_on, quote.answered_on = on, None, None
    quote.net, quote.vat, quote.total = totals.net, totals.vat, totals.total
    quote.total_cents = int(totals.total * 100)
    audit.record(actor, "quote.sent", quote, revision=quote.revision, total=str(totals.total))
    first = selectors.versions_of(quote).last()
    year, sequence = (first.year, first.sequence) if first else (on.year, 0)
    if not first:
        sequence = take_number(entity_id=quote.entity_id, journal=SERIES, year=year)
        quote.number = f"{quote.entity.code}-DV-{year}-{sequence:06}"
    number = quote.number if quote.revision == 1 else f"{quote.number}-V{quote.revision}"
    content["number"] = number
    sent = SentQuote.objects.create(
        id=sent_id,
        quote=quote,
        revision=quote.revision,
        entity=quote.entity,
        client=quote.client,
        year=year,
        sequence=sequence,
        number=number,
        sent_on=on,
        valid_until=quote.valid_until,
        link_until=quote.valid_until + READABLE,
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
        content=content,
        digest=digest_of(content),
    )
    quote.version += 1
    quote.save()
    publish("quote.sent", quote, revision=quote.revision)
    if quote.client.email:
        _write(quote, sent, "quote", on)
    return quote


@transaction.atomic
def resend_quote(*, quote_id: UUID, on: date, actor: Actor) -> Quote:
    """Write the same letter again. Locks the quote. Raises `QuoteNotWaiting`, `NoEmailAddress`; every call
    writes another letter.
    """
    quote, sent = _waiting(quote_id, on)
    if not quote.client.email:
        raise NoEmailAddress
    _write(quote, sent, "quote", on)
    audit.record(actor, "quote.resent", quote)
    return quote


@transaction.atomic
def withdraw_quote(*, quote_id: UUID, on: date, actor: Actor) -> Quote:
    """Take an unanswered quote back: from now on nobody can accept it. Locks the quote, so that of a
    withdrawal and an acceptance at the same moment one wins.

    Raises `QuoteNotSent`, `QuoteAnswered`; a repeat changes nothing.
    """
    quote = selectors.quote_for_update(quote_id)
    if quote.state == QuoteState.WITHDRAWN:
        return quote
    if not quote.number:
        raise QuoteNotSent
    if quote.state not in _OPEN:
        raise QuoteAnswered(state=quote.get_state_display())
    quote.state = QuoteState.WITHDRAWN
    quote.answered_on = on
    _touch(quote)
    audit.record(actor, "quote.withdrawn", quote)
    return quote


@transaction.atomic
def revise_quote(*, quote_id: UUID, valid_until: date, actor: Actor) -> Quote:
    """Begin the next version, a draft with what the last one said. From now on that one cannot be accepted;
    it stays readable, and its link says that it was replaced.

    Locks the quote. Raises `QuoteNotSent`, `QuoteAnswered` (accepted: what was agreed is not rewritten). A
    second call raises `QuoteNotSent`.
    """
    quote = selectors.quote_for_update(quote_id)
    if quote.state == QuoteState.DRAFT:
        raise QuoteNotSent
    if quote.state in (QuoteState.ACCEPTED, QuoteState.ORDERED, QuoteState.INVOICED):
        raise QuoteAnswered(state=quote.get_state_display())
    quote.state = QuoteState.DRAFT
    quote.revision += 1
    quote.valid_until = max(valid_until, quote.valid_until)
    quote.answered_on = None
    _touch(quote)
    audit.record(actor, "quote.revised", quote, revision=quote.revision)
    return quote


@transaction.atomic
def revoke_links(*, quote_id: UUID, actor: Actor) -> Quote:
    """Every link given out of this quote opens nothing any more; sending again gives a new one. Locks the
    quote.
    """
    quote = selectors.quote_for_update(quote_id)
    quote.generation += 1
    _touch(quote)
    audit.record(actor, "quote.links_revoked", quote, generation=quote.generation)
    return quote


def expire_quotes(*, on: date, actor: Actor, most: int = 500) -> int:
    """Say of every unanswered quote past its last day that it is over; answers how many. Safe at any
    frequency: each is locked and looked at again.
    """
    done = 0
    for key in list(selectors.waiting_until(on).values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            quote = selectors.quote_for_update(key)
            if not quote.is_over(on):
                continue
            quote.state = QuoteState.EXPIRED
            _touch(quote)
            audit.record(actor, "quote.expired", quote)
            publish("quote.expired", quote)
            done += 1
    return done


def remind_quotes(*, on: date, actor: Actor, most: int = 500) -> int:
    """Recall unanswered quotes, each version once, as many days after sending as the policy says; answers how
    many. Nobody is written to on the day of sending, and nobody without an address. Safe at any frequency.
    """
    policy = find_policy(REMINDER, on=on)
    if policy is None or int(policy.rate) < 1:
        return 0
    sent_by = on - timedelta(days=int(policy.rate))
    done = 0
    for key in list(selectors.to_remind(sent_by, on).values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            quote = selectors.quote_for_update(key)
            sent = selectors.standing_version(quote)
            waits = quote.state == QuoteState.SENT and quote.reminded_on is None and not quote.is_over(on)
            if sent is None or not waits:
                continue
            quote.reminded_on = on
            quote.save(update_fields=["reminded_on"])
            if quote.client.email:
                _write(quote, sent, "quote_reminder", on)
                done += 1
            audit.record(actor, "quote.reminded", quote)
    return done


def _waiting(quote_id: UUID, on: date) -> tuple[Quote, SentQuote]:
    quote = selectors.quote_for_update(quote_id)
    sent = selectors.standing_version(quote)
    if sent is None or quote.state != QuoteState.SENT or quote.is_over(on):
        raise QuoteNotWaiting(state=quote.get_state_display())
    return quote, sent


def _touch(quote: Quote) -> None:
    quote.version += 1
    quote.save(
        update_fields=["state", "revision", "valid_until", "answered_on", "generation", "version"],
    )


def _write(quote: Quote, sent: SentQuote, letter: str, on: date) -> None:
    """The letter `<letter>_subject` and `<letter>_body` of the wording, with the link; the PDF goes along."""
    language = quote.client.language
    words = wording(language)
    values = {
        "number": sent.number,
        "title": quote.title,
        "total": written_amount(sent.total, language),
        "valid_until": written_day(sent.valid_until, language),
        "link": address_of(quote, sent),
        "seller": quote.entity.name,
    }
    write_message(
        client=quote.client,
        kind=MessageKind.QUOTE,
        subject=words[f"{letter}_subject"] % values,
        body=words[f"{letter}_body"] % values,
        on=on,
        document_ids=[sent.pk],
    )
