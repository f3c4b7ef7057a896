"""Shapes of sending at the REST doors."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoicing.einvoicing.enums import AnswerCode, AnswerLevel, Channel, SendingState
from invoicing.einvoicing.forms import LONGEST


class DeliveryAnswerOutput(serializers.Serializer[Any]):
    """What the network or the client said. `code`: UNCL 4343 (AB received, AP accepted, RE rejected…)."""

    position = serializers.IntegerField()
    level = serializers.ChoiceField(choices=AnswerLevel.choices)
    code = serializers.ChoiceField(choices=AnswerCode.choices)
    reason_code = serializers.CharField()
    text = serializers.CharField()
    said_at = serializers.DateTimeField()


class DocumentDeliveryOutput(serializers.Serializer[Any]):
    """One sending of a document. `receiver`: participant, e-mail or postal address; `network_key`: the
    network's name of it; `response`: the client's last word.
    """

    id = serializers.UUIDField()
    document = serializers.UUIDField(source="document_id")
    number = serializers.CharField(source="document.number")
    round = serializers.IntegerField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    state = serializers.ChoiceField(choices=SendingState.choices)
    receiver = serializers.CharField()
    network_key = serializers.CharField()
    reason_code = serializers.CharField()
    reason = serializers.CharField()
    response = serializers.CharField()
    requested_on = serializers.DateField()
    sent_at = serializers.DateTimeField(allow_null=True)
    answers = DeliveryAnswerOutput(many=True, source="answers.all")


class DeliverInput(serializers.Serializer[Any]):
    """How to send: without `channel` the policy of the day chooses; without `document`, the documents that
    were never sent (or the invoice once more).
    """

    channel = serializers.ChoiceField(choices=Channel.choices, required=False, default="")
    sentence = serializers.CharField(max_length=LONGEST, required=False, default="", allow_blank=True)
    document = serializers.UUIDField(required=False, allow_null=True, default=None)


class SendManyInput(serializers.Serializer[Any]):
    """Which invoices to send."""

    invoices = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


class SentOutput(serializers.Serializer[Any]):
    """What came of an invoice: without `code` it is on its way, else `detail` says why not."""

    invoice = serializers.UUIDField(source="invoice_id")
    code = serializers.CharField()
    detail = serializers.CharField()


class LostInput(serializers.Serializer[Any]):
    """What is known of its return."""

    reason = serializers.CharField(max_length=300)
