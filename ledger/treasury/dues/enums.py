"""Closed lists of dues."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DueState(TextChoices):
    """Life of a due until its payment is asked for; from there its payout says where it stands.

    Withdrawn: nothing is owed for the period; what stands on the account goes to the next due.
    """

    TO_CHECK = "to_check", _("to check")
    AGREED = "agreed", _("agreed")
    REQUESTED = "requested", _("payment asked")
    WITHDRAWN = "withdrawn", _("nothing owed")


class BodyLineState(TextChoices):
    """What is known of a line of a body's statement. Raised: what they claim more is a due of its own."""

    MATCHED = "matched", _("agrees")
    OPEN = "open", _("to explain")
    EXPLAINED = "explained", _("explained")
    RAISED = "raised", _("made a due")


class TransferKind(TextChoices):
    """What passes between two entities. Settlement: whoever owes pays the account off."""

    COST = "cost", _("cost")
    MONEY = "money", _("money")
    SETTLEMENT = "settlement", _("settlement")


class TransferState(TextChoices):
    """Life of a transfer between entities."""

    PROPOSED = "proposed", _("waits for a second person")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
