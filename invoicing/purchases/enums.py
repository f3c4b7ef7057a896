"""Closed lists of purchases."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PurchaseKind(TextChoices):
    """What the supplier sent."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class Origin(TextChoices):
    """How it reached us."""

    NETWORK = "network", _("electronic network")
    UPLOAD = "upload", _("uploaded file")
    COMMAND = "command", _("command line")
    TYPED = "typed", _("typed from paper")


class PurchaseState(TextChoices):
    """Life of a purchase. A credit note ends as booked, an invoice as paid."""

    UNASSIGNED = "unassigned", _("to assign")
    ASSIGNED = "assigned", _("to accept")
    APPROVAL = "approval", _("waiting for an adviser")
    TO_PAY = "to_pay", _("to pay")
    PAID = "paid", _("paid")
    BOOKED = "booked", _("booked")
    REFUSED = "refused", _("refused")


class AccountTrust(TextChoices):
    """What is known of an account that a supplier names. Changed: another one than before, which is how
    payments are diverted; nothing is paid there before a person has asked the supplier.
    """

    FIRST = "first", _("first account")
    CHANGED = "changed", _("changed")
    CONFIRMED = "confirmed", _("confirmed by a person")


class RuleCheck(TextChoices):
    """What the public rules say of a document: the UBL 2.1 schema and EN 16931. Looked at apart, in the
    queue of documents; what was typed from paper is not asked.
    """

    NONE = "", _("not asked")
    WAITING = "waiting", _("being checked")
    PASSED = "passed", _("keeps the rules")
    BROKEN = "broken", _("breaks the rules")
    OVERRIDDEN = "overridden", _("taken all the same")


class AnswerState(TextChoices):
    """Where our answer to a supplier stands."""

    PENDING = "pending", _("to send")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")
    DROPPED = "dropped", _("dropped")
