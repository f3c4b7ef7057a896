"""Forms of Activities and expenses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.enums import ExpenseCategory, Tool
from activities.selectors import functions
from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField, SearchSelect


class ActivityForm(KitForm):
    """What a member says when asking for an Activity."""

    name = forms.CharField(
        label=_("Name of the Activity"), max_length=120, help_text=_("Under which clients will know it.")
    )
    function_code = forms.ChoiceField(label=_("Occupation"), widget=SearchSelect)
    tool = forms.ChoiceField(
        label=_("How will you work?"), choices=Tool.choices, widget=Choices, initial=Tool.ACTIVITY
    )
    description = forms.CharField(
        label=_("What will you do?"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Your adviser reads this before agreeing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["function_code"]
        field.choices = [("", "")] + [(row.code, row.name) for row in functions()]  # type: ignore[attr-defined]


class ExpenseForm(KitForm):
    """An expense with its receipt; a journey has kilometres instead of an amount."""

    category = forms.ChoiceField(label=_("What for?"), choices=ExpenseCategory.choices)
    text = forms.CharField(
        label=_("In a few words"), max_length=140, help_text=_("For example: train to Namur, rehearsal.")
    )
    incurred_on = DateField(label=_("Date of the receipt"))
    amount = MoneyField(label=_("Amount with VAT"), required=False)
    vat_amount = MoneyField(
        label=_("Of which VAT"),
        required=False,
        minimum="0",
        help_text=_("Leave empty when the receipt names none."),
    )
    kilometres = forms.DecimalField(
        label=_("Kilometres"),
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput({"inputmode": "decimal"}),
        help_text=_("Only for a journey in your own car: the amount follows from the rate of that day."),
    )
    receipt = forms.FileField(
        label=_("Receipt"),
        required=False,
        widget=FileDrop(
            accept="application/pdf,image/png,image/jpeg", hint=_("A photo or a PDF, 10 MB at most.")
        ),
        help_text=_("Without a receipt an adviser has to agree first."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incurred_on"] = DateField(label=_("Date of the receipt"), latest=today, initial=today)

    def clean(self) -> dict[str, Any]:
        """A journey needs kilometres, everything else an amount."""
        data: dict[str, Any] = super().clean() or {}
        journey = data.get("category") == ExpenseCategory.MILEAGE
        if journey and not data.get("kilometres"):
            self.add_error("kilometres", _("Enter the kilometres of the journey."))
        if not journey and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter the amount of the receipt."))
        return data


class ReasonForm(KitForm):
    """Why something is sent back."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The member reads this."),
    )
