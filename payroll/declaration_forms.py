"""What people type about declarations of work."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import FileDrop, KitForm


class DealtWithForm(KitForm):
    """What was done about a matter elsewhere."""

    note = forms.CharField(
        label=_("What you did"),
        max_length=300,
        help_text=_("Declared on the office's site on 3 November, for example."),
    )


class AnswersForm(KitForm):
    """A receipt or a file of answers."""

    file = forms.FileField(
        label=_("File of the office"), widget=FileDrop(accept=".xml", hint="XML, ACRF, NOTIFICATION")
    )
