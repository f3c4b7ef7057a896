"""What a quote says, frozen as plain JSON at sending, in the shape of an invoice's content."""

from __future__ import annotations

from datetime import date

from invoicing.content import Content, content_of, line_of
from invoicing.enums import DocumentKind
from invoicing.line_data import lines_of
from invoicing.quotes.models import Quote
from invoicing.services.drafts import priced
from invoicing.services.issuing import check_vat_code
from invoicing.types import Totals
from invoicing.vat import totals_of

QUOTE = "quote"
"""Kind of the content."""


def quote_content(quote: Quote, on: date) -> tuple[Content, Totals]:
    """What the document would say if it were sent on a day, without number; its totals.

    Raises `EmptyInvoice`, `LineInvalid`, `VatCodeNotInForce`, `VatCodeNotAllowed`.
    """
    entity, client = quote.entity, quote.client
    _draft, rows = priced(activity=quote.activity, client=client, lines=lines_of(quote.lines), on=on)
    totals = totals_of(
        entity.country, [(row.vat_code, row.net) for row in rows], on=on, language=client.language
    )
    parts = {part.code: part for part in totals.parts}
    for code in parts:
        check_vat_code(entity, client, code, on)
    content = content_of(
        kind=DocumentKind.INVOICE,
        entity=entity,
        client=client,
        issued_on=on,
        due_on=quote.valid_until,
        delivered_on=None,
        lines=[line_of(row, parts[row.vat_code]) for row in rows],
        totals=totals,
        buyer_reference=quote.buyer_reference,
    )
    return content | {
        "kind": QUOTE,
        "title": quote.title,
        "terms": quote.terms,
        "revision": quote.revision,
    }, totals
