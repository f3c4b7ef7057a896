"""The form of a token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, KitForm
from core.programs.enums import ProgramKind
from core.programs.scopes import CLIENT_SCOPES, SCOPES, in_words
from core.programs.services import DEFAULT_DAYS, MOST_DAYS


class TokenForm(KitForm):
    """What it is for, what it may do, for how long."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=lambda: [(scope, in_words(scope)) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself."),
    )
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=MOST_DAYS, initial=DEFAULT_DAYS
    )


class ClientForm(KitForm):
    """What the program is called, what sort it is, what it may ask for, where people go back to."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("People read it when they are asked to allow it.")
    )
    kind = forms.ChoiceField(label=_("What sort of program"), choices=ProgramKind.choices, widget=Choices)
    scopes = forms.MultipleChoiceField(
        label=_("What it may ask for"),
        choices=lambda: [(scope, in_words(scope)) for scope in CLIENT_SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as it needs: people read this list too, and allow all of it or nothing."),
    )
    redirect_uris = forms.CharField(
        label=_("Return addresses"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://"}),
        help_text=_("One per line, exactly as the program sends them. A service has none."),
    )

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        return self.cleaned_data | {"redirect_uris": self.cleaned_data["redirect_uris"].split()}
