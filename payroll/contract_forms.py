"""What people type about contracts: written, changed by agreement, ended, signed, corrected, many at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Function
from core.forms import Choices, DateField, KitForm, MoneyField, SearchSelect
from payroll.enums import EndedBy, EndReason
from payroll.forms import OFFERED, HoursField, TimeField
from payroll.models import EmploymentContract

CATEGORIES = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]


def functions() -> list[tuple[str, str]]:
    """Occupations of the cooperative's list with their ISCO group."""
    return [(row.code, f"{row.name} ({row.isco})") for row in Function.objects.order_by("name")]


class ContractForm(KitForm):
    """A contract: who, what, when, how much."""

    person = forms.ChoiceField(label=_("Worker"), widget=SearchSelect())
    contract_type = forms.ChoiceField(label=_("Type"), choices=OFFERED, widget=Choices())
    description = forms.CharField(label=_("Work to be done"), max_length=140)
    function_code = forms.ChoiceField(label=_("Function"), widget=SearchSelect())
    place = forms.CharField(label=_("Place of work"), max_length=120)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    hours = HoursField(label=_("Hours in all"), help_text=_("A full day is 7.6 hours."))
    gross = MoneyField(label=_("Gross salary"), required=False, minimum="0.01")
    budget = MoneyField(
        label=_("or budget of the contract"),
        required=False,
        minimum="0.01",
        help_text=_("Give one of the two; the other one is computed."),
    )
    day_starts = TimeField(label=_("From (hour)"), required=False)
    day_ends = TimeField(
        label=_("To (hour)"), required=False, help_text=_("Only beside another contract, or to start today.")
    )
    flat_tax = forms.BooleanField(label=_("Flat tax of 11.11 % (artistic contracts)"), required=False)
    article_1bis = forms.BooleanField(
        label=_("Article 1bis: an artist's work without anybody's authority"),
        required=False,
        help_text=_("The attestation of work in the arts must be held on the first day."),
    )
    work_category = forms.ChoiceField(
        label=_("Category of joint committee 200"),
        choices=CATEGORIES,
        initial="A",
        required=False,
        help_text=_("A unless you know another one: it sets the minimum wage."),
    )
    seniority = forms.IntegerField(
        label=_("Years of experience"), min_value=0, max_value=60, initial=0, required=False
    )
    justification = forms.CharField(
        label=_("Why one contract follows another"),
        max_length=200,
        required=False,
        help_text=_("Only if this one follows another without a break: replacement, project, season…"),
    )

    MORE = (
        "day_starts",
        "day_ends",
        "flat_tax",
        "article_1bis",
        "work_category",
        "seniority",
        "justification",
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["function_code"].choices = functions()  # type: ignore[attr-defined]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()
            self.fields["person"].initial = people[0][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and (data.get("gross") is None) == (data.get("budget") is None):
            self.add_error("gross", _("Give either the gross salary or the budget."))
        data["work_category"] = data.get("work_category") or "A"
        data["seniority"] = data.get("seniority") or 0
        return data


class AmendForm(KitForm):
    """What both sides change, and why."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    hours = HoursField(label=_("Hours in all"), help_text=_("A full day is 7.6 hours."))
    gross = MoneyField(label=_("Gross salary"), minimum="0.01")
    day_starts = TimeField(label=_("From (hour)"), required=False)
    day_ends = TimeField(label=_("To (hour)"), required=False)
    place = forms.CharField(label=_("Place of work"), max_length=120)
    function_code = forms.ChoiceField(label=_("Function"), widget=SearchSelect())
    description = forms.CharField(label=_("Work to be done"), max_length=140)
    reason = forms.CharField(label=_("Why it changes"), max_length=200)

    def __init__(self, *args: Any, contract: EmploymentContract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["function_code"].choices = functions()  # type: ignore[attr-defined]
        for name in self.fields:
            if name != "reason":
                self.fields[name].initial = getattr(contract, name)

    @property
    def changes(self) -> dict[str, Any]:
        """Only what is different from what stands."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "reason" and value != getattr(self.contract, name)
        }


class WhyForm(KitForm):
    """Why a contract ends otherwise than planned, and who ends it."""

    end_reason = forms.ChoiceField(label=_("What happened"), choices=EndReason.choices)
    ended_by = forms.ChoiceField(label=_("Who ended it"), choices=EndedBy.choices)
    reason = forms.CharField(label=_("In a few words"), max_length=200, required=False)


class ShortenForm(WhyForm):
    """Less was worked than planned."""

    last_day = DateField(label=_("Last day worked"))
    hours = HoursField(label=_("Hours worked in all"))
    credit = MoneyField(
        label=_("Give back to the client, without VAT"),
        required=False,
        minimum="0.00",
        help_text=_("A credit note is made of this amount. Empty: the client pays the whole invoice."),
    )
    field_order = ("last_day", "hours", "credit", "end_reason", "ended_by", "reason")

    def __init__(self, *args: Any, invoiced: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not invoiced:
            del self.fields["credit"]


class ReasonForm(KitForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class CorrectForm(KitForm):
    """What is added to a settled month, or taken away."""

    hours = forms.DecimalField(
        label=_("Hours added (or −)"),
        max_digits=6,
        decimal_places=2,
        localize=True,
        initial=Decimal(0),
        help_text=_("With a minus sign: hours that were not worked."),
    )
    gross = forms.DecimalField(label=_("Gross added (or −)"), max_digits=10, decimal_places=2, localize=True)
    reason = forms.CharField(label=_("Why"), max_length=200)


class TemplateForm(KitForm):
    """The name of a model."""

    name = forms.CharField(label=_("Name of the model"), max_length=80)


class BatchForm(KitForm):
    """What several people share, and who they are."""

    contract_type = forms.ChoiceField(label=_("Type"), choices=OFFERED, widget=Choices(), initial="employee")
    description = forms.CharField(label=_("Work to be done"), max_length=140)
    function_code = forms.ChoiceField(label=_("Function"), widget=SearchSelect())
    place = forms.CharField(label=_("Place of work"), max_length=120)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    hours = HoursField(label=_("Hours of each"), help_text=_("A full day is 7.6 hours."))
    paid_by = forms.ChoiceField(
        label=_("Amounts are"),
        choices=[("gross", _("gross salaries")), ("budget", _("budgets, employer's cost included"))],
        widget=Choices(),
        initial="gross",
    )
    amount = MoneyField(
        label=_("Amount of each"),
        minimum="0.01",
        help_text=_("Whoever has another amount gets it in the list that follows."),
    )
    day_starts = TimeField(label=_("From (hour)"), required=False)
    day_ends = TimeField(label=_("To (hour)"), required=False)
    people = forms.MultipleChoiceField(
        label=_("Who worked here before"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Others"),
        required=False,
        max_length=8000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "One per line: the name of somebody who worked with you, or an e-mail address. An amount may "
            "follow after a semicolon."
        ),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["function_code"].choices = functions()  # type: ignore[attr-defined]
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["people"]

    @property
    def shared(self) -> dict[str, Any]:
        """The terms that everybody has, as `create_contract` takes them."""
        data = self.cleaned_data
        names = ("contract_type", "description", "function_code", "place", "starts_on", "ends_on")
        more = ("hours", "day_starts", "day_ends")
        return {**{name: data[name] for name in (*names, *more)}, data["paid_by"]: data["amount"]}
