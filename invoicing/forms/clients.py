"""Forms of clients and of the people at them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, KitForm, SearchSelect
from invoicing.countries import country_choices
from invoicing.enums import ClientKind
from invoicing.models import Client, ClientContact
from members.enums import Language

RARE = (
    "phone", "enterprise_number", "payment_term_days", "reference", "order_reference_required", "peppol_id",
)  # fmt: skip
"""What is asked of few clients: the page folds it."""


class ClientForm(KitForm):
    """Who buys."""

    kind = forms.ChoiceField(label=_("Kind of client"), choices=ClientKind.choices, widget=Choices)
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )
    country = forms.ChoiceField(label=_("Country"), initial="BE", widget=SearchSelect)
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=40,
        required=False,
        help_text=_("Of a firm, for example BE0403019261. Empty for a private person."),
    )
    enterprise_number = forms.CharField(
        label=_("Enterprise number"),
        max_length=40,
        required=False,
        help_text=_("In the register of the country, when there is no VAT number."),
    )
    street = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Invoices and reminders go there.")
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    language = forms.ChoiceField(label=_("Language of documents"), choices=Language.choices, initial="fr")
    payment_term_days = forms.IntegerField(
        label=_("Payment term in days"),
        required=False,
        min_value=0,
        max_value=120,
        help_text=_("Empty: the usual 30 days. At most 60 for firms, 30 for public bodies."),
    )
    reference = forms.CharField(
        label=_("Reference that the client asks for"),
        max_length=60,
        required=False,
        help_text=_("Stands on each invoice that names no other."),
    )
    order_reference_required = forms.BooleanField(
        label=_("No invoice without an order number"),
        required=False,
        help_text=_("For public bodies and firms that refuse invoices without it."),
    )
    peppol_id = forms.CharField(
        label=_("Address for electronic invoices"),
        max_length=60,
        required=False,
        help_text=_("Scheme and number, such as 0208:0403019261. Empty: it follows from the numbers above."),
    )

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        if client is not None:
            kwargs["initial"] = {name: getattr(client, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = self.fields["kind"].initial or ClientKind.BUSINESS
        choices = country_choices(get_language() or "en")
        self.fields["country"].choices = choices  # type: ignore[attr-defined]

    @property
    def is_unusual(self) -> bool:
        """Whether a field that few clients need says something or is wrong."""
        return any(self[name].value() or self[name].errors for name in RARE)


class ContactForm(KitForm):
    """Somebody at a client."""

    name = forms.CharField(label=_("Name"), max_length=120)
    function = forms.CharField(label=_("Function"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("that of the client")), *Language.choices], required=False
    )
    for_invoices = forms.BooleanField(label=_("Receives invoices"), required=False)
    for_reminders = forms.BooleanField(label=_("Receives reminders"), required=False)
    for_quotes = forms.BooleanField(label=_("Receives quotes"), required=False)

    def __init__(self, *args: Any, contact: ClientContact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs["initial"] = {name: getattr(contact, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class MemberLinkForm(KitForm):
    """Which member a client is."""

    email = forms.EmailField(
        label=_("E-mail of the member"),
        required=False,
        help_text=_("Empty: this client is no member."),
    )
