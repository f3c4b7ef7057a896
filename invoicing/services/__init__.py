"""The only writers from the client to the cash."""

from invoicing.services.attachments import attach_file, detach_file
from invoicing.services.clients import (
    add_contact,
    change_client,
    change_contact,
    check_addresses,
    create_client,
    link_person,
    remove_contact,
)
from invoicing.services.crediting import credit_invoice
from invoicing.services.drafts import (
    change_draft,
    create_draft,
    delete_draft,
    duplicate_invoice,
    preview_totals,
)
from invoicing.services.early_payment import accept_early_payment, withdraw_early_payment
from invoicing.services.issuing import issue_invoice, issue_invoices
from invoicing.services.merging import merge_clients, tell_apart
from invoicing.services.messages import send_invoice, send_waiting_messages
from invoicing.services.receipts import settle_invoice

__all__ = [
    "accept_early_payment",
    "add_contact",
    "attach_file",
    "change_client",
    "change_contact",
    "check_addresses",
    "change_draft",
    "create_client",
    "create_draft",
    "credit_invoice",
    "delete_draft",
    "detach_file",
    "duplicate_invoice",
    "issue_invoice",
    "issue_invoices",
    "link_person",
    "merge_clients",
    "preview_totals",
    "remove_contact",
    "send_invoice",
    "send_waiting_messages",
    "settle_invoice",
    "tell_apart",
    "withdraw_early_payment",
]
