"""Refusals of quotes and orders."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class QuoteNotFound(DomainError):
    """There is no such quote, or it is not for this person."""

    code = "quote_not_found"
    kind = "not_found"
    message = _("There is no such quote among yours.")


class QuoteNotDraft(DomainError):
    """What was sent does not change."""

    code = "quote_not_draft"
    kind = "conflict"
    message = _("This quote was sent and can no longer change: write a new version of it.")


class StaleQuote(StaleVersion):
    """Somebody else changed the draft in between."""

    code = "stale_quote"
    message = _("Somebody changed this quote while you were writing: reload it and try again.")


class StaleOrder(StaleVersion):
    """Somebody else changed the order in between."""

    code = "stale_order"
    message = _("Somebody changed this order while you were writing: reload it and try again.")


class QuoteFileNotFound(DomainError):
    """There is no such file with a quote, or it is not for this person."""

    code = "quote_file_not_found"
    kind = "not_found"
    message = _("There is no such file with a quote of yours.")


class QuoteTitleMissing(DomainError):
    """A quote says what it is for."""

    code = "quote_title_missing"
    message = _("Say in a few words what the quote is for.")


class QuoteOver(DomainError):
    """Its last day lies behind, or before the day of sending."""

    code = "quote_over"
    message = _("The quote would be valid until %(day)s, which is over: choose a later day.")


class QuoteNotWaiting(DomainError):
    """The client was not asked, or has answered."""

    code = "quote_not_waiting"
    kind = "conflict"
    message = _("This quote does not wait for an answer: it is %(state)s.")


class QuoteExpired(DomainError):
    """Answered too late."""

    code = "quote_expired"
    kind = "conflict"
    message = _("This quote was valid until %(day)s and can no longer be accepted: ask for a new one.")


class QuoteReplaced(DomainError):
    """Another version stands."""

    code = "quote_replaced"
    kind = "conflict"
    message = _("This version of the quote was replaced: answer the latest one.")


class QuoteAnswered(DomainError):
    """Said once, said for good."""

    code = "quote_answered"
    kind = "conflict"
    message = _("This quote was answered already: it is %(state)s.")


class QuoteWithdrawn(DomainError):
    """The offer was taken back."""

    code = "quote_withdrawn"
    kind = "conflict"
    message = _("This quote was withdrawn: it can no longer be accepted.")


class ConsentMissing(DomainError):
    """An acceptance names who accepts and says so."""

    code = "consent_missing"
    message = _("Give your name and e-mail address, and tick that you accept.")


class QuoteNotSent(DomainError):
    """No version of it was sent."""

    code = "quote_not_sent"
    kind = "conflict"
    message = _("This quote was not sent yet.")


class QuoteNotAccepted(DomainError):
    """Only an accepted quote becomes an order."""

    code = "quote_not_accepted"
    kind = "conflict"
    message = _("Only an accepted quote becomes an order: this one is %(state)s.")


class OrderNotFound(DomainError):
    """There is no such order, or it is not for this person."""

    code = "order_not_found"
    kind = "not_found"
    message = _("There is no such order among yours.")


class OrderNotOpen(DomainError):
    """Nothing is left, or it was closed."""

    code = "order_not_open"
    kind = "conflict"
    message = _("Nothing is left to invoice on this order.")


class OrderExceeded(DomainError):
    """More than was ordered, without an agreed supplement."""

    code = "order_exceeded"
    kind = "conflict"
    message = _("Only %(left)s € are left to invoice on this order: note an agreed supplement first.")


class NothingChosen(DomainError):
    """A part of nothing is no part."""

    code = "nothing_chosen"
    message = _("Choose what to invoice: a percentage, or quantities of the lines.")


class PlannedDatesInvalid(DomainError):
    """The end lies before the start."""

    code = "planned_dates_invalid"
    message = _("The last planned day lies before the first one.")
