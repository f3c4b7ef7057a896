"""Refusals of Activities and expenses."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ActivityNotFound(DomainError):
    """There is no such Activity, or it is not for this person."""

    code = "activity_not_found"
    kind = "not_found"
    message = _("There is no such Activity among yours.")


class UnknownFunction(DomainError):
    """The occupation is not in the cooperative's list."""

    code = "unknown_function"
    message = _("There is no occupation “%(code)s”: choose one of the list.")


class ActivityNotRequested(DomainError):
    """Only a request can be answered."""

    code = "activity_not_requested"
    kind = "conflict"
    message = _("This Activity has been answered already.")


class ActivityNotOpen(DomainError):
    """Nothing can be done in an Activity that is not open."""

    code = "activity_not_open"
    kind = "conflict"
    message = _("“%(name)s” is not open: an adviser must agree first.")


class ActivityNotEmpty(DomainError):
    """An Activity closes at zero."""

    code = "activity_not_empty"
    kind = "conflict"
    message = _("“%(name)s” still has %(what)s: settle it first, then close.")


class NotAHolder(DomainError):
    """Only who runs the Activity, or encodes on it, may do this."""

    code = "not_a_holder"
    kind = "forbidden"
    message = _("Only the people of this Activity may do this.")


class NotYourOwn(DomainError):
    """The second pair of eyes belongs to somebody else."""

    code = "not_your_own"
    kind = "forbidden"
    message = _("Nobody agrees to their own request: a colleague must do it.")


class ExpenseNotFound(DomainError):
    """There is no such expense, or it is not for this person."""

    code = "expense_not_found"
    kind = "not_found"
    message = _("There is no such expense among yours.")


class ExpenseNotSubmitted(DomainError):
    """Only an expense that waits can be answered."""

    code = "expense_not_submitted"
    kind = "conflict"
    message = _("This expense has been answered already.")


class ExpenseAmountInvalid(DomainError):
    """The amount must be positive and hold the VAT."""

    code = "expense_amount_invalid"
    message = _(
        "The amount must be above zero, and its VAT at most %(most)s € of it: copy both from the receipt."
    )


class ExpenseInFuture(DomainError):
    """Nothing is reimbursed before it is spent."""

    code = "expense_in_future"
    message = _("The date lies in the future: enter the expense once it is made.")


class ExpenseTextMissing(DomainError):
    """Books need to say what it was for."""

    code = "expense_text_missing"
    message = _("Say in a few words what the expense was for.")


class PayeeWithoutAccount(DomainError):
    """Nowhere to pay."""

    code = "payee_without_account"
    message = _("There is no bank account to pay you on: add your IBAN to your details first.")


class KilometresMissing(DomainError):
    """A journey is counted in kilometres."""

    code = "kilometres_missing"
    message = _("Enter the kilometres of the journey.")
