"""What finance fills in."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, SearchSelect, parse_money
from core.identifiers import InvalidIdentifier, normalise_iban
from core.uploads import LARGEST
from ledger.models import Account
from ledger.treasury import selectors
from ledger.treasury.enums import MatchedBy
from ledger.treasury.errors import PartsDiffer
from ledger.treasury.matching import Claim, Claims, with_amounts
from ledger.treasury.models import BankTransaction
from ledger.treasury.services import account_claim
from ledger.treasury.services.identifying import OWN_COSTS
from ledger.treasury.services.lines import BANK, UNIDENTIFIED
from ledger.types import KEPT_APART


class FilesDrop(FileDrop):
    """Several files at once."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None, accept: str = "", hint: Any = "") -> None:
        super().__init__({"multiple": True, **(attrs or {})}, accept, hint)


class FilesField(forms.FileField):
    """One file or several; the value is a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them, not larger than any upload may be."""
        uploads = data if isinstance(data, list | tuple) else [data]
        found: list[UploadedFile[bytes]] = [super(FilesField, self).clean(item, initial) for item in uploads]
        for upload in found:
            if upload.size is None or upload.size > LARGEST:
                raise ValidationError(_("The file is too large to be a statement."))
        return found


class StatementForm(KitForm):
    """Files of the bank, and how strictly they are taken."""

    file = FilesField(
        label=_("Files of the bank"),
        help_text=_("CODA or CAMT.053, as the bank sends them; the same file may be sent twice."),
        widget=FilesDrop(hint="CODA · CAMT.053"),
    )
    keep_early = forms.BooleanField(
        label=_("Keep a statement that comes before a missing one, and enter it when that one arrives"),
        required=False,
        initial=True,
    )
    tolerant = forms.BooleanField(label=_("Take the file although something in it is wrong"), required=False)
    reason = forms.CharField(
        label=_("Why it is taken"),
        max_length=300,
        required=False,
        help_text=_("Only for a file that was refused: kept with the statement and in the audit trail."),
    )

    def clean(self) -> dict[str, Any]:
        """Tolerance has a reason."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("tolerant") and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why this file is taken although something in it is wrong."))
        return data


class ReferenceForm(KitForm):
    """A reference that a person knows: an invoice number, a structured communication."""

    reference = forms.CharField(
        label=_("Reference"), max_length=60, help_text=_("An invoice number or a structured communication.")
    )


class AccountForm(KitForm):
    """Where a line goes that pays nothing we know."""

    account = forms.ChoiceField(label=_("Account"), widget=SearchSelect)
    text = forms.CharField(label=_("Text"), max_length=140)
    remember = forms.BooleanField(
        label=_("Do so with every line of this account holder from now on"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *self.choices()]

    @staticmethod
    def choices() -> list[tuple[str, str]]:
        """Accounts that a line may go to by hand, with their names."""
        accounts = Account.objects.filter(internal=False).filter(Q(code__lt="6") | Q(code__in=OWN_COSTS))
        return [(account.code, str(account)) for account in accounts.exclude(code__in=NOT_BY_HAND)]


_PART = re.compile(
    r"(?P<what>\S.*?)(?:\s+(?P<amount>-?(?:\d{1,3}(?:[ .\u202f\u00a0]\d{3})+|\d+)(?:[.,]\d{1,2})?))?"
)


class SplitForm(KitForm):
    """What a line pays together: one reference, number or account a line, each with its amount."""

    parts = forms.CharField(
        label=_("Parts"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One part a line: an invoice number, a communication or an account, then the amount. One of them "
            "may have no amount: it takes the rest. Example: PA-2026-000123 121,00"
        ),
    )

    def clean_parts(self) -> list[tuple[str, Decimal | None]]:
        """What and how much, in order."""
        found: list[tuple[str, Decimal | None]] = []
        for text in self.cleaned_data["parts"].splitlines():
            if not text.strip():
                continue
            match = _PART.fullmatch(text.strip())
            amount: Decimal | None = None
            what = text.strip()
            if match is not None and match["amount"] and ("," in match["amount"] or "." in match["amount"]):
                what = match["what"]
                try:
                    amount = parse_money(match["amount"])
                except ValueError as error:
                    raise ValidationError(_("Write an amount in euro, for example 1 234,56.")) from error
            found.append((what.strip(), amount))
        if len(found) < 2:
            raise ValidationError(_("Write two parts at least, one a line."))
        return found

    def claims(self, line: BankTransaction) -> Claims | None:
        """The parts as claims on the line; None after an error was added."""
        found: list[Claim] = []
        for what, amount in self.cleaned_data["parts"]:
            claim = self._claim(line, what)
            if claim is None:
                self.add_error("parts", _("Nothing of ours is called “%(what)s”.") % {"what": what})
                return None
            signed = amount if amount is None or line.amount > 0 else -abs(amount)
            found.append(replace(claim, amount=signed, matched_by=MatchedBy.HAND, confidence=100))
        try:
            return with_amounts(line.amount, found)
        except PartsDiffer as refusal:
            self.add_error("parts", refusal.detail)
            return None

    @staticmethod
    def _claim(line: BankTransaction, what: str) -> Claim | None:
        named = selectors.claims_by_reference(line, what)
        if named:
            return named[0]
        code = what.split()[0]
        known = dict(AccountForm.choices())
        return account_claim(code, what.removeprefix(code).strip() or known[code]) if code in known else None


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
