"""Forms of hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.digits import whole_number
from core.forms import Choices, DateField, KitForm, MoneyField, SearchSelect
from invoicing.models import Client
from invoicing.quotes.models import Order
from invoicing.timesheets.enums import Grouping


class HoursField(forms.CharField):
    """Hours as people write them: `1,25`, `1.25`, `1:15`, `1h15`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput({"inputmode": "text", "autocomplete": "off"}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """A number of hours with two decimals."""
        text = str(super().to_python(value) or "").strip().lower().replace("h", ":").replace(",", ".")
        if not text:
            return None
        try:
            whole, colon, minutes = text.partition(":")
            past = whole_number(minutes or "0")
            if past is None or past >= 60:
                raise InvalidOperation
            hours = Decimal(whole) + Decimal(past) / 60
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write hours as 1.25 or 1:15.")) from error
        if not hours.is_finite() or not 0 < hours <= 24:
            raise forms.ValidationError(_("Between a few minutes and 24 hours a day."))
        return hours.quantize(Decimal("0.01"))


class EntryForm(KitForm):
    """Hours of a day."""

    day = DateField(label=_("Day"))
    client = forms.ChoiceField(label=_("Client"), widget=SearchSelect)
    hours = HoursField(label=_("Hours"), help_text=_("1.25 or 1:15"))
    rate = MoneyField(label=_("Rate an hour, without VAT"), minimum="0.01")
    task = forms.CharField(label=_("Task"), max_length=80, required=False)
    text = forms.CharField(label=_("What was done"), max_length=200, required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(
        self, *args: Any, clients: Sequence[Client], orders: Sequence[Order], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        client, order = self.fields["client"], self.fields["order"]
        client.choices = [("", "")] + [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined]
        order.choices = [("", _("none"))] + [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.number} {row.title}") for row in orders
        ]
        self.fields["day"].initial = today
        if not orders:
            del self.fields["order"]


class InvoiceHoursForm(KitForm):
    """Which hours become an invoice, and how they are shown."""

    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("Up to"))
    grouping = forms.ChoiceField(
        label=_("On the invoice"), choices=Grouping.choices, initial=Grouping.TASK, widget=Choices
    )


class SendSheetForm(KitForm):
    """Which hours the client is asked to approve."""

    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("Up to"))
