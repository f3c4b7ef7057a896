"""Shapes of people for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.models import AuditEvent, PolicyRate
from members.enums import FamilyStatus, Language, NoteKind, Role, SpouseIncome
from members.models import AccessLog, AdviserNote, Person, RoleGrant
from members.types import MOST_NET, MOST_PEOPLE


class AdviserOutput(serializers.ModelSerializer[Person]):
    """Who accompanies a member."""

    name = serializers.CharField(source="__str__")

    class Meta:
        model = Person
        fields = ("id", "name", "email", "phone")


class PersonOutput(serializers.ModelSerializer[Person]):
    """A person as their adviser sees them; the national number never."""

    name = serializers.CharField(source="__str__")
    adviser = AdviserOutput(allow_null=True)
    office = serializers.CharField(source="office.name", default="")

    class Meta:
        model = Person
        fields = (
            "id", "name", "first_name", "last_name", "email", "phone", "language", "birth_date", "street",
            "postal_code", "city", "country", "joined_on", "adviser", "office",
        )  # fmt: skip


class FamilyOutput(serializers.Serializer[Any]):
    """The family situation of a day."""

    status = serializers.ChoiceField(choices=FamilyStatus.choices)
    children = serializers.IntegerField()
    single_parent = serializers.BooleanField()
    disabled_children = serializers.IntegerField(help_text="among the children; each counts as two")
    disabled = serializers.BooleanField(help_text="the person, by a recognised disability")
    spouse_disabled = serializers.BooleanField()
    aged_dependants = serializers.IntegerField(help_text="people in charge of 65 or more")
    other_dependants = serializers.IntegerField(help_text="who are neither children nor of 65 or more")
    spouse_income = serializers.ChoiceField(choices=SpouseIncome.choices)
    spouse_net = serializers.DecimalField(
        max_digits=8,
        decimal_places=2,
        allow_null=True,
        help_text="EUR net a month, of what `spouse_income` says",
    )
    valid_from = serializers.DateField(allow_null=True)


class MeOutput(serializers.Serializer[Any]):
    """Who I am in this cooperative."""

    person = PersonOutput()
    iban = serializers.CharField()
    national_number = serializers.CharField(help_text="masked")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    family = FamilyOutput()


class ContactInput(serializers.Serializer[Any]):
    """What a person may change about themselves."""

    first_name = serializers.CharField(max_length=60, required=False)
    last_name = serializers.CharField(max_length=60, required=False)
    email = serializers.EmailField(required=False)
    phone = serializers.CharField(max_length=30, allow_blank=True, required=False)
    language = serializers.ChoiceField(choices=Language.choices, required=False)
    street = serializers.CharField(max_length=80, required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    city = serializers.CharField(max_length=60, required=False)
    iban = serializers.CharField(max_length=42, allow_blank=True, required=False)


class JoinInput(serializers.Serializer[Any]):
    """What joining asks."""

    first_name = serializers.CharField(max_length=60)
    last_name = serializers.CharField(max_length=60)
    street = serializers.CharField(max_length=80)
    postal_code = serializers.CharField(max_length=10)
    city = serializers.CharField(max_length=60)
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")
    iban = serializers.CharField(max_length=42, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=Language.choices, default=Language.FR)
    birth_date = serializers.DateField(allow_null=True, default=None)
    national_number = serializers.CharField(max_length=20, allow_blank=True, default="")
    family_status = serializers.ChoiceField(choices=FamilyStatus.choices, default=FamilyStatus.SINGLE)
    children = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE, default=0)
    single_parent = serializers.BooleanField(default=False)


class PeopleInChargeInput(serializers.Serializer[Any]):
    """What few people have and the withholding tax counts."""

    disabled_children = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE, default=0, help_text="among the children; each counts as two"
    )
    disabled = serializers.BooleanField(default=False, help_text="the person, by a recognised disability")
    spouse_disabled = serializers.BooleanField(default=False)
    aged_dependants = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE, default=0, help_text="people in charge of 65 or more"
    )
    other_dependants = serializers.IntegerField(
        min_value=0,
        max_value=MOST_PEOPLE,
        default=0,
        help_text="who are neither children nor of 65 or more",
    )
    spouse_income = serializers.ChoiceField(
        choices=SpouseIncome.choices,
        default="",
        help_text="with `married_two_incomes`, and with `spouse_net`",
    )
    spouse_net = serializers.DecimalField(
        max_digits=8,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=MOST_NET,
        allow_null=True,
        default=None,
        help_text="EUR net a month, of what `spouse_income` says",
    )


class FamilyInput(PeopleInChargeInput):
    """A family situation from a day on, whole: what is left out is none."""

    valid_from = serializers.DateField()
    status = serializers.ChoiceField(choices=FamilyStatus.choices)
    children = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE, default=0)
    single_parent = serializers.BooleanField(default=False)


class AccessOutput(serializers.ModelSerializer[AccessLog]):
    """A read of personal data by staff."""

    class Meta:
        model = AccessLog
        fields = ("id", "at", "reader_label", "what", "purpose")


class NoteOutput(serializers.ModelSerializer[AdviserNote]):
    """A note about a member."""

    author = serializers.CharField(source="author.__str__")
    done = serializers.BooleanField(help_text="the follow-up was closed", default=False)

    class Meta:
        model = AdviserNote
        fields = ("id", "author", "kind", "text", "written_on", "follow_up_on", "closes", "done")


class NoteInput(serializers.Serializer[Any]):
    """A note to write; `closes` names the note whose follow-up it ends."""

    text = serializers.CharField(max_length=4000)
    kind = serializers.ChoiceField(choices=NoteKind.choices, default=NoteKind.NOTE)
    follow_up_on = serializers.DateField(allow_null=True, default=None)
    closes = serializers.UUIDField(allow_null=True, default=None)


class PurposeInput(serializers.Serializer[Any]):
    """Why personal data is read."""

    purpose = serializers.CharField(max_length=200)


class NumberOutput(serializers.Serializer[Any]):
    """A national number, revealed."""

    national_number = serializers.CharField()


class RoleOutput(serializers.ModelSerializer[RoleGrant]):
    """A role between two dates; `valid_to` is the first day without it."""

    person_name = serializers.CharField(source="person.__str__")

    class Meta:
        model = RoleGrant
        fields = (
            "id",
            "person",
            "person_name",
            "role",
            "valid_from",
            "valid_to",
            "granted_by",
            "granted_by_label",
        )


class RoleInput(serializers.Serializer[Any]):
    """A role to give."""

    person = serializers.UUIDField()
    role = serializers.ChoiceField(choices=Role.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, default=None)


class PolicyOutput(serializers.ModelSerializer[PolicyRate]):
    """A dated policy; `value` as it is kept (rates are fractions, as text)."""

    value = serializers.JSONField()

    class Meta:
        model = PolicyRate
        fields = ("id", "key", "valid_from", "valid_to", "value", "source", "status", "entered_at")


class PolicyInput(serializers.Serializer[Any]):
    """A policy's value from a day on, written as on the page: `7` for 7 %, JSON for a structure."""

    key = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=4000)
    valid_from = serializers.DateField()
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # a field named like Field.source


class AuditOutput(serializers.ModelSerializer[AuditEvent]):
    """Who did what."""

    data = serializers.JSONField()  # type: ignore[assignment]  # a field named like Serializer.data

    class Meta:
        model = AuditEvent
        fields = (
            "id",
            "at",
            "actor_kind",
            "actor_label",
            "person_id",
            "action",
            "subject_type",
            "subject_id",
            "data",
        )
