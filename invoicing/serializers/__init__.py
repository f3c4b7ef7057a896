"""Shapes of clients, invoices and documents for REST: what is read apart from what is written."""

from invoicing.serializers.clients import ClientInput, ClientOutput
from invoicing.serializers.invoices import (
    AdvanceOutput,
    AdvancesAsked,
    AttachmentInput,
    AttachmentOutput,
    CreditableOutput,
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
    "AdvanceOutput",
    "AdvancesAsked",
    "AttachmentInput",
    "AttachmentOutput",
    "ClientInput",
    "ClientOutput",
    "CreditInput",
    "CreditableOutput",
    "DocumentOutput",
    "DraftInput",
    "InvoiceOutput",
    "LineData",
    "LineOutput",
    "NewDraftInput",
    "OneInvoiceOutput",
]
