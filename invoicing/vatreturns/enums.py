"""Closed lists of VAT returns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Paper(TextChoices):
    """What is filed."""

    RETURN = "return", _("VAT return")
    INTRA = "intra", _("intra-Community listing")
    CLIENTS = "clients", _("yearly client listing")


class Rhythm(TextChoices):
    """How long a period is."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class ReturnState(TextChoices):
    """Life of a return. Refused, it is reopened and prepared anew; a listing ends accepted."""

    PREPARED = "prepared", _("prepared")
    APPROVED = "approved", _("approved")
    SUBMITTED = "submitted", _("submitted")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused by the tax office")
    PAID = "paid", pgettext_lazy("return", "paid")


DECLARED = (
    ReturnState.APPROVED,
    ReturnState.SUBMITTED,
    ReturnState.ACCEPTED,
    ReturnState.REFUSED,
    ReturnState.PAID,
)
"""States in which what a return holds is in no other one. A refused one holds it until it is reopened."""
