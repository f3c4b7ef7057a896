"""Forms of sending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, KitForm

LONGEST = 300
"""Characters of a personal word."""


class SendForm(KitForm):
    """How to send a document, and a personal word for the e-mail."""

    channel = forms.ChoiceField(label=_("How"), widget=Choices())
    sentence = forms.CharField(
        label=_("A personal word"),
        max_length=LONGEST,
        required=False,
        help_text=_("Stands after the greeting of the e-mail; the rest is written for you."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, channels: list[tuple[str, Any]], **kwargs: Any) -> None:
        """`channels`: those that lead to the client, with what people read of each."""
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]
        if "email" not in dict(channels):
            del self.fields["sentence"]


class LostForm(KitForm):
    """Why a letter came back."""

    reason = forms.CharField(label=_("What came back?"), max_length=300)
