"""Closed lists of quotes and orders."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuoteState(TextChoices):
    """Life of a quote. A sent quote past its last day is expired, whether or not the task has said so yet."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("waits for the client")
    ACCEPTED = "accepted", pgettext_lazy("quote", "accepted")
    REFUSED = "refused", pgettext_lazy("quote", "refused")
    EXPIRED = "expired", pgettext_lazy("quote", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote", "withdrawn")
    ORDERED = "ordered", pgettext_lazy("quote", "ordered")
    INVOICED = "invoiced", pgettext_lazy("quote", "invoiced")


class AnswerKind(TextChoices):
    """What the client said."""

    ACCEPTED = "accepted", pgettext_lazy("quote", "accepted")
    REFUSED = "refused", pgettext_lazy("quote", "refused")


class AnswerDoor(TextChoices):
    """How the answer came."""

    LINK = "link", _("on the signed link")
    MEMBER = "member", _("noted by the member")


class OrderState(TextChoices):
    """Life of an order."""

    OPEN = "open", _("to invoice")
    INVOICED = "invoiced", _("invoiced")
    CLOSED = "closed", _("closed")


class PartKind(TextChoices):
    """How a part of an order was chosen."""

    ADVANCE = "advance", _("advance")
    SHARE = "share", _("percentage")
    LINES = "lines", _("quantities of lines")
    REST = "rest", _("all that is left")
