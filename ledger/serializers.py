"""Shapes of the books for REST: what is read apart from what is written. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import ZERO
from ledger.enums import Fund
from ledger.models import AuditExport, BooksCheck, JournalEntry, JournalLine, ManualEntry, Period, Seal
from ledger.types import Line


def money(**options: Any) -> serializers.DecimalField:
    """An amount in euro."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


class BalanceQuery(serializers.Serializer[None]):
    """Which balances: an entity by its code, some days, with or without internal accounts."""

    entity = serializers.CharField(max_length=4)
    since = serializers.DateField()
    until = serializers.DateField()
    statutory = serializers.BooleanField(default=False)


class BalanceOutput(serializers.Serializer[Any]):
    """An account over some days; debit is positive."""

    account = serializers.CharField()
    name = serializers.CharField()
    internal = serializers.BooleanField()
    opening = money()
    debit = money()
    credit = money()
    closing = money()


class DaysQuery(serializers.Serializer[None]):
    """Some days."""

    since = serializers.DateField()
    until = serializers.DateField()


class FundOutput(serializers.Serializer[Any]):
    """A fund in the books of an entity over some days; what it holds is positive."""

    fund = serializers.ChoiceField(choices=Fund.choices)
    entity = serializers.CharField(help_text="Name of the entity.")
    opening = money()
    received = money()
    spent = money()
    closing = money()


class JournalEntryOutput(serializers.ModelSerializer[JournalEntry]):
    """An entry; `number` is its legal number, null until it is sealed."""

    entity = serializers.CharField(source="entity.code")
    number = serializers.SerializerMethodField()

    class Meta:
        model = JournalEntry
        fields = (
            "id", "entity", "date", "journal", "number", "text", "source_type", "source_id", "kind",
            "reverses", "posted_at",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_number(self, entry: JournalEntry) -> str | None:
        """Legal number: journal, year, number."""
        sealed = getattr(entry, "sealed", None)
        return str(sealed) if sealed else None


class JournalLineOutput(serializers.ModelSerializer[JournalLine]):
    """A line of an entry."""

    class Meta:
        model = JournalLine
        fields = ("position", "account", "debit", "credit", "budget", "fund", "party")


class EntrySealOutput(serializers.Serializer[Any]):
    """The seal of an entry."""

    seal = serializers.IntegerField(source="seal.number")
    position = serializers.IntegerField()
    digest = serializers.CharField()
    signature = serializers.CharField(source="seal.signature")
    key_id = serializers.CharField(source="seal.key_id")
    sealed_at = serializers.DateTimeField(source="seal.sealed_at")


class OneEntryOutput(JournalEntryOutput):
    """An entry with its lines and its seal."""

    lines = JournalLineOutput(many=True)
    seal = serializers.SerializerMethodField()

    class Meta(JournalEntryOutput.Meta):
        fields = (*JournalEntryOutput.Meta.fields, "lines", "seal")  # type: ignore[assignment]

    @extend_schema_field(EntrySealOutput(allow_null=True))
    def get_seal(self, entry: JournalEntry) -> Any:
        """The seal, null until there is one."""
        sealed = getattr(entry, "sealed", None)
        return EntrySealOutput(sealed).data if sealed else None


class AccountLineOutput(serializers.ModelSerializer[JournalLine]):
    """A line of an account with its entry."""

    entry = JournalEntryOutput()

    class Meta:
        model = JournalLine
        fields = ("id", "entry", "position", "account", "debit", "credit", "budget", "fund", "party")


class PeriodOutput(serializers.ModelSerializer[Period]):
    """A closed month."""

    entity = serializers.CharField(source="entity.code")
    checklist = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = Period
        fields = ("id", "entity", "year", "month", "closed_at", "closed_by", "checklist")


class MonthQuery(serializers.Serializer[None]):
    """Which month of which entity."""

    entity = serializers.CharField(max_length=4)
    year = serializers.IntegerField(min_value=2000, max_value=2999)
    month = serializers.IntegerField(min_value=1, max_value=12)


class ClosingPointOutput(serializers.Serializer[Any]):
    """A point of the list before closing."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a name of the answer
    met = serializers.BooleanField()
    detail = serializers.CharField()
    explainable = serializers.BooleanField()


class ClosingInput(MonthQuery):
    """The month to close, with words for points that are not met and may be explained, by their key."""

    explanations = serializers.DictField(child=serializers.CharField(max_length=300), default=dict)


class ManualLineInput(serializers.Serializer[None]):
    """A line: an amount on one side; an Activity's budget or a fund for charges and income."""

    account = serializers.CharField(max_length=8)
    debit = money(min_value=ZERO, default=ZERO)
    credit = money(min_value=ZERO, default=ZERO)
    budget = serializers.UUIDField(required=False, allow_null=True, default=None)
    fund = serializers.ChoiceField(choices=Fund.choices, required=False, allow_null=True, default=None)
    party = serializers.UUIDField(required=False, allow_null=True, default=None)


class ManualEntryInput(serializers.Serializer[None]):
    """An entry by hand."""

    entity = serializers.CharField(max_length=4)
    date = serializers.DateField()
    text = serializers.CharField(max_length=140)
    reason = serializers.CharField(max_length=300)
    lines = ManualLineInput(many=True, min_length=2, max_length=200)  # type: ignore[call-arg]

    @property
    def written_lines(self) -> list[Line]:
        """The lines as the service wants them."""
        return [Line(**line) for line in self.validated_data["lines"]]


class ManualEntryOutput(serializers.ModelSerializer[ManualEntry]):
    """An entry by hand and what became of it."""

    entity = serializers.CharField(source="entity.code")
    lines = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))

    class Meta:
        model = ManualEntry
        fields = (
            "id", "entity", "date", "text", "reason", "lines", "reverses", "state", "created_at",
            "created_by", "decided_at", "decided_by", "refusal", "entry",
        )  # fmt: skip


class BecauseInput(serializers.Serializer[None]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class UndoInput(BecauseInput):
    """Why an entry is undone, and on which day."""

    date = serializers.DateField()


class SealOutput(serializers.ModelSerializer[Seal]):
    """A seal."""

    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = Seal
        fields = (
            "id", "number", "entity", "journal", "year", "first_number", "last_number", "content", "key_id",
            "signature", "previous", "sealed_at",
        )  # fmt: skip


class BooksCheckOutput(serializers.ModelSerializer[BooksCheck]):
    """What a check of the books found."""

    breaks = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))

    class Meta:
        model = BooksCheck
        fields = ("id", "at", "milliseconds", "entries", "unsealed", "ok", "breaks")


class AuditExportInput(serializers.Serializer[None]):
    """What to take along."""

    entity = serializers.CharField(max_length=4)
    since = serializers.DateField()
    until = serializers.DateField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The days are in their order."""
        if attrs["until"] < attrs["since"]:
            raise serializers.ValidationError({"until": "before since"})
        return attrs


class AuditExportOutput(serializers.ModelSerializer[AuditExport]):
    """An export that was asked for; its file is there once it is made."""

    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = AuditExport
        fields = ("id", "entity", "since", "until", "asked_at", "asked_by")
