"""Forms of endpoints."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from core.webhooks.events import EVENTS


class EndpointForm(KitForm):
    """Where to, and which events."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("A public https address of the receiving program."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    description = forms.CharField(label=_("What it is for"), max_length=120, required=False)
    events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[("*", _("All events, also those to come")), *((e.type, e.text) for e in EVENTS)],
        widget=forms.CheckboxSelectMultiple,
    )

    def changes(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("url", "description", "events")}
