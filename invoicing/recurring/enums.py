"""Closed lists of recurring invoices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Rhythm(TextChoices):
    """The unit in which occurrences follow each other."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}
"""How many months a unit has."""


class TemplateState(TextChoices):
    """Life of a template."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class OccurrenceState(TextChoices):
    """What came of an occurrence."""

    DRAFTED = "drafted", _("draft to check")
    ISSUED = "issued", _("issued")
    FAILED = "failed", _("could not be made")
    SKIPPED = "skipped", _("left out")
