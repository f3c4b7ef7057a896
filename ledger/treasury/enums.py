"""Closed lists of the treasury."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PayoutKind(TextChoices):
    """Why money leaves."""

    WAGE = "wage", _("net wage")
    EXPENSE = "expense", _("expense")
    REFUND = "refund", _("refund to a client")
    CONTRIBUTION = "contribution", _("contribution or tax")
    SUPPLIER = "supplier", _("supplier")
    SHARE_REFUND = "share_refund", _("share paid back")
    INTERNAL = "internal", _("transfer to another entity")


class AccountIs(TextChoices):
    """What is known of the account that a payment goes to. Changed: its payee was paid before, never on this
    one, which is how payments are diverted. Sorted by their values, the changed ones come first.
    """

    CHANGED = "changed", _("changed")
    KNOWN = "known", _("known")
    NEW = "new", _("first payment")


class PayoutState(TextChoices):
    """Life of a payout. A returned one stays as it was; its successor is held until the account is mended.
    Withdrawn: nothing is owed any more, before anything left.
    """

    OPEN = "open", _("to pay")
    HELD = "held", _("waiting for a right account")
    BATCHED = "batched", _("in a batch")
    RELEASED = "released", _("released")
    PAID = "paid", _("paid")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", _("withdrawn")


class BatchState(TextChoices):
    """Life of a batch: what the bank has executed is on a statement."""

    DRAFT = "draft", _("to release")
    RELEASED = "released", _("released")
    EXECUTED = "executed", _("executed")
    CANCELLED = "cancelled", _("cancelled")


class MatchState(TextChoices):
    """What is known of a statement line."""

    MATCHED = "matched", _("matched")
    UNIDENTIFIED = "unidentified", _("to identify")
    IDENTIFIED = "identified", _("identified by hand")


class StatementFormat(TextChoices):
    """What a statement came as."""

    CODA = "coda", "CODA"
    CAMT_02 = "camt.053.001.02", "CAMT.053 .02"
    CAMT_08 = "camt.053.001.08", "CAMT.053 .08"


class MatchedBy(TextChoices):
    """How a line was recognised, surest first."""

    OWN = "own", _("our own payment")
    COMMUNICATION = "communication", _("structured communication")
    REFERENCE = "reference", _("creditor reference (RF)")
    RETURN = "return", _("payment sent back")
    NUMBER = "number", _("number in the text")
    HISTORY = "history", _("amount and account known")
    AMOUNT = "amount", _("same amount")
    NAME = "name", _("same name")
    RULE = "rule", _("rule")
    HAND = "hand", _("by hand")
