"""Quotes while they are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from activities.services import open_activity_for_update
from core import audit
from core.calendar import check_days
from core.models import StoredFile
from core.rates import find_policy
from core.types import Actor
from invoicing.line_data import data_of
from invoicing.quotes import selectors
from invoicing.quotes.enums import QuoteState
from invoicing.quotes.errors import QuoteNotDraft, QuoteTitleMissing, StaleQuote
from invoicing.quotes.models import Quote, QuoteFile
from invoicing.selectors import client_for_update
from invoicing.services.clients import work_with
from invoicing.services.drafts import priced
from invoicing.types import LineInput

VALID_DAYS = "quote_valid_days"
"""Policy: for how many days a quote is usually good."""


def usual_last_day(today: date) -> date | None:
    """Until when a quote of today is good by policy; None where the cooperative has none."""
    policy = find_policy(VALID_DAYS, on=today)
    return today + timedelta(days=int(policy.rate)) if policy else None


@transaction.atomic
def create_quote(
    *,
    activity_id: UUID,
    client_id: UUID,
    title: str,
    lines: Sequence[LineInput],
    valid_until: date,
    on: date,
    actor: Actor,
    terms: str = "",
    buyer_reference: str = "",
    advance_percent: Decimal | None = None,
    remind: bool = True,
) -> Quote:
    """Write a quote for an open Activity; its client becomes one that the Activity works with.

    VAT at the rates of `on` (sending counts again). Locks the Activity and the client. Raises
    `ActivityNotOpen`, `ClientNotFound`, `QuoteTitleMissing`, `EmptyInvoice`, `LineInvalid`,
    `VatCodeNotInForce`, `DayOutOfReach`. A second call writes a second quote.
    """
    check_days(valid_until)
    activity = open_activity_for_update(activity_id)
    client = client_for_update(client_id)
    work_with(client=client, activity_id=activity.pk)
    quote = Quote(activity=activity, entity=activity.entity, client=client, valid_until=valid_until)
    _write(quote, title, lines, terms, buyer_reference, advance_percent, remind, on)
    quote.save(force_insert=True)
    audit.record(actor, "quote.drafted", quote, client=str(client.pk), total=str(quote.total))
    return quote


@transaction.atomic
def change_quote(
    *,
    quote_id: UUID,
    client_id: UUID,
    title: str,
    lines: Sequence[LineInput],
    valid_until: date,
    on: date,
    actor: Actor,
    terms: str = "",
    buyer_reference: str = "",
    advance_percent: Decimal | None = None,
    remind: bool = True,
    version: int | None = None,
) -> Quote:
    """Replace everything in a quote that is being written. `version`: the one that the writer saw.

    A numbered quote (a new version is being written) keeps its client. Locks: client, quote. Raises
    `QuoteNotDraft`, `StaleQuote`, and what `create_quote` raises.
    """
    client = client_for_update(client_id)
    quote = _draft_for_update(quote_id, version)
    check_days(valid_until)
    if not quote.number:
        work_with(client=client, activity_id=quote.activity_id)
        quote.client = client
    quote.valid_until = valid_until
    quote.version += 1
    _write(quote, title, lines, terms, buyer_reference, advance_percent, remind, on)
    quote.save()
    audit.record(actor, "quote.changed", quote, total=str(quote.total))
    return quote


@transaction.atomic
def delete_quote(*, quote_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Throw a quote away that was never sent. Locks the quote. Raises `QuoteNotDraft`, `StaleQuote`."""
    quote = _draft_for_update(quote_id, version)
    if quote.number:
        raise QuoteNotDraft
    audit.record(actor, "quote.deleted", quote, client=str(quote.client_id))
    QuoteFile.objects.filter(quote=quote).delete()
    quote.delete()


@transaction.atomic
def attach_file(*, quote_id: UUID, file: StoredFile, name: str, actor: Actor) -> QuoteFile:
    """Add a file to a quote that is being written. Locks the quote. Raises `QuoteNotDraft`."""
    quote = _draft_for_update(quote_id, None)
    row = QuoteFile.objects.create(quote=quote, file=file, name=name.strip()[:120] or file.name[:120])
    audit.record(actor, "quote.file_added", quote, file=str(file.pk))
    return row


@transaction.atomic
def remove_file(*, quote_id: UUID, file_id: UUID, actor: Actor, version: int | None = None) -> None:
    """Take a file off a quote that is being written; one that is gone already changes nothing. `version`: of
    the quote that was looked at. Locks the quote. Raises `QuoteNotDraft`, `StaleQuote`.
    """
    quote = _draft_for_update(quote_id, version)
    gone, _ = QuoteFile.objects.filter(quote=quote, pk=file_id).delete()
    if gone:
        audit.record(actor, "quote.file_removed", quote)


def _draft_for_update(quote_id: UUID, version: int | None) -> Quote:
    quote = selectors.quote_for_update(quote_id)
    if quote.state != QuoteState.DRAFT:
        raise QuoteNotDraft
    if version is not None and version != quote.version:
        raise StaleQuote
    return quote


def _write(
    quote: Quote,
    title: str,
    lines: Sequence[LineInput],
    terms: str,
    buyer_reference: str,
    advance_percent: Decimal | None,
    remind: bool,
    on: date,
) -> None:
    """Put what was written on the (unsaved) row, with its totals."""
    if not title.strip():
        raise QuoteTitleMissing
    totals, _rows = priced(activity=quote.activity, client=quote.client, lines=lines, on=on)
    quote.title = " ".join(title.split())[:120]
    quote.terms = terms.strip()[:4000]
    quote.buyer_reference = buyer_reference.strip()[:60]
    quote.advance_percent = advance_percent or None
    quote.remind = remind
    quote.lines = data_of(lines)
    quote.net, quote.vat, quote.total = totals.net, totals.vat, totals.total
    quote.total_cents = totals.total_cents
