"""What was sent to whom, how, and what was answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import TenantModel
from invoicing.einvoicing.enums import AnswerCode, AnswerLevel, Channel, SendingState
from invoicing.models import ClientMessage, IssuedDocument


class Delivery(TenantModel):
    """One sending of a document by one channel. A document has one after the other, counted by `round`.

    Peppol: carried to the network, leased and fenced by `attempt`; `network_key` is the network's name of it,
    `failures` counts times when the way was closed; `next_attempt_at` is when to try or to ask again, null
    when there is nothing more to hear. `response` is the client's last word. E-mail: `letter`. `follows` is
    the sending that did not arrive and that this one replaces. `handled`: nobody has to look at it. `reason`
    and `reason_code` say why it did not arrive, as the network, the client or the rules say it.
    """

    document = TenantForeignKey(IssuedDocument, db_index=False)
    round = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=12, choices=SendingState.choices, default=SendingState.PENDING)
    receiver = models.CharField(max_length=254, blank=True)
    network_key = models.CharField(max_length=100, blank=True)
    letter = TenantForeignKey(ClientMessage, null=True)
    follows = TenantForeignKey("self", null=True, db_index=False)
    reason_code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    response = models.CharField(max_length=2, choices=AnswerCode.choices, blank=True)
    handled = models.BooleanField(default=False)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    requested_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    settled_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "document", "round"], name="einvoicing_delivery_round"),
            models.UniqueConstraint(
                fields=["tenant", "follows"],
                condition=Q(follows__isnull=False),
                name="einvoicing_delivery_follows",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="einvoicing_delivery_due",
            ),
            models.Index(
                fields=["tenant", "id"],
                condition=Q(handled=False, state__in=("rejected", "no_receiver", "failed"))
                | Q(handled=False, channel="paper", state="pending"),
                name="einvoicing_delivery_open",
            ),
            models.Index(
                fields=["tenant", "id"],
                condition=Q(channel="email", handled=False, state__in=("pending", "failed")),
                name="einvoicing_delivery_mails",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class DeliveryAnswer(TenantModel):
    """What the network or the client said about a sending, in the order in which it was said. Append-only."""

    append_only = True

    delivery = TenantForeignKey(Delivery, related_name="answers", db_index=False)
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10, choices=AnswerLevel.choices)
    code = models.CharField(max_length=2, choices=AnswerCode.choices)
    reason_code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300, blank=True)
    said_at = models.DateTimeField()
    heard_on = models.DateField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "delivery", "position"], name="einvoicing_answer_once"),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.code}"
