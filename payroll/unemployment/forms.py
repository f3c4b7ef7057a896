"""What people type about days without work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from payroll.enums import UnemploymentReason


class RecordForm(KitForm):
    """Which days of a contract, and why."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days without work"), coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=UnemploymentReason.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, days: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(day.isoformat(), date_format(day, "l j F")) for day in days]
        self.fields["days"].choices = offered  # type: ignore[attr-defined]
