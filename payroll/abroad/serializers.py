"""Shapes of work abroad for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.abroad.enums import ActivityKind
from payroll.abroad.models import A1Request, AbroadMission, MissionPart, MissionStep
from payroll.abroad.types import MissionTerms


class MissionDays(serializers.ModelSerializer[MissionPart]):
    """Days abroad without a break, both ends included."""

    class Meta:
        model = MissionPart
        fields = ("first_day", "last_day")


class StepOutput(serializers.ModelSerializer[MissionStep]):
    """What must be done for a mission, until when, and what proves that it was."""

    mission = serializers.UUIDField(source="mission_id")
    person = serializers.UUIDField(source="mission.person_id")
    country = serializers.CharField(source="mission.country", help_text="ISO 3166")
    rule = serializers.DictField(
        child=serializers.CharField(),
        help_text="why and where, as the dated table says: notice, where, url, exemptions, source, status",
    )
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = MissionStep
        fields = (
            *("id", "mission", "person", "country", "kind", "state", "due_on", "to_check", "rule", "number"),
            *("has_file", "note", "done_by_label", "done_on"),
        )

    def get_has_file(self, step: Any) -> bool:
        """Whether a paper proves it."""
        return step.file_id is not None


class MissionOutput(serializers.ModelSerializer[AbroadMission]):
    """The work of a contract in one country, and what must be done because of it."""

    contract = serializers.UUIDField(source="contract_id")
    person = serializers.UUIDField(source="person_id")
    parts: Any = MissionDays(many=True)
    steps: Any = StepOutput(many=True)
    article = serializers.IntegerField(help_text="of Regulation (EC) 883/2004: 12, or 13 in several states")

    class Meta:
        model = AbroadMission
        fields = (
            *("id", "contract", "person", "country", "starts_on", "ends_on", "parts", "place"),
            *("receiver_name", "receiver_vat", "activity_kind", "transport", "lodging", "multi_state"),
            *("other_states", "article", "state", "version", "declared_at", "declared_by_label", "steps"),
        )


class A1RequestOutput(serializers.ModelSerializer[A1Request]):
    """A request for a certificate and its answer."""

    mission = serializers.UUIDField(source="mission_id")

    class Meta:
        model = A1Request
        fields = (
            *("id", "mission", "reference", "state", "asked_on", "certificate_number", "valid_from"),
            *("valid_to", "code", "answer", "answered_at"),
        )


class DaysInput(serializers.Serializer[Any]):
    """Days abroad without a break."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()


class FormInput(serializers.Serializer[Any]):
    """The form. `stated`: the worker, or payroll with their paper, says that it is true."""

    parts = serializers.ListField(child=DaysInput(), allow_empty=False, max_length=31)
    place = serializers.CharField(max_length=200)
    receiver_name = serializers.CharField(max_length=120)
    receiver_vat = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    activity_kind = serializers.ChoiceField(choices=ActivityKind.choices)
    transport = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    lodging = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    multi_state = serializers.BooleanField(required=False, default=False)
    other_states = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    stated = serializers.BooleanField(required=False, default=False)

    def terms(self, country: str) -> MissionTerms:
        """The form as a value."""
        data = dict(self.validated_data)
        days = tuple((one["first_day"], one["last_day"]) for one in data.pop("parts"))
        data.pop("stated")
        data.pop("country", None)
        data.pop("version", None)
        return MissionTerms(country=country, parts=days, **data)


class MissionInput(FormInput):
    """The form of a contract for one country."""

    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="ISO 3166")


class MissionChangeInput(FormInput):
    """The form written anew; `version` is the one that was read."""

    version = serializers.IntegerField(min_value=0)


class StepDoneInput(serializers.Serializer[Any]):
    """What proves that a step is done: a number or a file."""

    number = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    upload = serializers.FileField(required=False)


class AbroadReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)
