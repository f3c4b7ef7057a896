"""The signed link of a version of a quote."""

from __future__ import annotations

from datetime import date, timedelta

from core.links import link, whole_link
from core.signed_links import make_token, read_token
from invoicing.quotes.models import Quote, SentQuote

PURPOSE = "quote"
READABLE = timedelta(days=180)
"""How long after its last day a quote can still be read by its link."""


def token_of(quote: Quote, sent: SentQuote) -> str:
    """The token of a version, until its quote's links are revoked."""
    return make_token(PURPOSE, sent.pk, generation=quote.generation, last_day=sent.link_until)


def path_of(quote: Quote, sent: SentQuote) -> str:
    """The address of the client's page, inside the house."""
    return link("quotes:offer", token=token_of(quote, sent))


def address_of(quote: Quote, sent: SentQuote) -> str:
    """The same for a letter."""
    return whole_link("quotes:offer", token=token_of(quote, sent))


def sent_by(token: str, *, on: date) -> SentQuote | None:
    """The version that a token opens; None for every token that opens nothing, whatever the reason."""
    said = read_token(PURPOSE, token, on=on)
    if said is None:
        return None
    sent = (
        SentQuote.objects.filter(pk=said.key)
        .select_related("quote__client", "quote__activity", "entity", "client")
        .first()
    )
    if sent is None or sent.quote.generation != said.generation:
        return None
    return sent
