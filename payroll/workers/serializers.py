"""Shapes of worker files for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.workers.enums import AccidentKind, ArtsLevel, AttestationKind, CoverKind
from payroll.workers.models import (
    Attestation,
    ElsewhereHours,
    HolidayCertificate,
    InsuranceCover,
    WorkAccident,
)


class AttestationOutput(serializers.ModelSerializer[Attestation]):
    """A paper about a worker."""

    person = serializers.UUIDField(source="person_id")
    has_file = serializers.SerializerMethodField()

    class Meta:
        model = Attestation
        fields = (
            *("id", "person", "kind", "level", "number", "valid_from", "valid_to", "has_file", "state"),
            *("decided_on", "answer"),
        )

    def get_has_file(self, row: Attestation) -> bool:
        """Whether a paper came along."""
        return row.file_id is not None


class AttestationInput(serializers.Serializer[Any]):
    """A paper to hand in; send as multipart when a file comes along."""

    kind = serializers.ChoiceField(choices=AttestationKind.choices)
    level = serializers.ChoiceField(choices=ArtsLevel.choices, required=False, default="", allow_blank=True)
    number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, default=None, allow_null=True)
    upload = serializers.FileField(required=False, default=None)


class AttestationAnswerInput(serializers.Serializer[Any]):
    """Why an attestation is not in order."""

    answer = serializers.CharField(max_length=200)


class ElsewhereHoursOutput(serializers.ModelSerializer[ElsewhereHours]):
    """A student's hours of a year with others."""

    class Meta:
        model = ElsewhereHours
        fields = ("id", "year", "hours", "noted_on")


class ElsewhereHoursInput(serializers.Serializer[Any]):
    """Hours of a year with other employers."""

    year = serializers.IntegerField(min_value=2020, max_value=2100)
    hours = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0)


class StudentYearOutput(serializers.Serializer[Any]):
    """The student hours of a year: the quota, with us, elsewhere, left."""

    year = serializers.IntegerField()
    quota = serializers.DecimalField(max_digits=6, decimal_places=2)
    here = serializers.DecimalField(max_digits=7, decimal_places=2)
    elsewhere = serializers.DecimalField(max_digits=6, decimal_places=2)
    left = serializers.DecimalField(max_digits=7, decimal_places=2)


class AccidentOutput(serializers.ModelSerializer[WorkAccident]):
    """An accident of a worker."""

    person = serializers.UUIDField(source="person_id")
    contract = serializers.UUIDField(source="contract_id", allow_null=True)
    entity = serializers.CharField(source="entity.code")
    declare_until = serializers.DateField(read_only=True)

    class Meta:
        model = WorkAccident
        fields = (
            *("id", "person", "contract", "entity", "kind", "state", "happened_on", "happened_at", "place"),
            *("text", "days_lost", "reported_on", "declare_until", "declared_on", "insurer_reference"),
            "closed_on",
        )


class AccidentInput(serializers.Serializer[Any]):
    """What happened; `person` is for payroll, whose own it is needs none."""

    person = serializers.UUIDField(required=False, default=None, allow_null=True)
    kind = serializers.ChoiceField(choices=AccidentKind.choices)
    happened_on = serializers.DateField()
    happened_at = serializers.TimeField(required=False, default=None, allow_null=True)
    place = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=1000)
    days_lost = serializers.IntegerField(min_value=0, max_value=3650, required=False, default=0)
    upload = serializers.FileField(required=False, default=None)


class DeclaredInput(serializers.Serializer[Any]):
    """What the insurer answered."""

    insurer_reference = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    days_lost = serializers.IntegerField(min_value=0, max_value=3650)


class ClosedInput(serializers.Serializer[Any]):
    """The lost days, finally."""

    days_lost = serializers.IntegerField(min_value=0, max_value=3650)


class AccidentRatesOutput(serializers.Serializer[Any]):
    """Rates of an entity in a year: frequency per million hours, severity in lost days per thousand hours."""

    entity = serializers.CharField(source="entity.code")
    year = serializers.IntegerField()
    hours = serializers.DecimalField(max_digits=12, decimal_places=2)
    accidents = serializers.IntegerField()
    with_days_lost = serializers.IntegerField()
    days_lost = serializers.IntegerField()
    frequency = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    severity = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)


class CoverOutput(serializers.ModelSerializer[InsuranceCover]):
    """An insurance of the house."""

    class Meta:
        model = InsuranceCover
        fields = (
            "id",
            "kind",
            "insurer",
            "policy_number",
            "text",
            "months_after",
            "valid_from",
            "valid_to",
        )


class CoverInput(serializers.Serializer[Any]):
    """An insurance of the house from a day on."""

    kind = serializers.ChoiceField(choices=CoverKind.choices)
    insurer = serializers.CharField(max_length=120)
    policy_number = serializers.CharField(max_length=40)
    valid_from = serializers.DateField()
    months_after = serializers.IntegerField(min_value=0, max_value=60, required=False, default=0)
    text = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class LastDayInput(serializers.Serializer[Any]):
    """The last day of an insurance."""

    last_day = serializers.DateField()


class CertificateOutput(serializers.ModelSerializer[HolidayCertificate]):
    """A holiday certificate with all that it says."""

    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = HolidayCertificate
        fields = ("id", "person", "entity", "year", "issued_on", "content")
