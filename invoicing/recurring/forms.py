"""Forms of recurring invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, KitForm, SearchSelect
from invoicing.models import Client
from invoicing.recurring.enums import Rhythm
from invoicing.recurring.models import RecurringInvoice
from invoicing.recurring.services.templates import LONGEST, Rule

PLACES = _("{month}, {year} and {period} in a text become those of each invoice, in the client's language.")


class TemplateForm(KitForm):
    """The head of a recurring invoice."""

    client = forms.ChoiceField(label=_("Client"), widget=SearchSelect)
    title = forms.CharField(label=_("What for?"), max_length=120)
    every = forms.IntegerField(label=_("Every"), min_value=1, max_value=LONGEST, initial=1)
    rhythm = forms.ChoiceField(label=_("Unit"), choices=Rhythm.choices, initial=Rhythm.MONTH, widget=Choices)
    first_on = DateField(label=_("First day"), help_text=_("The 31st takes the last day of shorter months."))
    ends_on = DateField(label=_("Last day"), required=False)
    most = forms.IntegerField(label=_("Number of invoices at most"), required=False, min_value=1)
    in_arrears = forms.BooleanField(label=_("For the period before the day of the invoice"), required=False)
    automatic = forms.BooleanField(
        label=_("Issue and send by itself"),
        required=False,
        help_text=_("Otherwise each invoice waits for you as a draft."),
    )
    buyer_reference = forms.CharField(label=_("Reference of the client"), max_length=60, required=False)
    note = forms.CharField(label=_("Note on the invoice"), max_length=300, required=False, help_text=PLACES)

    def __init__(
        self,
        *args: Any,
        clients: Sequence[Client],
        today: date,
        template: RecurringInvoice | None = None,
        **kwargs: Any,
    ) -> None:
        if template is not None:
            names = [name for name in self.base_fields if name != "client"]
            kwargs["initial"] = {name: getattr(template, name) for name in names} | {
                "client": str(template.client_id)
            }
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        field.choices = [("", "")] + [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined]
        if template is None:
            self.fields["first_on"].initial = today
        elif template.next_index:
            for name in ("every", "rhythm", "first_on"):
                self.fields[name].disabled = True

    @property
    def rule(self) -> Rule:
        """When invoices are made, as the (valid) form says."""
        names = ("rhythm", "first_on", "every", "ends_on", "most", "in_arrears", "automatic")
        return Rule(**{name: self.cleaned_data[name] for name in names})


class PriceForm(KitForm):
    """From when other lines hold."""

    valid_from = DateField(label=_("From"))
