"""Forms of quotes and orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField, SearchSelect
from core.kit.formats import number
from invoicing.models import Client
from invoicing.quotes.enums import AnswerKind, PartKind


class PercentField(forms.DecimalField):
    """A percentage above zero, 100 at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=5,
            decimal_places=2,
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            localize=True,
            widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            **kwargs,
        )


class QuoteForm(KitForm):
    """The head of a quote."""

    client = forms.ChoiceField(label=_("Client"), widget=SearchSelect)
    title = forms.CharField(
        label=_("What for?"), max_length=120, help_text=_("In a few words: the client reads it first.")
    )
    valid_until = DateField(label=_("Valid until"))
    buyer_reference = forms.CharField(label=_("Reference of the client"), max_length=60, required=False)
    terms = forms.CharField(
        label=_("Terms"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What is included, what is not, when it is delivered…"),
    )
    advance_percent = PercentField(
        label=_("Advance in percent"),
        required=False,
        help_text=_("Once ordered, a draft of this part is made at once."),
    )
    remind = forms.BooleanField(
        label=_("Recall it once, gently, if the client does not answer"), required=False, initial=True
    )

    def __init__(self, *args: Any, clients: Sequence[Client], last_day: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        field.choices = [("", "")] + [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined]
        self.fields["valid_until"].initial = last_day


class AttachForm(KitForm):
    """A file that goes with a quote."""

    file = forms.FileField(
        label=_("File"),
        widget=FileDrop(accept=".pdf,.png,.jpg,.jpeg", hint=_("PDF, PNG or JPEG, 10 MB at most.")),
    )


class NoteAnswerForm(KitForm):
    """What the client said outside the link."""

    accepted = forms.ChoiceField(
        label=_("What did the client say?"),
        choices=[("yes", AnswerKind.ACCEPTED.label), ("no", AnswerKind.REFUSED.label)],
        initial="yes",
        widget=Choices,
    )
    name = forms.CharField(label=_("Who said it?"), max_length=120)
    how = forms.CharField(
        label=_("How?"),
        max_length=500,
        help_text=_("A signed paper, an order by mail, a telephone call… It is kept."),
    )
    order_reference = forms.CharField(label=_("Order number of the client"), max_length=60, required=False)


class OrderForm(KitForm):
    """When the work is planned, and the client's own number."""

    client_reference = forms.CharField(
        label=_("Order number of the client"),
        max_length=60,
        required=False,
        help_text=_("It stands on every invoice of this order."),
    )
    planned_from = DateField(label=_("First planned day"), required=False)
    planned_to = DateField(label=_("Last planned day"), required=False)


class SupplementForm(KitForm):
    """What the client agreed to pay beyond the order."""

    amount = MoneyField(label=_("Agreed supplement, without VAT"), minimum="0.01")
    reason = forms.CharField(label=_("What was agreed, with whom?"), max_length=300)


class PartForm(KitForm):
    """What to invoice of an order."""

    kind = forms.ChoiceField(
        label=_("What do you invoice?"),
        choices=[
            (PartKind.REST, _("all that is left")),
            (PartKind.SHARE, _("a percentage of the order")),
            (PartKind.LINES, _("quantities of the lines")),
        ],
        initial=PartKind.REST,
        widget=Choices,
    )
    percent = PercentField(label=_("Percentage of the order"), required=False)
    delivery_date = DateField(label=_("Last day of the work"))
    extra_text = forms.CharField(label=_("Supplement: what for"), max_length=300, required=False)
    extra_amount = MoneyField(label=_("Supplement, without VAT"), required=False, minimum="0.01")

    def __init__(
        self,
        *args: Any,
        lines: Sequence[tuple[int, str, Decimal]],
        today: date,
        room: Decimal,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = [place for place, _text, _left in lines]
        self.fields["delivery_date"].initial = today
        for place, text, left in lines:
            self.fields[f"quantity_{place}"] = forms.DecimalField(
                label=text,
                required=False,
                min_value=Decimal(0),
                max_value=left,
                decimal_places=3,
                localize=True,
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
                help_text=_("%(left)s left") % {"left": number(left)},
            )
        if not room:
            del self.fields["extra_text"], self.fields["extra_amount"]

    @property
    def quantities(self) -> dict[int, Decimal]:
        """Quantities by place of the line."""
        given = {place: self.cleaned_data.get(f"quantity_{place}") for place in self.places}
        return {place: amount for place, amount in given.items() if amount}
