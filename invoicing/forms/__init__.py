"""Forms of clients and invoices."""

from invoicing.forms.clients import ClientForm
from invoicing.forms.invoices import (
    CreditForm,
    DisputeForm,
    InvoiceForm,
    LineForm,
    LineFormSet,
    WaterfallForm,
    line_formset,
)

__all__ = [
    "ClientForm",
    "CreditForm",
    "DisputeForm",
    "InvoiceForm",
    "LineForm",
    "LineFormSet",
    "WaterfallForm",
    "line_formset",
]
