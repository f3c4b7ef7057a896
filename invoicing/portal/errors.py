"""Refusals of the portal."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LinkSpent(DomainError):
    """The link was used, is too old, was revoked, or nobody at a client has this address any more."""

    code = "portal_link_spent"
    kind = "conflict"
    message = _("This link was used already or is too old: ask for a new one.")


class NoPortalAddress(DomainError):
    """Nobody can be written to."""

    code = "portal_no_address"
    message = _("This client has no such e-mail address: note it on the client or one of its contacts.")


class AddressesUnchecked(DomainError):
    """Several members work with the client, and nobody of the staff saw that its addresses are its own."""

    code = "portal_addresses_unchecked"
    kind = "conflict"
    message = _(
        "Several members work with this client: check that its addresses are its own before its area opens."
    )


class PeriodInvalid(DomainError):
    """A statement has a first and a last day."""

    code = "statement_period_invalid"
    message = _("Choose a first day and a last day that does not come before it, ten years apart at most.")


class GroupingMonthInvalid(DomainError):
    """Invoices of a month that is over were sent one by one."""

    code = "grouping_month_invalid"
    message = _("Choose this month or a later one: earlier invoices were sent one by one.")


class StatementNotFound(DomainError):
    """There is no such statement, or it is not for this reader."""

    code = "statement_not_found"
    kind = "not_found"
    message = _("There is no such statement among yours.")


class GroupedInvoiceNotFound(DomainError):
    """There is no such grouped invoice, or it is not for this reader."""

    code = "grouped_invoice_not_found"
    kind = "not_found"
    message = _("There is no such grouped invoice among yours.")
