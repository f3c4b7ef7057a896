"""Closed lists of the guarantee."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LimitState(TextChoices):
    """Life of a client's limit: above the policy's threshold a second person agrees first."""

    PROPOSED = "proposed", _("waits for a second person")
    IN_FORCE = "in_force", _("in force")
    REFUSED = "refused", _("refused")


class Standing(TextChoices):
    """What may be said of a client to whoever is about to work for it: no amount, no name."""

    ROOM = "room", _("guaranteed")
    NEAR = "near", _("nearly at its limit")
    REACHED = "reached", _("at its limit")
