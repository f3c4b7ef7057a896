"""Refusals of the ledger."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BudgetExceeded(DomainError):
    """Nothing can be spent that is not there."""

    code = "budget_exceeded"
    kind = "conflict"
    message = _(
        "The budget has %(available)s € available, this needs %(needed)s €: invoice first, or ask for less."
    )


class UnbalancedEntry(DomainError):
    """Debits and credits differ, or a line is not a positive amount on one side."""

    code = "unbalanced_entry"
    message = _("The entry does not balance.")


class PeriodClosed(DomainError):
    """The month is closed in the entity's books."""

    code = "period_closed"
    kind = "conflict"
    message = _("The books of %(month)s are closed: use a later date.")


class UnknownLegalEntity(DomainError):
    """The cooperative has no such entity."""

    code = "unknown_legal_entity"
    kind = "not_found"
    message = _("There is no legal entity %(code)s in this cooperative.")


class AlreadyReserved(DomainError):
    """The commitment holds a reservation already."""

    code = "already_reserved"
    kind = "conflict"
    message = _("This commitment is already reserved on the budget.")
