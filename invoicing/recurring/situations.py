"""A rhythm as people say it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from invoicing.recurring.enums import Rhythm
from invoicing.recurring.models import RecurringInvoice


def rhythm_of(template: RecurringInvoice) -> str:
    """“each month”, “every 2 quarters”."""
    once = {
        Rhythm.MONTH: _("each month"),
        Rhythm.QUARTER: _("each quarter"),
        Rhythm.YEAR: _("each year"),
    }
    often = {
        Rhythm.MONTH: _("every %(n)s months"),
        Rhythm.QUARTER: _("every %(n)s quarters"),
        Rhythm.YEAR: _("every %(n)s years"),
    }
    rhythm = Rhythm(template.rhythm)
    return once[rhythm] if template.every == 1 else often[rhythm] % {"n": template.every}
