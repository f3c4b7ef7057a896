"""The only writers of quotes and orders."""

from invoicing.quotes.services.answers import accept_quote, note_answer, refuse_quote
from invoicing.quotes.services.drafts import (
    attach_file,
    change_quote,
    create_quote,
    delete_quote,
    remove_file,
)
from invoicing.quotes.services.orders import change_order, close_order, order_quote, supplement_order
from invoicing.quotes.services.parts import invoice_order, preview_part, take_of_order
from invoicing.quotes.services.sending import (
    expire_quotes,
    remind_quotes,
    resend_quote,
    revise_quote,
    revoke_links,
    send_quote,
    withdraw_quote,
)

__all__ = [
    "accept_quote",
    "attach_file",
    "change_order",
    "change_quote",
    "close_order",
    "create_quote",
    "delete_quote",
    "expire_quotes",
    "invoice_order",
    "note_answer",
    "order_quote",
    "preview_part",
    "refuse_quote",
    "remind_quotes",
    "remove_file",
    "resend_quote",
    "revise_quote",
    "revoke_links",
    "send_quote",
    "supplement_order",
    "take_of_order",
    "withdraw_quote",
]
