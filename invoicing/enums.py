"""Closed lists from the client to the cash."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.kit.formats import number


class ClientKind(TextChoices):
    """Which law of late payment holds, and whether a VAT number can exist."""

    BUSINESS = "business", _("firm or association")
    CONSUMER = "consumer", _("private person")
    PUBLIC_BODY = "public_body", _("public body")


class InvoiceState(TextChoices):
    """Life of an invoice. A dispute stands beside it (`Invoice.disputed_on`)."""

    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    PARTLY_PAID = "partly_paid", _("partly paid")
    PAID = "paid", pgettext_lazy("invoice", "paid")
    CREDITED = "credited", _("credited")


class InvoiceKind(TextChoices):
    """What an invoice is for."""

    INVOICE = "invoice", _("invoice")
    ADVANCE = "advance", _("advance invoice")
    FINAL = "final", _("final statement")


OPEN_STATES = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
"""Something is still to be paid."""


class Unit(TextChoices):
    """How a line is counted."""

    DAY = "day", _("day")
    HOUR = "hour", _("hour")
    PIECE = "piece", _("piece")
    FLAT = "flat", _("flat rate")

    def of(self, quantity: Decimal) -> str:
        """So many of it, in the reader's words: `3 days`, `1,5 hour`; a flat rate of one needs no words."""
        whole = int(abs(quantity))
        words = {
            Unit.DAY: ngettext("%(n)s day", "%(n)s days", whole),
            Unit.HOUR: ngettext("%(n)s hour", "%(n)s hours", whole),
            Unit.PIECE: ngettext("%(n)s piece", "%(n)s pieces", whole),
            Unit.FLAT: "%(n)s",
        }
        return words[self] % {"n": number(quantity)}


class DocumentKind(TextChoices):
    """What was issued."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class MessageKind(TextChoices):
    """Why a client is written to."""

    INVOICE = "invoice", _("invoice")
    REMINDER = "reminder", _("reminder")
    QUOTE = "quote", _("quote")
    TIME_SHEET = "time_sheet", _("time sheet")


class MessageState(TextChoices):
    """Whether a message left."""

    PENDING = "pending", _("to send")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    DROPPED = "dropped", _("dropped")
    NO_ADDRESS = "no_address", _("no e-mail address")
