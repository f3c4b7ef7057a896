"""The form of a token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from core.programs.scopes import AREAS, DEEDS
from core.programs.services import DEFAULT_DAYS, MOST_DAYS


class TokenForm(KitForm):
    """What it is for, what it may do, for how long."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[
            (f"{area}:{deed}", f"{text}: {word}")
            for area, text in AREAS.items()
            for deed, word in DEEDS.items()
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS
    )
