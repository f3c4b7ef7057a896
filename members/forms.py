"""What people type about themselves and others: parse and show; rules stay with the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.forms import Choices, DateField, KitForm, MoneyField, SearchSelect
from members.enums import FamilyStatus, Language, NoteKind, Role, SpouseIncome
from members.models import Person
from members.policies import KINDS
from members.types import MOST_NET, MOST_PEOPLE

FIELD_OF_REFUSAL = {
    "iban_refused": "iban",
    "national_number_refused": "national_number",
    "national_number_taken": "national_number",
    "national_number_missing": "national_number",
    "family_situation_wrong": "status",
    "family_count_wrong": "children",
    "disabled_children_wrong": "disabled_children",
    "spouse_unknown": "status",
    "spouse_income_wrong": "spouse_income",
    "family_in_the_past": "valid_from",
    "policy_value_wrong": "value",
    "policy_in_the_past": "valid_from",
    "policy_starts_twice": "valid_from",
    "role_held_already": "role",
    "role_dates_wrong": "valid_from",
    "note_empty": "text",
    "purpose_missing": "purpose",
    "not_an_adviser": "adviser",
    "own_adviser": "adviser",
}
"""Where a refusal is shown when the form has that field; anywhere else it stands above the form."""


COUNTS = ("disabled_children", "aged_dependants", "other_dependants")
UNUSUAL = (*COUNTS, "disabled", "spouse_disabled", "spouse_income", "spouse_net")
"""Fields of a family situation that most people leave as they are."""

EMPTY = (None, "", "0", 0, False)
"""What such a field holds then."""


def show_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal on the field that it is about."""
    field = FIELD_OF_REFUSAL.get(refusal.code)
    form.add_error(field if field in form.fields else None, refusal.detail)


class AddressForm(KitForm):
    """Who a person is and where they live."""

    first_name = forms.CharField(
        label=_("First name"), max_length=60, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=60, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    street = forms.CharField(
        label=_("Street and number"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=10,
        widget=forms.TextInput({"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    city = forms.CharField(
        label=_("City"), max_length=60, widget=forms.TextInput({"autocomplete": "address-level2"})
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    iban = forms.CharField(
        label=_("Bank account (IBAN)"),
        max_length=42,
        required=False,
        help_text=_("Where your pay and your expenses arrive. You may add it later."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class ProfileForm(AddressForm):
    """What a person may change about themselves."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"}))
    field_order = (
        "first_name",
        "last_name",
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "iban",
        "language",
    )


class FamilyFields(KitForm):
    """Family situation, as the withholding tax asks for it."""

    status = forms.ChoiceField(
        label=_("Family situation"), choices=FamilyStatus.choices, widget=Choices, initial=FamilyStatus.SINGLE
    )
    children = forms.IntegerField(
        label=_("Children in charge"), min_value=0, max_value=MOST_PEOPLE, initial=0
    )
    single_parent = forms.BooleanField(label=_("I bring up my children alone"), required=False)


class PeopleInChargeFields(KitForm):
    """What few people have and the withholding tax counts: folded away where nothing of it is said."""

    disabled_children = forms.IntegerField(
        label=_("Children with a disability"),
        help_text=_("Among the children above: one whose disability is recognised counts as two."),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
    )
    aged_dependants = forms.IntegerField(
        label=_("People of 65 or more in charge"),
        help_text=_(
            "A parent, grandparent, brother or sister of that age who lives with you, in your charge."
        ),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
    )
    other_dependants = forms.IntegerField(
        label=_("Other people in charge"),
        help_text=_(
            "Whoever else lives with you, in your charge: neither a child, your partner nor counted above."
        ),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
    )
    disabled = forms.BooleanField(
        label=_("I have a disability"),
        help_text=_("Tick it when your disability is officially recognised."),
        required=False,
    )
    spouse_disabled = forms.BooleanField(
        label=_("My partner has a disability"),
        help_text=_("Tick it when the disability of your husband, wife or legal cohabitant is recognised."),
        required=False,
    )
    spouse_income = forms.ChoiceField(
        label=_("My partner’s own income"),
        help_text=_(
            "Of two incomes, a small one or a small pension lowers the tax; any other changes nothing."
        ),
        choices=SpouseIncome.choices,
        widget=Choices,
        required=False,
    )
    spouse_net = MoneyField(
        label=_("What my partner receives a month"),
        help_text=_(
            "The net amount, when you chose a small income or a pension: we compare it to the legal limits."
        ),
        minimum="0.00",
        maximum=MOST_NET,
        required=False,
    )

    @property
    def unusual(self) -> list[BoundField]:
        """The fields of what few people have."""
        return [self[name] for name in UNUSUAL]

    @property
    def is_unusual(self) -> bool:
        """Whether something stands in them, or is to be corrected."""
        return any(bound.errors or bound.value() not in EMPTY for bound in self.unusual)

    def clean(self) -> dict[str, Any]:
        """Nobody, where a number was left out."""
        data = super().clean() or self.cleaned_data
        return data | {name: data[name] or 0 for name in COUNTS if name in data}


class FamilyForm(FamilyFields, PeopleInChargeFields):
    """A family situation from a day on."""

    valid_from = DateField(
        label=_("From"),
        help_text=_("Pay computed from that day on uses it; what was paid before does not change."),
    )

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = DateField(
            label=FamilyForm.base_fields["valid_from"].label,
            help_text=FamilyForm.base_fields["valid_from"].help_text,
            earliest=earliest,
            initial=earliest,
        )


class NationalNumberForm(KitForm):
    """A national number, given once."""

    national_number = forms.CharField(
        label=_("National number"),
        max_length=20,
        help_text=_("11 digits, on the back of your identity card. We keep it encrypted."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
    )


class JoinForm(AddressForm, FamilyFields):
    """Become a member: one page."""

    national_number = forms.CharField(
        label=_("National number"),
        max_length=20,
        required=False,
        help_text=_(
            "11 digits, on the back of your identity card. Needed before your first contract; kept encrypted."
        ),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
    )
    birth_date = DateField(label=_("Date of birth"))
    field_order = (
        "first_name", "last_name", "national_number", "birth_date", "street", "postal_code", "city", "iban",
        "phone", "status", "children", "single_parent", "language",
    )  # fmt: skip

    def __init__(self, *args: Any, country: str, languages: list[str], **kwargs: Any) -> None:
        """The Belgian number says when somebody was born; elsewhere the date is asked instead."""
        super().__init__(*args, **kwargs)
        del self.fields["birth_date" if country == "BE" else "national_number"]
        spoken = [choice for choice in Language.choices if choice[0] in languages] or Language.choices
        self.fields["language"].choices = spoken  # type: ignore[attr-defined]  # a ChoiceField


class NoteForm(KitForm):
    """What was said, and when to come back to it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices)
    text = forms.CharField(label=_("What was said"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    follow_up_on = DateField(label=_("Come back to it on"), required=False)
    closes = forms.UUIDField(required=False, widget=forms.HiddenInput)


class RevealForm(KitForm):
    """Why a national number is read."""

    purpose = forms.CharField(
        label=_("Why do you need the number?"),
        max_length=200,
        help_text=_("The person sees who read it, when and why."),
    )


class AdviserForm(KitForm):
    """Who accompanies a member."""

    adviser = forms.ModelChoiceField(label=_("Adviser"), queryset=Person.objects.none(), widget=SearchSelect)
    backup = forms.ModelChoiceField(
        label=_("Back-up"), queryset=Person.objects.none(), required=False, widget=SearchSelect
    )

    def __init__(self, *args: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("adviser", "backup"):
            self.fields[name].queryset = advisers  # type: ignore[attr-defined]  # a ModelChoiceField


class RoleForm(KitForm):
    """A role between two dates."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    valid_from = DateField(label=_("From"))
    valid_to = DateField(
        label=_("Until (not included)"), required=False, help_text=_("Empty: until somebody ends it.")
    )

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = DateField(label=_("From"), earliest=earliest, initial=earliest)


class PolicyForm(KitForm):
    """Another value of a policy from a day on."""

    key = forms.ChoiceField(
        label=_("Policy"), choices=[(kind.key, kind.label) for kind in KINDS.values()], widget=SearchSelect
    )
    value = forms.CharField(label=_("New value"), max_length=4000)
    valid_from = DateField(label=_("From"))
    source = forms.CharField(
        label=_("Decided by"),
        max_length=200,
        help_text=_("The decision behind it, for example: board of 12 November 2026."),
    )

    def __init__(self, *args: Any, earliest: date, structured: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"] = DateField(label=_("From"), earliest=earliest, initial=earliest)
        if structured:
            self.fields["value"].widget = forms.Textarea({"rows": 4, "spellcheck": "false"})
