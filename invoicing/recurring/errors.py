"""Refusals of recurring invoices."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class TemplateNotFound(DomainError):
    """There is no such template, or it is not for this person."""

    code = "recurring_not_found"
    kind = "not_found"
    message = _("There is no such recurring invoice among yours.")


class TemplateEnded(DomainError):
    """It will write nothing any more."""

    code = "recurring_ended"
    kind = "conflict"
    message = _("This recurring invoice has ended: make a new one.")


class StaleTemplate(StaleVersion):
    """Somebody else changed it in between."""

    code = "stale_recurring"
    message = _("Somebody changed this recurring invoice while you were writing: reload it and try again.")


class RhythmInvalid(DomainError):
    """Every how many months or years, from when to when."""

    code = "rhythm_invalid"
    message = _("Say every how many months, quarters or years (1 to 24), and an end after the start.")


class PriceInThePast(DomainError):
    """What was invoiced stays."""

    code = "price_in_the_past"
    message = _("New prices hold from %(day)s at the earliest: the day of the next invoice that is not made.")


class PriceStartsTwice(DomainError):
    """Two prices from one day."""

    code = "price_starts_twice"
    kind = "conflict"
    message = _("There are new prices from %(day)s already: choose another day.")


class OccurrenceNotFailed(DomainError):
    """Only what failed is tried again."""

    code = "occurrence_not_failed"
    kind = "conflict"
    message = _("This invoice was made already, or left out.")
