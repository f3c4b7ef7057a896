"""What finance fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, SearchSelect
from core.identifiers import InvalidIdentifier, normalise_iban
from core.uploads import LARGEST
from ledger.models import Account
from ledger.treasury.services.lines import BANK, UNIDENTIFIED
from ledger.types import KEPT_APART


class StatementForm(KitForm):
    """A file of the bank."""

    file = forms.FileField(
        label=_("CODA file"),
        help_text=_("As the bank sends it; the same file may be sent twice."),
        widget=FileDrop(hint="CODA"),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Not larger than any upload may be."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if upload.size is None or upload.size > LARGEST:
            raise ValidationError(_("The file is too large to be a statement."))
        return upload


class ReferenceForm(KitForm):
    """A reference that a person knows: an invoice number, a structured communication."""

    reference = forms.CharField(
        label=_("Reference"), max_length=60, help_text=_("An invoice number or a structured communication.")
    )


class AccountForm(KitForm):
    """Where a line goes that pays nothing we know."""

    account = forms.ChoiceField(label=_("Account"), widget=SearchSelect)
    text = forms.CharField(label=_("Text"), max_length=140)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.filter(internal=False, code__lt="6").exclude(code__in=NOT_BY_HAND)
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((account.code, str(account)) for account in accounts)]


NOT_BY_HAND = KEPT_APART | {BANK, UNIDENTIFIED}
"""What goes to an account kept per person or document is named by its reference."""


class MendForm(KitForm):
    """The right account of somebody whose payment came back."""

    payee_name = forms.CharField(label=_("Name"), max_length=120)
    iban = forms.CharField(label=_("IBAN"), max_length=42)
    due_on = DateField(label=_("To pay on"))

    def clean_iban(self) -> str:
        """A number that holds."""
        try:
            return normalise_iban(self.cleaned_data["iban"])
        except InvalidIdentifier as error:
            raise ValidationError(_("This account number does not hold: check each digit.")) from error
