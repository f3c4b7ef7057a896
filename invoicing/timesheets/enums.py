"""Closed lists of time sheets."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Grouping(TextChoices):
    """What a line of the invoice gathers."""

    DAY = "day", _("a line per day")
    TASK = "task", _("a line per task")
    ONE = "one", _("one line")


class SheetAnswerKind(TextChoices):
    """What became of a sheet that was put to its client."""

    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused by the client")
    WITHDRAWN = "withdrawn", _("taken back")
