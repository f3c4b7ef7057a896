"""What is asked when a return is made."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from payroll.returns.enums import PublicReturnKind

PERIODIC_CHOICES = [(kind.value, kind.label) for kind in PublicReturnKind if kind != PublicReturnKind.END]


class BuildForm(KitForm):
    """Which return of which period."""

    kind = forms.ChoiceField(label=_("Return"), choices=PERIODIC_CHOICES)
    entity = forms.CharField(label=_("Entity"), max_length=4)
    period = forms.CharField(label=_("Period"), max_length=10)
