"""Forms of clients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, KitForm, SearchSelect
from invoicing.enums import ClientKind
from invoicing.models import Client
from members.enums import Language

COUNTRIES = (
    ("BE", _("Belgium")),
    ("FR", _("France")),
    ("NL", _("Netherlands")),
    ("DE", _("Germany")),
    ("LU", _("Luxembourg")),
    ("GB", _("United Kingdom")),
    ("CH", _("Switzerland")),
    ("ES", _("Spain")),
    ("IT", _("Italy")),
    ("AT", _("Austria")),
    ("SE", _("Sweden")),
    ("DK", _("Denmark")),
    ("IE", _("Ireland")),
    ("PT", _("Portugal")),
    ("PL", _("Poland")),
    ("FI", _("Finland")),
    ("GR", _("Greece")),
    ("CZ", _("Czechia")),
    ("RO", _("Romania")),
    ("HU", _("Hungary")),
    ("US", _("United States")),
    ("CA", _("Canada")),
    ("MA", _("Morocco")),
    ("TN", _("Tunisia")),
    ("CD", _("Democratic Republic of the Congo")),
    ("JP", _("Japan")),
)
"""Countries of most clients; REST takes every code of two letters."""


class ClientForm(KitForm):
    """Who buys."""

    kind = forms.ChoiceField(label=_("Kind of client"), choices=ClientKind.choices, widget=Choices)
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "organization"})
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=20,
        required=False,
        help_text=_("With the country in front: BE0403019261. Empty for a private person."),
    )
    enterprise_number = forms.CharField(
        label=_("Enterprise number"),
        max_length=20,
        required=False,
        help_text=_("Only when there is no VAT number."),
    )
    street = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    city = forms.CharField(label=_("City"), max_length=60, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, initial="BE", widget=SearchSelect)
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
        help_text=_("Empty: the usual 30 days."),
    )
    reference = forms.CharField(label=_("Reference that the client asks for"), max_length=60, required=False)

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        if client is not None:
            kwargs["initial"] = {name: getattr(client, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = self.fields["kind"].initial or ClientKind.BUSINESS
        field = self.fields["country"]
        if client is not None and client.country not in dict(COUNTRIES):
            field.choices = [(client.country, client.country), *COUNTRIES]  # type: ignore[attr-defined]
