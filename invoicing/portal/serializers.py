"""Shapes of what staff read and ask of a client's account."""

from __future__ import annotations

from rest_framework import serializers


class StatementMovementOutput(serializers.Serializer[object]):
    """An entry: `debit` raises what is owed, `credit` lowers it, in euro."""

    on = serializers.DateField()
    kind = serializers.CharField()
    text = serializers.CharField()
    debit = serializers.DecimalField(14, 2)
    credit = serializers.DecimalField(14, 2)
    balance = serializers.DecimalField(14, 2)


class StatementItemOutput(serializers.Serializer[object]):
    """Something open on the last day; `charge`: what was claimed on the invoice."""

    number = serializers.CharField()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    total = serializers.DecimalField(14, 2)
    open_amount = serializers.DecimalField(14, 2)
    charge = serializers.BooleanField()


class StatementAccountOutput(serializers.Serializer[object]):
    """The account with one entity: opening + movements = closing."""

    code = serializers.CharField()
    name = serializers.CharField()
    iban = serializers.CharField()
    opening = serializers.DecimalField(14, 2)
    movements = StatementMovementOutput(many=True)
    closing = serializers.DecimalField(14, 2)
    items = StatementItemOutput(many=True)


class PeriodInput(serializers.Serializer[object]):
    """From day to day; this year until today where they are left out."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class GroupedInvoiceOutput(serializers.Serializer[object]):
    """One document for the invoices of a month; `invoices`: their numbers."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    entity = serializers.CharField(source="entity.code")
    month = serializers.DateField()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    communication = serializers.CharField()
    total = serializers.DecimalField(14, 2)
    open_amount = serializers.DecimalField(14, 2)
    invoices = serializers.SerializerMethodField()

    def get_invoices(self, row: object) -> list[str]:
        """The numbers of its invoices."""
        return [one["number"] for one in row.content["invoices"]]  # type: ignore[attr-defined]


class GroupingInput(serializers.Serializer[object]):
    """From which month (any day of it) on the invoices are gathered; nothing: no more."""

    since = serializers.DateField(allow_null=True)


class GroupingOutput(serializers.Serializer[object]):
    """The first month that is gathered; nothing: none is."""

    since = serializers.DateField(allow_null=True)


class LinkInput(serializers.Serializer[object]):
    """To which address of the client; empty: its first one."""

    email = serializers.CharField(max_length=254, required=False, allow_blank=True, default="")


class LinkOutput(serializers.Serializer[object]):
    """To whom the link goes, and until when it opens the door."""

    recipient = serializers.CharField()
    expires_at = serializers.DateTimeField()


class RevokedOutput(serializers.Serializer[object]):
    """How many links and visits were ended."""

    ended = serializers.IntegerField()
