"""What finance fills in about VAT returns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KitForm
from invoicing.vatreturns.intervat.port import Answer

OUTCOMES = (("accepted", _("accepted")), ("refused", _("refused")))


class PrepareForm(KitForm):
    """Freeze the figures; `explanation` where documents and books differ."""

    explanation = forms.CharField(
        label=_("Why documents and books differ"),
        help_text=_("Only where they do. The explanation is kept with the figures."),
        max_length=300,
        required=False,
    )


class SubmitForm(KitForm):
    """Send to the tax office."""

    ask_refund = forms.BooleanField(label=_("Ask for the refund of what the State owes"), required=False)


class AnswerForm(KitForm):
    """What the tax office said, where a person carried the file."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=OUTCOMES)
    reference = forms.CharField(label=_("Reference of the receipt"), max_length=60, required=False)
    reason = forms.CharField(label=_("Why it was refused"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == "refused" and not data.get("reason"):
            self.add_error("reason", _("Write what the tax office answered."))
        return data

    @property
    def answer(self) -> Answer:
        """The answer as the service takes it."""
        data = self.cleaned_data
        return Answer(data["outcome"] == "accepted", data["reference"], data["reason"])
