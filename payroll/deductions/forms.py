"""What people type about deductions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, MoneyField
from ledger.models import LegalEntity
from payroll.deductions.enums import SeizureKind
from payroll.deductions.types import Room

PAPER = "application/pdf,image/png,image/jpeg"


class CreditorForm(KitForm):
    """Who is paid."""

    creditor_name = forms.CharField(label=_("Creditor"), max_length=120)
    creditor_iban = forms.CharField(label=_("Account of the creditor"), max_length=42)


class SeizureForm(CreditorForm):
    """A notification, as it says it."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=SeizureKind.choices, initial=SeizureKind.SEIZURE)
    reference = forms.CharField(
        label=_("Communication"), max_length=140, help_text=_("Written on each payment to the creditor.")
    )
    total = MoneyField(label=_("Amount in all"), required=False, help_text=_("Empty: without an end."))
    per_month = MoneyField(
        label=_("Amount per month"), required=False, help_text=_("Empty: as much as the table allows.")
    )
    notified_on = DateField(label=_("Notified on"))
    rank = forms.IntegerField(
        label=_("Rank"), min_value=1, max_value=99, initial=1, help_text=_("1 is paid first.")
    )
    entity_id = forms.TypedChoiceField(label=_("Employer"), required=False, coerce=UUID, empty_value=None)
    children = forms.IntegerField(
        label=_("Dependent children"),
        min_value=0,
        max_value=20,
        initial=0,
        help_text=_("As the worker declared them for seizures."),
    )
    allowances = forms.BooleanField(
        label=_("The worker also has social allowances"), required=False, help_text=_("Another table holds.")
    )
    upload = forms.FileField(
        label=_("The notification"),
        required=False,
        widget=FileDrop(accept=PAPER, hint=_("A photo or a PDF, 10 MB at most.")),
    )
    field_order = (
        "kind", "creditor_name", "creditor_iban", "reference", "notified_on", "rank", "total", "per_month",
        "entity_id", "children", "allowances", "upload",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = LegalEntity.objects.order_by("code").values_list("pk", "name")
        self.fields["entity_id"].choices = [("", _("every employer")), *entities]  # type: ignore[attr-defined]


class AnswerForm(KitForm):
    """Why."""

    answer = forms.CharField(label=_("Why?"), max_length=200)


class AdvanceForm(KitForm):
    """How much of which pay."""

    amount = MoneyField(label=_("Amount"))
    entity_id = forms.TypedChoiceField(label=_("Of the pay of"), coerce=UUID)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("You need not give one.")
    )

    def __init__(self, *args: Any, rooms: Sequence[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(room.entity_id), room.entity_name) for room in rooms]
        self.fields["entity_id"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 2:
            del self.fields["entity_id"]
