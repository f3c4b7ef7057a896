"""Forms of invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Choices, DateField, FileDrop, KitForm, MoneyField, SearchSelect
from core.kit.formats import money
from core.money import ZERO
from invoicing.content import plain
from invoicing.credits import GivenLine
from invoicing.enums import InvoiceKind, Unit
from invoicing.forms.fields import NumberField
from invoicing.models import Client
from invoicing.types import CreditLine, DraftTerms, LineInput
from invoicing.vat import VatCode


class InvoiceForm(KitForm):
    """The head of a draft."""

    client = forms.ChoiceField(label=_("Client"), widget=SearchSelect)
    delivery_date = DateField(label=_("Last day of the work"))
    buyer_reference = forms.CharField(
        label=_("Reference of the client"),
        max_length=60,
        required=False,
        help_text=_("Order number, for example."),
    )
    note = forms.CharField(label=_("Note on the invoice"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=_("Kind of invoice"),
        choices=[
            (InvoiceKind.INVOICE, _("for work that is done")),
            (InvoiceKind.ADVANCE, _("an advance, before the work")),
        ],
        initial=InvoiceKind.INVOICE,
        required=False,
        widget=Choices,
    )
    advances = forms.MultipleChoiceField(
        label=_("Advances to deduct"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All that is left of them is deducted, per VAT rate: VAT is asked once."),
    )
    discount_percent = NumberField(
        label=_("Discount on the whole, in %"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
    )
    discount_amount = MoneyField(label=_("or as an amount"), required=False, minimum="0")
    early_percent = NumberField(
        label=_("Early-payment discount, in %"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        help_text=_("VAT is lower from the start, whether the client takes it or not."),
    )
    early_days = forms.IntegerField(
        label=_("if paid within so many days"), required=False, min_value=0, max_value=120
    )
    show_employment = forms.BooleanField(
        label=_("Show on the document what becomes employment and social contributions"), required=False
    )

    def __init__(
        self,
        *args: Any,
        clients: Sequence[Client],
        today: date,
        advances: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        field.choices = [("", "")] + [(str(row.pk), row.name) for row in clients]  # type: ignore[attr-defined]
        self.fields["delivery_date"].initial = today
        self.fields["advances"].choices = list(advances)  # type: ignore[attr-defined]
        if not advances:
            del self.fields["advances"]

    @property
    def terms(self) -> DraftTerms:
        """What holds for the whole draft."""
        data = self.cleaned_data
        return DraftTerms(
            kind=data.get("kind") or InvoiceKind.INVOICE,
            discount_percent=data.get("discount_percent") or ZERO,
            discount_amount=data.get("discount_amount") or ZERO,
            early_percent=data.get("early_percent") or ZERO,
            early_days=data.get("early_days"),
            show_employment=bool(data.get("show_employment")),
        )

    @property
    def has_terms(self) -> bool:
        """Whether the folded part says something, so that it is shown open."""
        if self.is_bound:
            return any(self.data.get(name) or name in self.errors for name in _FOLDED)
        return any(self.initial.get(name) for name in _FOLDED)


_FOLDED = (
    "discount_percent",
    "discount_amount",
    "early_percent",
    "early_days",
    "show_employment",
    "advances",
)


class LineForm(KitForm):
    """One line; a line without description, quantity and price is no line."""

    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    quantity = NumberField(label=_("Quantity"), required=False, max_digits=10, decimal_places=3)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, initial=Unit.DAY)
    unit_price = NumberField(
        label=_("Price without VAT"),
        required=False,
        max_digits=14,
        decimal_places=4,
        min_value=Decimal(0),
        shown_decimals=2,
    )
    vat_code = forms.ChoiceField(label=_("VAT"), required=False)
    discount_percent = NumberField(
        label=_("Discount in %"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
    )
    discount_amount = MoneyField(label=_("or as an amount"), required=False, minimum="0")
    starts_on = DateField(label=_("From"), required=False)
    ends_on = DateField(label=_("Until"), required=False)

    def __init__(self, *args: Any, codes: Sequence[VatCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("automatic")), *((row.code, row.label) for row in codes)]
        self.fields["vat_code"].choices = choices  # type: ignore[attr-defined]

    @property
    def line(self) -> LineInput | None:
        """What the (valid) form says, or None when it says nothing."""
        data = self.cleaned_data
        if not data.get("description") and data.get("unit_price") is None:
            return None
        quantity: Decimal | None = data.get("quantity")
        return LineInput(
            data.get("description") or "",
            Decimal(1) if quantity is None else quantity,
            data.get("unit") or Unit.FLAT,
            data.get("unit_price") or Decimal(0),
            data.get("vat_code") or "",
            discount_percent=data.get("discount_percent") or ZERO,
            discount_amount=data.get("discount_amount") or ZERO,
            starts_on=data.get("starts_on"),
            ends_on=data.get("ends_on"),
        )

    @property
    def is_folded(self) -> bool:
        """Whether the fields that few lines need say nothing."""
        return not any(
            self[name].value() or self[name].errors
            for name in ("discount_percent", "discount_amount", "starts_on", "ends_on")
        )


class LineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of a draft."""

    def lines(self) -> list[LineInput]:
        """Lines that say something, of forms that are right."""
        return [form.line for form in self.forms if form.is_valid() and form.line is not None]


def line_formset(*args: Any, codes: Sequence[VatCode], extra: int = 3, **kwargs: Any) -> LineFormSet:
    """Forms for the lines, with `extra` empty ones when nothing was sent yet."""
    made: Any = forms.formset_factory(LineForm, formset=LineFormSet, extra=extra, max_num=50)
    found: LineFormSet = made(*args, prefix="line", form_kwargs={"codes": codes}, **kwargs)
    return found


class CreditForm(KitForm):
    """What is given back: everything that is left, lines, or amounts per VAT code."""

    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The client reads this on the credit note.")
    )
    how_much = forms.ChoiceField(
        label=_("How much?"),
        choices=[
            ("all", _("everything that is left")),
            ("lines", _("some lines")),
            ("part", _("an amount")),
        ],
        initial="all",
        widget=Choices,
    )

    def __init__(
        self,
        *args: Any,
        left: Mapping[str, Decimal],
        labels: Mapping[str, str],
        lines: Sequence[GivenLine] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        self.lines_left = list(lines)
        for line in self.lines_left:
            self.fields[f"quantity_{line.position}"] = NumberField(
                label=_("Quantity"),
                required=False,
                max_digits=10,
                decimal_places=3,
                help_text=_("At most %(amount)s") % {"amount": plain(line.quantity_left)},
            )
            self.fields[f"line_{line.position}"] = MoneyField(
                label=_("or an amount without VAT"),
                required=False,
                help_text=_("At most %(amount)s") % {"amount": money(line.left)},
            )
        for code, amount in left.items():
            self.fields[f"amount_{code}"] = MoneyField(
                label=_("Part at %(vat)s, without VAT") % {"vat": labels.get(code, code)},
                required=False,
                minimum="0",
                maximum=amount,
                help_text=_("At most %(amount)s") % {"amount": money(amount)},
            )

    @property
    def line_fields(self) -> list[tuple[GivenLine, Any, Any]]:
        """Each line with its two fields."""
        return [
            (line, self[f"quantity_{line.position}"], self[f"line_{line.position}"])
            for line in self.lines_left
        ]

    @property
    def amount_fields(self) -> list[Any]:
        """The fields of the VAT codes."""
        return [self[f"amount_{code}"] for code in self.left]

    @property
    def amounts(self) -> dict[str, Decimal] | None:
        """Amounts per code, or None where they do not say how much."""
        if self.cleaned_data["how_much"] != "part":
            return None
        given = {code: self.cleaned_data.get(f"amount_{code}") for code in self.left}
        return {code: amount for code, amount in given.items() if amount}

    @property
    def credit_lines(self) -> list[CreditLine] | None:
        """Lines to give back, or None where they do not say how much."""
        if self.cleaned_data["how_much"] != "lines":
            return None
        found = []
        for line in self.lines_left:
            quantity = self.cleaned_data.get(f"quantity_{line.position}")
            amount = self.cleaned_data.get(f"line_{line.position}")
            if quantity or amount:
                found.append(CreditLine(line.position, quantity or None, None if quantity else amount))
        return found

    def clean(self) -> dict[str, Any]:
        """A part names at least one amount, lines at least one quantity or amount."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("how_much") == "part" and not self.amounts:
            self.add_error(None, _("Enter the amount to give back."))
        if data.get("how_much") == "lines" and not self.credit_lines:
            self.add_error(None, _("Enter a quantity or an amount for at least one line."))
        return data


class AttachForm(KitForm):
    """A file that goes with an invoice."""

    file = forms.FileField(
        label=_("File"),
        widget=FileDrop(accept=".pdf,.png,.jpg,.jpeg", hint=_("PDF, PNG or JPEG.")),
    )


class WaterfallForm(KitForm):
    """An amount to look at."""

    amount = MoneyField(label=_("An amount without VAT"), required=False, minimum="0.01")
