"""Closed lists of balances that stay."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BalanceKind(TextChoices):
    """What somebody owes."""

    NET = "net", _("net pay below zero")
    HOLIDAY = "holiday", _("exit holiday paid too much")


class BalanceState(TextChoices):
    """Life of a balance. Over: later work, a payment or a write-off took it."""

    OPEN = "open", _("to be looked at")
    ASKED = "asked", _("asked back")
    WAITING = "waiting", _("waiting")
    PROPOSED = "proposed", _("to be written off")
    OVER = "over", _("over")


class BalanceActKind(TextChoices):
    """What was done about a balance."""

    ASKED = "asked", _("asked back")
    WAITED = "waited", _("left until a day")
    PROPOSED = "proposed", _("proposed to write off")
    REFUSED = "refused", _("not written off")
    WRITTEN_OFF = "written_off", _("written off")
    REPAID = "repaid", _("paid back")


LIFTS = (BalanceActKind.WRITTEN_OFF, BalanceActKind.REPAID)
"""Acts that take of a balance, with their entry."""
