"""What finance fills in about dues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, MoneyField
from core.uploads import LARGEST
from ledger.models import Account, LegalEntity
from ledger.treasury.dues.enums import TransferKind
from ledger.treasury.dues.errors import BodyStatementWrong
from ledger.treasury.dues.reading import ReadLine, read_lines
from ledger.treasury.dues.rules import creditors_of


def _creditors() -> list[tuple[str, str]]:
    countries = sorted(set(LegalEntity.objects.values_list("country", flat=True)))
    return list({row.key: row.name for country in countries for row in creditors_of(country)}.items())


class EntityField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An entity of the cooperative."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=LegalEntity.objects.none(), **options)


class DueForm(KitForm):
    """Pay what the notice says; zero withdraws."""

    amount = MoneyField(label=_("Amount to pay"), help_text=_("0.00 when the notice asks for nothing."))
    reason = forms.CharField(
        label=_("Why it differs from the books"),
        help_text=_("For example the number of the notice."),
        max_length=200,
        required=False,
    )
    reference = forms.CharField(
        label=_("Structured reference of this notice"),
        help_text=_("Empty: the reference of the creditor."),
        max_length=40,
        required=False,
    )


class _OfEntities(KitForm):
    """A form that names entities and a creditor."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, EntityField):
                field.queryset = LegalEntity.objects.order_by("code")
        creditor = self.fields.get("creditor")
        if isinstance(creditor, forms.ChoiceField):
            creditor.choices = _creditors()


class TermsForm(_OfEntities):
    """Where a creditor is paid."""

    entity = EntityField(label=_("Entity"))
    creditor = forms.ChoiceField(label=_("Creditor"))
    valid_from = DateField(label=_("From"))
    iban = forms.CharField(
        label=_("Account (IBAN)"),
        help_text=_("Empty: the account that the rules name, where they name one."),
        max_length=42,
        required=False,
    )
    reference = forms.CharField(label=_("Structured reference"), max_length=40, required=False)
    source = forms.CharField(
        label=_("Where it stands"), help_text=_("For example the notice and its date."), max_length=140
    )


class StatementForm(_OfEntities):
    """What a creditor says that is owed, with its lines typed or as a file."""

    entity = EntityField(label=_("Entity"))
    creditor = forms.ChoiceField(label=_("Creditor"))
    on = DateField(label=_("Date of the statement"))
    closing = MoneyField(label=_("Balance that they say is owed"), required=False, initial="0.00")
    lines = forms.CharField(
        label=_("Lines"),
        help_text=_("One per line: date;text;amount;reference. What they received has a minus."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=200_000,
    )
    file = forms.FileField(label=_("Or a CSV file"), required=False, widget=FileDrop(hint="CSV"))

    def clean(self) -> dict[str, Any]:
        """The lines of one of both."""
        data: dict[str, Any] = super().clean() or {}
        upload, text = data.get("file"), data.get("lines") or ""
        if upload is not None:
            if upload.size is None or upload.size > min(LARGEST, 2_000_000):
                self.add_error("file", _("The file is too large to be a statement."))
                return data
            content = upload.read()
            upload.seek(0)
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                text = content.decode("cp1252", errors="replace")
        try:
            self.read: list[ReadLine] = read_lines(text)
        except BodyStatementWrong as error:
            self.add_error("file" if upload is not None else "lines", str(error.detail))
        return data


class ExplainForm(KitForm):
    """Why a line differs."""

    explanation = forms.CharField(label=_("Explanation"), max_length=200)


class TransferForm(_OfEntities):
    """What passes between two entities."""

    kind = forms.ChoiceField(label=_("What passes"), choices=TransferKind.choices)
    giver = EntityField(label=_("Entity that is owed"))
    taker = EntityField(label=_("Entity that owes"))
    amount = MoneyField(label=_("Amount"))
    account = forms.ChoiceField(
        label=_("Account of the cost"), help_text=_("For a cost only."), required=False
    )
    on = DateField(label=_("Date"))
    reason = forms.CharField(label=_("Reason"), max_length=140)
    document = forms.FileField(label=_("Document"), required=False, widget=FileDrop(hint="PDF"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        costs = Account.objects.filter(code__startswith="6", internal=False).order_by("code")
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "—"), *((row.code, str(row)) for row in costs)]
