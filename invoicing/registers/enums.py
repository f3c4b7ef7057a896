"""Closed lists of the registers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Register(TextChoices):
    """Who is asked."""

    VIES = "vies", _("VIES: VAT numbers of the Union")
    PEPPOL = "peppol", _("Peppol directory")


class CheckState(TextChoices):
    """Where a question stands."""

    WAITING = "waiting", _("being asked")
    ANSWERED = "answered", _("answered")
    FAILED = "failed", _("given up")


class Outcome(TextChoices):
    """What a register says of a number. Only the first two decide anything."""

    VALID = "valid", _("known")
    INVALID = "invalid", _("not known")
    UNAVAILABLE = "unavailable", _("the register does not answer")
    TIMEOUT = "timeout", _("no answer in time")


DECIDED = (Outcome.VALID, Outcome.INVALID)
