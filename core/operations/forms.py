"""Forms of the operations pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import registry
from core.forms import KitForm


class DropForm(KitForm):
    """Why work is dropped."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Kept with your name. Give numbers, not names of people."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class KindForm(KitForm):
    """Which kind of work."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("all kinds")), *((rows.kind, rows.label) for rows in registry.dead_rows())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
