"""Forms of invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, KitForm, MoneyField, SearchSelect
from core.kit.formats import money
from invoicing.enums import Unit
from invoicing.models import Client
from invoicing.types import LineInput
from invoicing.vat import VatCode


class InvoiceForm(KitForm):
    """The head of a draft."""

    client = forms.ChoiceField(label=_("Client"), widget=SearchSelect)
    delivery_date = DateField(label=_("Last day of the work"))
    buyer_reference = forms.CharField(
        label=_("Reference of the client"),
        max_length=60,
        required=False,
        help_text=_("Order number, for example."),
    )
    note = forms.CharField(label=_("Note on the invoice"), max_length=300, required=False)

    def __init__(self, *args: Any, clients: Sequence[Client], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        field.choices = [("", "")] + [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined]
        self.fields["delivery_date"].initial = today


class LineForm(KitForm):
    """One line; a line without description, quantity and price is no line."""

    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"),
        required=False,
        max_digits=10,
        decimal_places=3,
        localize=True,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, initial=Unit.DAY)
    unit_price = MoneyField(label=_("Price without VAT"), required=False, minimum="0")
    vat_code = forms.ChoiceField(label=_("VAT"), required=False)

    def __init__(self, *args: Any, codes: Sequence[VatCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("automatic")), *((row.code, row.label) for row in codes)]
        self.fields["vat_code"].choices = choices  # type: ignore[attr-defined]

    @property
    def line(self) -> LineInput | None:
        """What the (valid) form says, or None when it says nothing."""
        data = self.cleaned_data
        if not data.get("description") and data.get("unit_price") is None:
            return None
        quantity: Decimal | None = data.get("quantity")
        return LineInput(
            data.get("description") or "",
            Decimal(1) if quantity is None else quantity,
            data.get("unit") or Unit.FLAT,
            data.get("unit_price") or Decimal(0),
            data.get("vat_code") or "",
        )


class LineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of a draft."""

    def lines(self) -> list[LineInput]:
        """Lines that say something, of forms that are right."""
        return [form.line for form in self.forms if form.is_valid() and form.line is not None]


def line_formset(*args: Any, codes: Sequence[VatCode], extra: int = 3, **kwargs: Any) -> LineFormSet:
    """Forms for the lines, with `extra` empty ones when nothing was sent yet."""
    made: Any = forms.formset_factory(LineForm, formset=LineFormSet, extra=extra, max_num=50)
    found: LineFormSet = made(*args, prefix="line", form_kwargs={"codes": codes}, **kwargs)
    return found


class CreditForm(KitForm):
    """What is given back: everything that is left, or amounts per VAT code."""

    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The client reads this on the credit note.")
    )
    how_much = forms.ChoiceField(
        label=_("How much?"),
        choices=[("all", _("everything that is left")), ("part", _("a part"))],
        initial="all",
        widget=Choices,
    )

    def __init__(self, *args: Any, left: dict[str, Decimal], labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        for code, amount in left.items():
            self.fields[f"amount_{code}"] = MoneyField(
                label=_("Part at %(vat)s, without VAT") % {"vat": labels.get(code, code)},
                required=False,
                minimum="0",
                maximum=amount,
                help_text=_("At most %(amount)s") % {"amount": money(amount)},
            )

    @property
    def amounts(self) -> dict[str, Decimal] | None:
        """Amounts per code, or None for everything."""
        if self.cleaned_data["how_much"] == "all":
            return None
        given = {code: self.cleaned_data.get(f"amount_{code}") for code in self.left}
        return {code: amount for code, amount in given.items() if amount}

    def clean(self) -> dict[str, Any]:
        """A part names at least one amount."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("how_much") == "part" and not any(data.get(f"amount_{code}") for code in self.left):
            self.add_error(None, _("Enter the amount to give back."))
        return data


class WaterfallForm(KitForm):
    """An amount to look at."""

    amount = MoneyField(label=_("An amount without VAT"), required=False, minimum="0.01")
