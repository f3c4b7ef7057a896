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


class HoursWithClient(DomainError):
    """The client looks at them."""

    code = "hours_with_client"
    kind = "conflict"
    message = _("The client is looking at these hours: take the time sheet back first.")


class HoursApproved(DomainError):
    """What was approved stands."""

    code = "hours_approved"
    kind = "conflict"
    message = _("The client approved these hours: they can no longer be changed.")


class SheetNotFound(DomainError):
    """There is no such sheet, or it is not for this person."""

    code = "time_sheet_not_found"
    kind = "not_found"
    message = _("There is no such time sheet among yours.")


class SheetAnswered(DomainError):
    """It has its answer."""

    code = "time_sheet_answered"
    kind = "conflict"
    message = _("This time sheet was answered already: %(state)s.")


class ApprovalMissing(DomainError):
    """An approval says who approves."""

    code = "approval_missing"
    message = _("Give your name and e-mail address, and tick the box to approve.")


class ReasonMissing(DomainError):
    """A refusal says what is wrong."""

    code = "time_sheet_reason_missing"
    message = _("Say what is not right, so that it can be put right.")
