"""Forms of clients and invoices."""

from invoicing.forms.clients import ClientForm, ContactForm, MemberLinkForm
from invoicing.forms.invoices import (
    CreditForm,
    InvoiceForm,
    LineForm,
    LineFormSet,
    WaterfallForm,
    line_formset,
)

__all__ = [
    "ClientForm",
    "ContactForm",
    "CreditForm",
    "InvoiceForm",
    "LineForm",
    "LineFormSet",
    "MemberLinkForm",
    "WaterfallForm",
    "line_formset",
]
