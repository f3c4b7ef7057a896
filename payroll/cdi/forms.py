"""What people type about salaries and absences: parse and show; rules stay with the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField
from payroll.cdi.enums import AbsenceKind, Category, HalfDay
from payroll.cdi.smoothing import MONTHS, Estimate
from payroll.enums import EndedBy, EndReason, UnemploymentReason
from payroll.forms import HoursField

DAYS = (
    ("monday", _("Monday")),
    ("tuesday", _("Tuesday")),
    ("wednesday", _("Wednesday")),
    ("thursday", _("Thursday")),
    ("friday", _("Friday")),
    ("saturday", _("Saturday")),
    ("sunday", _("Sunday")),
)
FULL_DAY = Decimal("7.6")


class ProposalForm(KitForm):
    """A salary: hours of the week, an estimate of twelve months, the scale."""

    person = forms.ChoiceField(label=_("Worker"))
    valid_from = DateField(label=_("From"), help_text=_("New terms begin on the first of a month."))
    basis = forms.ChoiceField(
        label=_("The salary"),
        choices=(("smoothed", _("what the estimate bears")), ("agreed", _("an amount of its own"))),
        widget=Choices(),
        initial="smoothed",
    )
    gross = MoneyField(
        label=_("Gross salary of a month"),
        required=False,
        minimum="0.01",
        help_text=_("Empty: the most that the estimate bears."),
    )
    category = forms.ChoiceField(label=_("Category (joint committee 200)"), choices=Category.choices)
    experience_from = DateField(label=_("Experience counts from"), required=False)
    holiday_days = forms.DecimalField(
        label=_("Days of holiday a year"), min_value=0, max_value=60, decimal_places=1, initial=Decimal(20)
    )
    place = forms.CharField(label=_("Place of work"), max_length=120)

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], estimates: Sequence[Estimate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()
            self.fields["person"].initial = people[0][0]
        for number, (name, label) in enumerate(DAYS):
            initial = FULL_DAY if number < 5 else Decimal(0)
            self.fields[name] = HoursField(
                label=label, min_value=Decimal(0), max_value=Decimal(12), initial=initial
            )
        for number, row in enumerate(estimates):
            month = date_format(row.month, "F Y")
            self.fields[f"income_{number}"] = MoneyField(
                label=_("Income, %(month)s") % {"month": month}, minimum="0.00", initial=row.income,
                help_text=row.text,
            )  # fmt: skip
            self.fields[f"costs_{number}"] = MoneyField(
                label=_("Costs, %(month)s") % {"month": month}, minimum="0.00", initial=row.costs
            )

    @property
    def days(self) -> list[Any]:
        """Fields of the hours of each day."""
        return [self[name] for name, _label in DAYS]

    @property
    def months(self) -> list[tuple[Any, Any]]:
        """Fields of income and costs, month by month."""
        return [(self[f"income_{number}"], self[f"costs_{number}"]) for number in range(MONTHS)]

    @property
    def pattern(self) -> list[Decimal]:
        """Hours by weekday as they were given."""
        return [self.cleaned_data[name] for name, _label in DAYS]

    def estimates_of(self, months: Sequence[date]) -> list[Estimate]:
        """The estimate as it was given, for these months."""
        data = self.cleaned_data
        return [
            Estimate(month, data[f"income_{number}"], data[f"costs_{number}"], "")
            for number, month in enumerate(months)
        ]


class AbsenceForm(KitForm):
    """Days away."""

    kind = forms.ChoiceField(label=_("Reason"), choices=AbsenceKind.choices)
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: a single day."))
    half = forms.ChoiceField(label=_("Part of the day"), choices=HalfDay.choices, required=False)
    cause = forms.ChoiceField(
        label=_("Why there is no work"),
        choices=[("", "—"), *UnemploymentReason.choices],
        required=False,
        help_text=_("For temporary unemployment only: whole days, topped up by the solidarity fund."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    file = forms.FileField(
        label=_("Certificate"), required=False, widget=FileDrop(accept=".pdf,image/png,image/jpeg")
    )


class CertificateForm(KitForm):
    """The certificate of an absence that was reported without it."""

    file = forms.FileField(label=_("Certificate"), widget=FileDrop(accept=".pdf,image/png,image/jpeg"))


class EndForm(KitForm):
    """The end of a contract: its last day after notice, why, by whom."""

    last_day = DateField(label=_("Last day, after the notice"))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose the reason"))]
        + [
            choice
            for choice in EndReason.choices
            if choice[0] in ("resigned", "dismissed", "agreed", "force_majeure", "illness", "other")
        ],
    )
    ended_by = forms.ChoiceField(
        label=_("Ended by"),
        choices=[("", _("Choose who ended it"))]
        + [choice for choice in EndedBy.choices if choice[0] != "client"],
    )
    note = forms.CharField(label=_("Note: notice, agreement"), max_length=200, required=False)


class HolidayForm(KitForm):
    """Days of holiday beside those of the contract."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2099)
    days = forms.DecimalField(
        label=_("Days"),
        min_value=-60,
        max_value=60,
        decimal_places=1,
        help_text=_("Below zero: days taken elsewhere."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class AnswerForm(KitForm):
    """Why it is refused."""

    answer = forms.CharField(label=_("Why"), max_length=200)


class AbsenceRefusalForm(KitForm):
    """Why an absence is not possible."""

    act = forms.CharField(widget=forms.HiddenInput, initial="refuse")
    answer = forms.CharField(label=_("Why?"), max_length=200, help_text=_("The worker reads it."))


class WorkerForm(KitForm):
    """Whose salary?"""

    worker = forms.CharField(
        label=_("Worker"), max_length=120, help_text=_("The beginning of the first or of the last name.")
    )
