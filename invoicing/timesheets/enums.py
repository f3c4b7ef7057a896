"""Closed lists of time sheets."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Grouping(TextChoices):
    """What a line of the invoice gathers."""

    DAY = "day", _("a line per day")
    TASK = "task", _("a line per task")
    ONE = "one", _("one line")
