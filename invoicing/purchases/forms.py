"""What people fill in about purchases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.enums import ExpenseCategory
from activities.models import Activity
from core.forms import DateField, FileDrop, KitForm, MoneyField
from core.identifiers import InvalidIdentifier, normalise_iban
from core.money import ZERO
from invoicing.purchases.enums import PurchaseKind
from invoicing.vat_sources import PurchaseCase

CATEGORIES = [(value, label) for value, label in ExpenseCategory.choices if value != ExpenseCategory.MILEAGE]


class ManyFiles(FileDrop):
    """A drop for several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Every file that was sent under one name."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them, whole."""
        return [super(ManyFilesField, self).clean(one, initial) for one in data or [None]]


class UploadForm(KitForm):
    """Electronic invoices as files."""

    documents = ManyFilesField(
        label=_("Electronic invoices"),
        help_text=_("XML files (UBL or Peppol), as the supplier sent them. The same file may be sent twice."),
        widget=ManyFiles(attrs={"multiple": True}, accept=".xml,application/xml,text/xml", hint="XML"),
    )
    activity = forms.ChoiceField(label=_("For which Activity?"), required=False)

    def __init__(self, *args: Any, activities: Sequence[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["activity"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("As the document says")),
            *((str(row.pk), row.name) for row in activities),
        ]
        if not activities:
            del self.fields["activity"]

    def full_clean(self) -> None:
        """Take all files of the name, not the last one."""
        if self.is_bound and hasattr(self.files, "getlist"):
            self.files = {"documents": self.files.getlist("documents")}  # type: ignore[assignment]
        super().full_clean()


class PaperForm(KitForm):
    """An invoice on paper or PDF, copied by hand."""

    supplier_name = forms.CharField(label=_("Supplier"), max_length=200)
    vat_number = forms.CharField(
        label=_("VAT number"), max_length=40, required=False, help_text=_("As on the invoice: BE…, FR…")
    )
    country = forms.CharField(label=_("Country"), max_length=2, min_length=2, initial="BE")
    kind = forms.ChoiceField(label=_("Kind"), choices=PurchaseKind.choices)
    number = forms.CharField(label=_("Number"), max_length=100)
    issued_on = DateField(label=_("Date"))
    due_on = DateField(label=_("To pay by"), required=False)
    total = MoneyField(label=_("Total with VAT"))
    vat = MoneyField(label=_("Of which VAT"), required=False, minimum="0")
    iban = forms.CharField(label=_("Account of the supplier (IBAN)"), max_length=42, required=False)
    reference = forms.CharField(label=_("Communication"), max_length=140, required=False)
    text = forms.CharField(label=_("In a few words"), max_length=140)
    receipt = forms.FileField(
        label=_("The document"),
        widget=FileDrop(
            accept="application/pdf,image/png,image/jpeg", hint=_("A photo or a PDF, 10 MB at most.")
        ),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issued_on"] = DateField(label=_("Date"), latest=today, initial=today)

    def clean_country(self) -> str:
        """Two capital letters."""
        return str(self.cleaned_data["country"]).upper()

    def clean_iban(self) -> str:
        """A number that holds, or none."""
        return _iban(self.cleaned_data["iban"]) if self.cleaned_data["iban"].strip() else ""

    def clean_vat(self) -> Decimal:
        """None is nothing."""
        return self.cleaned_data["vat"] or ZERO


class AcceptForm(KitForm):
    """What was bought; for a supplier abroad also how its VAT is treated. A split purchase says both."""

    category = forms.ChoiceField(label=_("What was bought?"), choices=CATEGORIES)
    case = forms.ChoiceField(label=_("VAT"), required=False)

    def __init__(self, *args: Any, cases: Sequence[str], in_parts: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(case, PurchaseCase(case).label) for case in cases]
        if len(cases) < 2 or in_parts:
            del self.fields["case"]
        if in_parts:
            del self.fields["category"]


class AssignForm(KitForm):
    """Whose it is."""

    activity = forms.UUIDField(label=_("Activity"))


class FindForm(KitForm):
    """Find the Activity that a purchase is for."""

    q = forms.CharField(
        label=_("Activity, or who runs it"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class AccountForm(KitForm):
    """Where the supplier is paid."""

    iban = forms.CharField(label=_("Account of the supplier (IBAN)"), max_length=42)

    def clean_iban(self) -> str:
        """A number that holds."""
        return _iban(self.cleaned_data["iban"])


class WhyForm(KitForm):
    """Words that somebody will read."""

    reason = forms.CharField(label=_("Why?"), max_length=300, widget=forms.Textarea({"rows": 2}))


class ConfirmForm(KitForm):
    """How finance knows that an account is the supplier's."""

    confirmation = forms.CharField(
        label=_("Whom did you ask, on which number?"),
        max_length=300,
        help_text=_("Call a number known from before, never one of the document."),
    )


def _iban(written: str) -> str:
    try:
        return normalise_iban(written)
    except InvalidIdentifier as error:
        raise ValidationError(_("This account number does not hold: check each digit.")) from error
