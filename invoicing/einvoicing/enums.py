"""Closed lists of sending."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """How a document goes to its client."""

    PEPPOL = "peppol", _("Peppol network")
    EMAIL = "email", _("e-mail")
    PAPER = "paper", _("on paper")


class SendingState(TextChoices):
    """Where a sending stands. `sent`: handed over, and for an e-mail or a letter the end; `delivered`: the
    receiver's side has it.
    """

    PENDING = "pending", _("to send")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("received")
    REJECTED = "rejected", _("rejected")
    NO_RECEIVER = "no_receiver", _("no such receiver")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("dropped")


UNDELIVERED = (SendingState.REJECTED, SendingState.NO_RECEIVER, SendingState.FAILED)
"""The document did not reach its client this way."""


class AnswerLevel(TextChoices):
    """Who speaks: the network about the envelope, the client about the document."""

    TRANSPORT = "transport", _("network")
    BUSINESS = "business", _("client")


class AnswerCode(TextChoices):
    """UNCL 4343, as Message Level Status and Invoice Response use it."""

    RECEIVED = "AB", _("received")
    ACCEPTED = "AP", _("accepted")
    IN_PROCESS = "IP", _("being processed")
    UNDER_QUERY = "UQ", _("has a question")
    CONDITIONALLY_ACCEPTED = "CA", _("accepted with conditions")
    REJECTED = "RE", _("rejected")
    PAID = "PD", _("paid")
