"""What people type about work and pay: parse and show; rules stay with the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.formats import localize_input
from django.utils.translation import gettext_lazy as _

from activities.enums import ExpenseCategory
from core.errors import DomainError
from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField, SearchSelect
from members.enums import FamilyStatus
from members.forms import PeopleInChargeFields
from payroll.enums import ContractType

FIELD_OF_REFUSAL = {
    "contract_too_late": "starts_on",
    "contract_too_long": "ends_on",
    "contract_dates": "ends_on",
    "contract_overlap": "starts_on",
    "too_many_hours": "hours",
    "amendment_too_late": "ends_on",
    "amendment_backwards": "starts_on",
    "amendment_settled": "gross",
    "reason_missing": "reason",
    "correction_too_large": "gross",
    "correction_empty": "gross",
    "invalid_shortening": "hours",
    "attestation_missing": "article_1bis",
    "attestation_unknown": "article_1bis",
    "template_name_taken": "name",
    "credit_too_large": "credit",
    "invalid_hours": "hours",
    "below_minimum_wage": "hours",
    "student_quota_exceeded": "contract_type",
    "budget_too_small": "amount",
    "flat_tax_not_allowed": "flat_tax",
    "vat_number_invalid": "client_vat",
    "client_name_missing": "client_name",
    "client_needed": "client",
    "expense_amount_invalid": "expense",
    "gross_or_budget": "gross",
    "invalid_amount": "amount",
}
"""Where a refusal is shown when the form has that field; anywhere else it stands above the form."""

OFFERED = [
    (kind.value, kind.label) for kind in (ContractType.EMPLOYEE, ContractType.ARTISTIC, ContractType.STUDENT)
]


def show_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal on the field that it is about."""
    field = FIELD_OF_REFUSAL.get(refusal.code)
    form.add_error(field if field in form.fields else None, refusal.detail)


class HoursField(forms.DecimalField):
    """Hours with at most two decimals; a comma is as good as a point."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal("0.25"))
        kwargs.setdefault("max_value", Decimal(400))
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_digits=6, decimal_places=2, **kwargs)
        self.widget.width = "short"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stub says int
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Shown as people write it: `15,2`, not `15.20`."""
        return localize_input(Decimal(f"{value.normalize():f}")) if isinstance(value, Decimal) else value


class TimeField(forms.TimeField):
    """An hour of the day, by the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput({"type": "time"}, format="%H:%M"), **kwargs)
        self.widget.width = "short"


class NoteForm(KitForm):
    """What follows from an exception."""

    note = forms.CharField(label=_("What follows"), max_length=200)


class QuickJobForm(KitForm):
    """A job in one page: eleven fields the first time, later four and what the last one gives."""

    client = forms.ChoiceField(label=_("Client"), required=False, widget=SearchSelect())
    client_name = forms.CharField(label=_("Client"), max_length=120, required=False)
    client_vat = forms.CharField(
        label=_("VAT number"), max_length=20, required=False, help_text=_("Empty for a private person.")
    )
    client_street = forms.CharField(label=_("Street and number"), max_length=120, required=False)
    client_postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    client_city = forms.CharField(label=_("Town"), max_length=60, required=False)
    description = forms.CharField(label=_("What you do"), max_length=140)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    hours = HoursField(label=_("Hours in all"), help_text=_("A full day is 7.6 hours."))
    amount = MoneyField(label=_("You invoice, without VAT"), minimum="1.00")
    contract_type = forms.ChoiceField(label=_("Contract"), choices=OFFERED, initial="employee")
    expense = MoneyField(label=_("Expenses, VAT included"), required=False, minimum="0.00")
    expense_vat = MoneyField(label=_("VAT in the expenses"), required=False, minimum="0.00")
    expense_category = forms.ChoiceField(
        label=_("Kind of expense"),
        required=False,
        choices=[choice for choice in ExpenseCategory.choices if choice[0] != "mileage"],
    )
    receipt = forms.FileField(
        label=_("Receipt"), required=False, widget=FileDrop(accept=".pdf,image/png,image/jpeg")
    )
    day_starts = TimeField(label=_("From (hour)"), required=False)
    day_ends = TimeField(label=_("To (hour)"), required=False)

    CLIENT = ("client_name", "client_vat", "client_street", "client_postal_code", "client_city")
    MAIN = ("starts_on", "ends_on", "hours", "amount")
    EXPENSE = ("expense", "expense_vat", "expense_category", "receipt")

    def __init__(self, *args: Any, clients: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].choices = [("", _("A new client")), *clients]  # type: ignore[attr-defined]
        if not clients:
            del self.fields["client"]
            for name in ("client_name", "client_street", "client_postal_code", "client_city"):
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("client"):
            for name in ("client_name", "client_street", "client_postal_code", "client_city"):
                if not data.get(name):
                    self.add_error(name, _("A new client needs a name and an address."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day comes before the first."))
        return data


class SimulatorForm(PeopleInChargeFields):
    """The question of a visitor."""

    direction = forms.ChoiceField(
        label=_("I start from"),
        choices=[("invoice", _("what I invoice")), ("net", _("what I want to receive"))],
        widget=Choices(),
        initial="invoice",
    )
    amount = MoneyField(
        label=_("Amount"), minimum="1.00", maximum="1000000.00", initial=Decimal("1000.00"),
        help_text=_("Without VAT; or the net that you want."),
    )  # fmt: skip
    expenses = MoneyField(label=_("Of which expenses paid back"), required=False, minimum="0.00")
    contract_type = forms.ChoiceField(
        label=_("Contract"), choices=OFFERED, widget=Choices(), initial="employee"
    )
    days = HoursField(
        label=_("Days of work"), initial=Decimal(1), min_value=Decimal("0.25"), max_value=Decimal(31)
    )
    family_status = forms.ChoiceField(
        label=_("Family situation"), choices=FamilyStatus.choices, initial="single"
    )
    children = forms.IntegerField(
        label=_("Dependent children"), min_value=0, max_value=15, initial=0, required=False
    )
    single_parent = forms.BooleanField(label=_("I raise them alone"), required=False)

    @property
    def usual(self) -> list[BoundField]:
        """The fields that everybody answers, in order."""
        unusual = {bound.name for bound in self.unusual}
        return [bound for bound in self if bound.name not in unusual]
