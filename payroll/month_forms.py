"""What people type when they look ahead: rates, multipliers, a file of figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FileDrop, KitForm
from payroll.months import read_month


class RatesForm(KitForm):
    """Rates of which month, with which multipliers, with which file of figures."""

    as_of = forms.CharField(label=_("Rates of the month"), max_length=7, help_text=_("As 2027-01."))
    employee = forms.DecimalField(
        label=_("Multiplier, employee"), required=False, min_value=1, max_value=3, decimal_places=3
    )
    artistic = forms.DecimalField(
        label=_("Multiplier, artistic"), required=False, min_value=1, max_value=3, decimal_places=3
    )
    student = forms.DecimalField(
        label=_("Multiplier, student"), required=False, min_value=1, max_value=3, decimal_places=3
    )
    figures = forms.FileField(
        label=_("File of figures"),
        required=False,
        widget=FileDrop(),
        help_text=_("A statutory file of the coming year (YAML), on top of those that are loaded."),
    )

    def clean_as_of(self) -> date:
        """The first day of the month."""
        try:
            return read_month(self.cleaned_data["as_of"])
        except ValueError:
            raise forms.ValidationError(_("Write the month as 2027-01.")) from None

    @property
    def multipliers(self) -> dict[str, Decimal]:
        """Those that were given, by contract type."""
        return {kind: self.cleaned_data[kind] for kind in ("employee", "artistic", "student")
                if self.cleaned_data.get(kind)}  # fmt: skip
