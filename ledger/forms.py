"""What finance fills in, and over which days the books are read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FileDrop, KitForm, MoneyField, SearchSelect
from core.money import ZERO
from core.registry import ClosingPoint
from ledger.enums import Fund
from ledger.models import Account, Budget, LegalEntity
from ledger.selectors import default_entity
from ledger.types import NOT_BY_HAND, Line

VIEWS = (("all", _("with internal accounts")), ("statutory", _("statutory")))


def entity_field() -> forms.ModelChoiceField[LegalEntity]:
    """A legal entity by its code; `offer_entities` says which ones."""
    return forms.ModelChoiceField(
        queryset=LegalEntity.objects.none(), to_field_name="code", label=_("Entity")
    )


def offer_entities(form: forms.Form) -> None:
    """Offer the entities of the open cooperative."""
    form.fields["entity"].queryset = LegalEntity.objects.order_by("code")  # type: ignore[attr-defined]
    form.fields["entity"].initial = default_entity()


class DaysForm(KitForm):
    """Some days of the books."""

    since = DateField(label=_("From"))
    until = DateField(label=_("Up to"))

    def clean(self) -> dict[str, Any]:
        """The days are in their order."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("The last day lies before the first one."))
        return data


class BalanceForm(DaysForm):
    """Some days of an entity's books, with or without the accounts by which it trades with itself."""

    entity = entity_field()
    view = forms.ChoiceField(label=_("Accounts"), choices=VIEWS, required=False)

    field_order = ("entity", "since", "until", "view")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_entities(self)


class ExportForm(DaysForm):
    """What an auditor takes along."""

    entity = entity_field()

    field_order = ("entity", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_entities(self)


class ClosingForm(KitForm):
    """Words for the points that are not met and may be explained."""

    def __init__(self, *args: Any, points: Sequence[ClosingPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in points:
            if point.explainable and not point.met:
                self.fields[point.key] = forms.CharField(
                    label=point.label,
                    max_length=300,
                    help_text=_("Say why the month may be closed all the same."),
                )


class ManualHeadForm(KitForm):
    """The head of an entry by hand."""

    entity = entity_field()
    date = DateField(label=_("Date"))
    text = forms.CharField(label=_("Text"), max_length=140, help_text=_("What the journal shows."))
    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The second person reads this before deciding.")
    )
    receipt = forms.FileField(
        label=_("Supporting document"),
        required=False,
        widget=FileDrop(accept="application/pdf,image/png,image/jpeg", hint="PDF, PNG, JPEG"),
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_entities(self)
        self.fields["date"].initial = today


class ManualLineForm(KitForm):
    """A line; one without account and amounts is no line."""

    account = forms.ChoiceField(label=_("Account"), required=False, widget=SearchSelect)
    debit = MoneyField(label=_("Debits"), required=False, minimum="0")
    credit = MoneyField(label=_("Credits"), required=False, minimum="0")
    activity = forms.CharField(label=_("Activity"), required=False, max_length=120)
    fund = forms.ChoiceField(label=_("Fund"), required=False, choices=[("", "—"), *Fund.choices])

    def __init__(self, *args: Any, accounts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "—"), *accounts]  # type: ignore[attr-defined]

    @property
    def says_something(self) -> bool:
        """Whether any place of the line was filled in."""
        data = self.cleaned_data
        return bool(data.get("account") or data.get("debit") or data.get("credit"))

    def clean(self) -> dict[str, Any]:
        """An amount on one side, and an account."""
        data: dict[str, Any] = super().clean() or {}
        debit, credit = data.get("debit") or ZERO, data.get("credit") or ZERO
        if (debit or credit) and not data.get("account"):
            self.add_error("account", _("Choose the account of this line."))
        if data.get("account") and bool(debit) == bool(credit):
            self.add_error("debit", _("Write an amount, either as debit or as credit."))
        return data


class ManualLineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of an entry by hand."""

    def lines(self, entity: LegalEntity) -> list[Line]:
        """The lines of forms that are right; marks those whose Activity cannot be told."""
        return [
            Line(
                form.cleaned_data["account"],
                form.cleaned_data.get("debit") or ZERO,
                form.cleaned_data.get("credit") or ZERO,
                _budget_named(form, entity),
                form.cleaned_data.get("fund") or None,
            )
            for form in self.forms
            if form.is_valid() and form.says_something
        ]


def _budget_named(form: ManualLineForm, entity: LegalEntity) -> Any:
    name = form.cleaned_data.get("activity", "").strip()
    if not name:
        return None
    found = list(Budget.objects.filter(entity=entity, name=name).values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        text = _(
            "Several Activities of this entity have this name: ask for a correction by REST, with its key."
        )
    else:
        text = _("No Activity of this entity has exactly this name.")
    form.add_error("activity", ValidationError(text))
    return None


def accounts_by_hand() -> list[tuple[str, str]]:
    """Accounts that an entry by hand may move."""
    accounts = Account.objects.filter(internal=False).exclude(code__in=NOT_BY_HAND)
    return [(account.code, str(account)) for account in accounts]


def line_formset(*args: Any, extra: int = 4, **kwargs: Any) -> ManualLineFormSet:
    """Forms for the lines, with `extra` empty ones when nothing was sent yet."""
    made: Any = forms.formset_factory(ManualLineForm, formset=ManualLineFormSet, extra=extra, max_num=60)
    found: ManualLineFormSet = made(
        *args, prefix="line", form_kwargs={"accounts": accounts_by_hand()}, **kwargs
    )
    return found


class ReversalForm(KitForm):
    """Why an entry is undone, and on which day."""

    date = DateField(label=_("Date"))
    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The second person reads this before deciding.")
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = today


class RefusalForm(KitForm):
    """Why a proposal is refused."""

    reason = forms.CharField(label=_("Why not?"), max_length=300)
