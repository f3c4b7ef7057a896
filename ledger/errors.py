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


class MonthNotReady(DomainError):
    """A point of the list before closing is neither met nor explained."""

    code = "month_not_ready"
    kind = "conflict"
    message = _("%(month)s cannot be closed yet: %(points)s.")


class PersonNeeded(DomainError):
    """Only a person may do this, never a program."""

    code = "person_needed"
    kind = "forbidden"
    message = _("A person must do this: sign in first.")


class SecondPersonNeeded(DomainError):
    """Whoever proposed an entry may not decide on it, and a program may not either."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("Another person than the one who proposed it decides: ask a colleague of finance.")


class OwnMoney(DomainError):
    """Nobody approves their own money."""

    code = "own_money"
    kind = "forbidden"
    message = _("This entry moves your own money: ask a colleague of finance.")


class AccountNotByHand(DomainError):
    """The account is unknown, internal, or follows documents and statements."""

    code = "account_not_by_hand"
    message = _("Account %(account)s takes no entry by hand: correct the document behind it instead.")


class WrongBearer(DomainError):
    """Lines of classes 6 and 7 carry an Activity's budget of the entity or a fund, one of
    them; others none.
    """

    code = "wrong_bearer"
    message = _(
        "On account %(account)s, name either one Activity of this entity or one fund; "
        "other accounts than charges and income carry neither."
    )


class ManualEntryDecided(DomainError):
    """The entry was posted, refused or withdrawn before."""

    code = "manual_entry_decided"
    kind = "conflict"
    message = _("This entry is %(state)s already: reload the page.")


class EntryOfDocument(DomainError):
    """Only an entry by hand is undone by hand."""

    code = "entry_of_document"
    kind = "conflict"
    message = _("This entry comes from a document or was undone already: correct the document itself.")


class DateTooOld(DomainError):
    """More likely a slip of the keyboard than an act of that year."""

    code = "date_too_old"
    message = _("The date lies before %(earliest)s: check the year.")


class FutureDate(DomainError):
    """Books are not written in advance."""

    code = "future_date"
    message = _("The date lies after today, %(today)s: choose today or an earlier day.")
