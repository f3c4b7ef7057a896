"""Refusals of time sheets."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, StaleVersion


class EntryNotFound(DomainError):
    """There are no such hours, or they are not for this person."""

    code = "hours_not_found"
    kind = "not_found"
    message = _("There are no such hours among yours.")


class HoursInvalid(DomainError):
    """More than nothing, a day at most."""

    code = "hours_invalid"
    message = _("Write between 0.01 and 24 hours a day, and a rate above zero.")


class HoursInvoiced(DomainError):
    """What was invoiced stands."""

    code = "hours_invoiced"
    kind = "conflict"
    message = _("These hours are invoiced: delete the draft or credit the invoice first.")


class NothingToInvoice(DomainError):
    """No hours wait for that client."""

    code = "no_hours_to_invoice"
    kind = "conflict"
    message = _("No hours wait to be invoiced to this client in that time.")


class StaleHours(StaleVersion):
    """Somebody else changed them in between."""

    code = "stale_hours"
    message = _("Somebody changed these hours while you were writing: reload them and try again.")


class OrderOfAnother(DomainError):
    """The order is of another Activity or client."""

    code = "order_of_another"
    message = _("This order is not one of that Activity for that client.")
