"""Shapes of what happens to contracts, for REST. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.contract_warnings import standing_warnings, warned
from payroll.enums import ContractType, EndedBy, EndReason
from payroll.models import (
    ContractAmendment,
    ContractBatch,
    ContractBatchRow,
    ContractTemplate,
    WithdrawnCorrection,
)
from payroll.serializers import ContractMonthOutput, ContractOutput, Hours, Money


class ContractWarningOutput(serializers.Serializer[Any]):
    """What the law says of a contract, in words, with the source of the rule."""

    code = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field named source


class AmendmentOutput(serializers.ModelSerializer[ContractAmendment]):
    """An amendment: what was, what is, why."""

    class Meta:
        model = ContractAmendment
        fields = ("number", "made_at", "made_by_label", "reason", "before", "after")


class WithdrawnCorrectionOutput(serializers.ModelSerializer[WithdrawnCorrection]):
    """A correction of a month that was taken back before its pay was computed; `id` is that it had."""

    id = serializers.UUIDField(source="part_id", read_only=True)

    class Meta:
        model = WithdrawnCorrection
        fields = (
            *("id", "month", "number", "hours", "gross", "budget", "reason", "made_by_label"),
            *("because", "withdrawn_by_label", "withdrawn_at"),
        )


class ContractDetail(ContractOutput):
    """A contract with its months, amendments and warnings; `today` comes in the context."""

    months = ContractMonthOutput(many=True)
    amendments = AmendmentOutput(many=True)
    withdrawn_corrections = WithdrawnCorrectionOutput(many=True)
    warned = serializers.SerializerMethodField()

    class Meta(ContractOutput.Meta):
        fields = (  # type: ignore[assignment]  # a longer tuple
            *ContractOutput.Meta.fields,
            *("months", "amendments", "withdrawn_corrections", "warned"),
        )

    def get_warned(self, contract: Any) -> list[dict[str, str]]:
        """The warnings in words: those of its submission and those that hold today."""
        codes = [*contract.warnings, *standing_warnings(contract, self.context["today"])]
        found: list[dict[str, str]] = ContractWarningOutput(warned(codes), many=True).data  # type: ignore[assignment]  # plain dicts
        return found


class OtherEndInput(serializers.Serializer[Any]):
    """Why a contract ends otherwise than planned, and who ends it."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    end_reason = serializers.ChoiceField(choices=EndReason.choices, required=False)
    ended_by = serializers.ChoiceField(choices=EndedBy.choices, required=False)


class ShortenInput(OtherEndInput):
    """What was worked; for a job with an invoice what is given back to the client."""

    last_day = serializers.DateField()
    hours = Hours()
    credit = Money(required=False, help_text="quick jobs: euro without VAT on a credit note")


class AmendInput(serializers.Serializer[Any]):
    """What changes, and why; `budget` in place of `gross` gives the largest gross that fits."""

    reason = serializers.CharField(max_length=200)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    day_starts = serializers.TimeField(required=False, allow_null=True)
    day_ends = serializers.TimeField(required=False, allow_null=True)
    hours = Hours(required=False)
    gross = Money(required=False)
    budget = Money(required=False)
    place = serializers.CharField(max_length=120, required=False)
    function_code = serializers.CharField(max_length=40, required=False)
    description = serializers.CharField(max_length=140, required=False)


class SignInput(serializers.Serializer[Any]):
    """Consent: `agreed`, and the digest of the paper that was read."""

    agreed = serializers.BooleanField()
    shown = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class ContractPaperOutput(serializers.Serializer[Any]):
    """What is signed, in the worker's language, and its digest."""

    language = serializers.CharField()
    title = serializers.CharField()
    employer = serializers.CharField()
    worker = serializers.CharField()
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    changes = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    reason = serializers.CharField()
    clauses = serializers.ListField(child=serializers.CharField())
    digest = serializers.CharField()


class CopyContractInput(serializers.Serializer[Any]):
    """On which first day; the next working days when left out."""

    starts_on = serializers.DateField(required=False)


class SplitOutput(serializers.Serializer[Any]):
    """The student's draft (none when no hour is left) and the employee's."""

    student = ContractOutput(allow_null=True)
    employee = ContractOutput()


class CorrectMonthInput(serializers.Serializer[Any]):
    """Hours and gross that are added to a settled month; below zero they are taken away."""

    hours = Hours()
    gross = Money()
    reason = serializers.CharField(max_length=200)


class WithdrawCorrectionInput(serializers.Serializer[Any]):
    """Why a correction is taken back."""

    reason = serializers.CharField(max_length=200)


class ContractTemplateOutput(serializers.ModelSerializer[ContractTemplate]):
    """A model of a contract."""

    terms = serializers.DictField()

    class Meta:
        model = ContractTemplate
        fields = ("id", "name", "days", "terms", "created_at")


class ContractTemplateInput(serializers.Serializer[Any]):
    """Which contract is kept, by which name."""

    contract = serializers.UUIDField()
    name = serializers.CharField(max_length=80)


class BatchTerms(serializers.Serializer[Any]):
    """Terms that a row has of its own."""

    hours = Hours(required=False)
    gross = Money(required=False)
    budget = Money(required=False)
    contract_type = serializers.ChoiceField(choices=ContractType.choices, required=False)
    function_code = serializers.CharField(max_length=40, required=False)


class BatchShared(BatchTerms):
    """Terms that everybody has: gross or budget, unless each row gives its own."""

    contract_type = serializers.ChoiceField(choices=ContractType.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    description = serializers.CharField(max_length=140, required=False, default="")
    place = serializers.CharField(max_length=120, required=False, default="")
    day_starts = serializers.TimeField(required=False)
    day_ends = serializers.TimeField(required=False)


class ContractBatchRowInput(BatchTerms):
    """One worker, and the terms that are their own."""

    person = serializers.UUIDField()


class ContractBatchInput(serializers.Serializer[Any]):
    """Contracts of several people. `key` names the batch: the same one again is the same batch."""

    activity = serializers.UUIDField()
    key = serializers.CharField(max_length=80, required=False, default="")
    shared = BatchShared()
    rows = ContractBatchRowInput(many=True)


class ContractBatchRowOutput(serializers.ModelSerializer[ContractBatchRow]):
    """What became of a row."""

    person = serializers.UUIDField(source="person_id")
    contract = serializers.UUIDField(source="contract_id", allow_null=True)

    class Meta:
        model = ContractBatchRow
        fields = ("position", "person", "state", "contract", "code", "detail")


class ContractBatchOutput(serializers.ModelSerializer[ContractBatch]):
    """A batch with its rows."""

    activity = serializers.UUIDField(source="activity_id")
    rows = ContractBatchRowOutput(many=True)

    class Meta:
        model = ContractBatch
        fields = ("id", "activity", "key", "created_at", "rows")


class RowSeenOutput(serializers.Serializer[Any]):
    """What a row would become."""

    person = serializers.UUIDField(source="person.pk")
    gross = Money()
    cost = Money()
    warnings = serializers.ListField(child=serializers.CharField())
    code = serializers.CharField()
    detail = serializers.CharField()
