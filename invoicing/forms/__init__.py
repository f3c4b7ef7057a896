"""Forms of clients and invoices."""

from invoicing.forms.clients import ClientForm, ContactForm, MemberLinkForm
from invoicing.forms.invoices import (
    AttachForm,
    CreditForm,
    InvoiceForm,
    LineForm,
    LineFormSet,
    WaterfallForm,
    line_formset,
)

__all__ = [
    "AttachForm",
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
