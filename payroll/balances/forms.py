"""What people type about a balance."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, KitForm


class WaitForm(KitForm):
    """Until when it is left, and why."""

    until = DateField(label=_("Until"))
    note = forms.CharField(
        label=_("Why?"), max_length=200, required=False, help_text=_("Expected back, pays in parts…")
    )


class WhyForm(KitForm):
    """Why it is given up, or not."""

    answer = forms.CharField(label=_("Why?"), max_length=200)
