"""Clients, invoices, the documents as issued, what was received, and the letters that followed."""

from invoicing.models.clients import Client, ClientActivity, ClientContact, ClientDistinction
from invoicing.models.documents import IssuedDocument
from invoicing.models.invoices import Invoice, InvoiceAttachment, InvoiceLine, Payment
from invoicing.models.letters import ClientMessage, Reminder

__all__ = [
    "Client",
    "ClientActivity",
    "ClientContact",
    "ClientDistinction",
    "ClientMessage",
    "Invoice",
    "InvoiceAttachment",
    "InvoiceLine",
    "IssuedDocument",
    "Payment",
    "Reminder",
]
