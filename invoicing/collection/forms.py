"""Forms of the desk: they parse and show; services decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, KitForm, MoneyField
from core.kit.formats import money
from invoicing.collection.enums import AgentKind, ContactKind, DisputeReason, DisputeState
from invoicing.collection.selectors import LateInvoice


class ReasonForm(KitForm):
    """Why: it stays in the file."""

    reason = forms.CharField(label=_("Why?"), max_length=300)


class DisputeForm(KitForm):
    """What the client contests, and when somebody looks at it again."""

    kind = forms.ChoiceField(
        label=_("About what"), choices=DisputeReason.choices, initial=DisputeReason.OTHER, required=False
    )
    reason = forms.CharField(label=_("What does the client contest?"), max_length=300)
    follow_up_on = DateField(label=_("Look at it again on"), required=False)

    def clean_kind(self) -> str:
        """Something else, when nothing is said."""
        return str(self.cleaned_data["kind"] or DisputeReason.OTHER)


class PassDisputeForm(KitForm):
    """Who goes on with a dispute."""

    to = forms.ChoiceField(
        label=_("Who goes on"),
        widget=Choices,
        choices=[
            (state.value, state.label)
            for state in (DisputeState.OPEN, DisputeState.WITH_MEMBER, DisputeState.WITH_LEGAL)
        ],
    )
    text = forms.CharField(label=_("Note"), max_length=300, required=False)
    follow_up_on = DateField(label=_("Look at it again on"), required=False)


class ResumeForm(KitForm):
    """How a dispute ends."""

    conceded = forms.ChoiceField(
        label=_("Who is right"),
        widget=Choices,
        choices=[
            ("no", _("the invoice stands: reminders go on")),
            ("yes", _("the client: a credit note follows")),
        ],
        initial="no",
        required=False,
    )
    answer = forms.CharField(label=_("Note"), max_length=300, required=False)


class CostsForm(KitForm):
    """Recovery costs beyond the 40 €."""

    amount = MoneyField(label=_("Amount"), minimum="0.01")
    text = forms.CharField(label=_("What for"), max_length=140)


class ContactForm(KitForm):
    """What was said, and what was promised."""

    kind = forms.ChoiceField(
        label=_("How"), widget=Choices, choices=ContactKind.choices, initial=ContactKind.PHONE
    )
    text = forms.CharField(label=_("What was said"), max_length=500, widget=forms.Textarea({"rows": 3}))
    promised_on = DateField(label=_("Promised to pay on"), required=False)
    promised = MoneyField(label=_("Promised amount"), required=False, minimum="0.01")
    pause = forms.BooleanField(label=_("No reminder until that day"), required=False)


class _InvoicesForm(KitForm):
    """A form about some late invoices of a client."""

    invoices = forms.MultipleChoiceField(label=_("Invoices"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, rows: Sequence[LateInvoice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoices"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(row.invoice.pk), f"{row.invoice.number} · {money(row.owed)}") for row in rows]
        field.initial = [str(row.invoice.pk) for row in rows]

    @property
    def chosen(self) -> list[UUID]:
        """Keys of what was ticked."""
        return [UUID(key) for key in self.cleaned_data["invoices"]]


class PauseForm(_InvoicesForm):
    """No reminder until a day."""

    until = DateField(label=_("No reminder until"))
    reason = forms.CharField(label=_("Why?"), max_length=300)


class PlanForm(_InvoicesForm):
    """Equal instalments, month after month; the last one takes the cents."""

    count = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=36, initial=3)
    first_on = DateField(label=_("First instalment on"))
    interest_free = forms.BooleanField(
        label=_("Without interest if it is kept"), required=False, initial=True
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class HandOverForm(_InvoicesForm):
    """To whom, and what is claimed first."""

    kind = forms.ChoiceField(
        label=_("To"), widget=Choices, choices=AgentKind.choices, initial=AgentKind.COLLECTOR
    )
    agent = forms.CharField(label=_("Name of the agent"), max_length=120)
    claim = forms.BooleanField(
        label=_("Claim first the interest and indemnity that the law allows"), required=False, initial=True
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class FeeForm(KitForm):
    """What the agent asks."""

    amount = MoneyField(label=_("Amount"), minimum="0.01")
    text = forms.CharField(label=_("What for"), max_length=140, required=False)
