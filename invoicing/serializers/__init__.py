"""Shapes of clients, invoices and documents for REST: what is read apart from what is written."""

from invoicing.serializers.clients import ClientInput, ClientOutput
from invoicing.serializers.invoices import (
    CreditInput,
    DocumentOutput,
    DraftInput,
    InvoiceOutput,
    LineData,
    LineOutput,
    NewDraftInput,
    OneInvoiceOutput,
)

__all__ = [
    "ClientInput",
    "ClientOutput",
    "CreditInput",
    "DocumentOutput",
    "DraftInput",
    "InvoiceOutput",
    "LineData",
    "LineOutput",
    "NewDraftInput",
    "OneInvoiceOutput",
]
