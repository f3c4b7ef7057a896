"""Closed lists of deductions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SeizureKind(TextChoices):
    """What obliges the employer to pay somebody else. Alimony knows no limit and goes before the others."""

    ALIMONY = "alimony", _("alimony")
    SEIZURE = "seizure", _("seizure")
    CESSION = "cession", _("assignment of wages")


LIMITED = (SeizureKind.SEIZURE, SeizureKind.CESSION)
"""Kinds that take only of the seizable part of a month."""


class SeizureState(TextChoices):
    """Life of a seizure. While it waits for a second person the worker's pay waits too."""

    ENTERED = "entered", _("waits for a second person")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    PAID_OFF = "paid_off", _("paid off")
    LIFTED = "lifted", _("lifted")


class AdvanceState(TextChoices):
    """Life of an advance on wages."""

    ASKED = "asked", _("waits for an answer")
    AGREED = "agreed", _("agreed, kept from pay")
    RECOVERED = "recovered", _("wholly given back")
    WRITTEN_OFF = "written_off", _("written off")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
