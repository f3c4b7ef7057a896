"""Closed lists of temporary unemployment."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnemploymentReason(TextChoices):
    """Why work that was agreed could not be given; each has its code in the quarterly declaration."""

    ECONOMIC = "economic", _("economic reasons")
    LACK_OF_WORK = "lack_of_work", _("lack of work (employees)")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    BAD_WEATHER = "bad_weather", _("bad weather")
    TECHNICAL = "technical", _("technical accident or another reason")
