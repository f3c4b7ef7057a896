"""What people type about workers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm
from payroll.workers.enums import AccidentKind, ArtsLevel, AttestationKind, CoverKind

PAPER = "application/pdf,image/png,image/jpeg"


class AttestationForm(KitForm):
    """A paper and the days that it holds."""

    kind = forms.ChoiceField(label=_("What does it attest?"), choices=AttestationKind.choices)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[("", "—"), *ArtsLevel.choices],
        required=False,
        help_text=_("Only for the attestation of work in the arts."),
    )
    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    valid_from = DateField(label=_("Valid from"))
    valid_to = DateField(label=_("Valid until"), required=False, help_text=_("Empty: without an end."))
    upload = forms.FileField(
        label=_("The paper"),
        required=False,
        widget=FileDrop(accept=PAPER, hint=_("A photo or a PDF, 10 MB at most.")),
    )


class AnswerForm(KitForm):
    """Why an attestation is refused."""

    answer = forms.CharField(label=_("Why is it not in order?"), max_length=200)


class ElsewhereForm(KitForm):
    """A student's hours of a year with others."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    hours = forms.DecimalField(
        label=_("Hours with other employers"),
        min_value=0,
        max_digits=6,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput({"inputmode": "decimal"}),
        help_text=_("As your account at Student@work shows them, this cooperative left out."),
    )


class AccidentForm(KitForm):
    """What happened."""

    kind = forms.ChoiceField(label=_("Where did it happen?"), choices=AccidentKind.choices)
    happened_on = DateField(label=_("Day"))
    happened_at = forms.TimeField(
        label=_("Hour"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), max_length=120)
    text = forms.CharField(
        label=_("What happened, and who saw it?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
    days_lost = forms.IntegerField(
        label=_("Calendar days without work"), min_value=0, max_value=3650, initial=0
    )
    upload = forms.FileField(
        label=_("Medical certificate"),
        required=False,
        widget=FileDrop(accept=PAPER, hint=_("A photo or a PDF, 10 MB at most.")),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"] = DateField(label=_("Day"), latest=today, initial=today)


class DeclareForm(KitForm):
    """What the insurer answered."""

    insurer_reference = forms.CharField(label=_("Reference of the insurer"), max_length=40, required=False)
    days_lost = forms.IntegerField(label=_("Calendar days without work"), min_value=0, max_value=3650)


class CloseForm(KitForm):
    """The lost days, finally."""

    days_lost = forms.IntegerField(label=_("Calendar days without work"), min_value=0, max_value=3650)


class CoverForm(KitForm):
    """An insurance of the house."""

    kind = forms.ChoiceField(label=_("What does it cover?"), choices=CoverKind.choices)
    insurer = forms.CharField(label=_("Insurer"), max_length=120)
    policy_number = forms.CharField(label=_("Policy number"), max_length=40)
    valid_from = DateField(label=_("From"))
    months_after = forms.IntegerField(
        label=_("Months after the last contract"),
        min_value=0,
        max_value=60,
        initial=0,
        help_text=_("12: one year off contract is covered too."),
    )
    text = forms.CharField(label=_("What workers should know"), max_length=300, required=False)


class EndForm(KitForm):
    """The last day of an insurance."""

    last_day = DateField(label=_("Last day"))
