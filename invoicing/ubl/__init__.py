"""Electronic invoices: a document as issued, written as Peppol BIS Billing 3.0 (UBL 2.1).

`types` holds the document, `codes` the public code lists, `writer` the XML. Nothing here knows Django or a
database: the issued copy goes in, the same bytes come out every time.
"""

from invoicing.ubl.codes import belgian_endpoint, vat_endpoint
from invoicing.ubl.types import (
    Address,
    Allowance,
    Attachment,
    Discount,
    Document,
    DocumentKind,
    DocumentReference,
    Endpoint,
    Line,
    Party,
    Payment,
    UblError,
    Unit,
    VatCategory,
    VatSubtotal,
)
from invoicing.ubl.writer import write_document

__all__ = [
    "Address",
    "Allowance",
    "Attachment",
    "Discount",
    "Document",
    "DocumentKind",
    "DocumentReference",
    "Endpoint",
    "Line",
    "Party",
    "Payment",
    "UblError",
    "Unit",
    "VatCategory",
    "VatSubtotal",
    "belgian_endpoint",
    "vat_endpoint",
    "write_document",
]
