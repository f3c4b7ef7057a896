"""Forms of the guarantee: they parse and show; services decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, KitForm, MoneyField
from invoicing.enums import ClientKind


class LimitForm(KitForm):
    """What a client may owe, from when, and why."""

    amount = MoneyField(label=_("Limit, VAT in"))
    valid_from = DateField(label=_("From"))
    reason = forms.CharField(label=_("Why?"), max_length=300)


class ExposureForm(forms.Form):
    """Which clients: by name, by kind, only those above their limit."""

    q = forms.CharField(required=False, label=_("Client"), widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(choices=[("", _("All")), *ClientKind.choices], required=False, label=_("Kind"))
    above = forms.ChoiceField(
        choices=[("", _("All")), ("yes", _("above their limit")), ("near", _("near or above"))],
        required=False,
        label=_("Limit"),
    )
