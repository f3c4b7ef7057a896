"""Refusals about balances that stay."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class BalanceNotFound(DomainError):
    """No such balance, or none that the reader may see."""

    code = "balance_not_found"
    kind = "not_found"
    message = _("This balance does not exist.")


class BalanceOver(DomainError):
    """Nothing is owed any more."""

    code = "balance_over"
    kind = "conflict"
    message = _("Nothing is owed any more: later work, a payment or a write-off took it.")


class BalanceState(DomainError):
    """The act does not fit the state."""

    code = "balance_state"
    kind = "conflict"
    message = _("This is not possible now: the balance is %(state)s.")


class PayToCome(DomainError):
    """The next pay takes the balance by itself."""

    code = "balance_pay_to_come"
    kind = "conflict"
    message = _("There is work to be paid: the next pay takes this balance by itself. Nothing is to be done.")


class OwnBalance(DomainError):
    """Nobody decides about what they owe themselves, and a write-off takes two."""

    code = "balance_second_person"
    kind = "forbidden"
    message = _("Somebody else must do this: neither the worker nor who proposed it.")


class NoAddress(DomainError):
    """Somebody who cannot be written to."""

    code = "balance_no_address"
    message = _("No e-mail address is known: write one in the person's file, then ask again.")


class BankAccountMissing(DomainError):
    """The employer has no account to which it could be paid back."""

    code = "balance_no_account"
    message = _("%(entity)s has no bank account yet: enter it, then ask again.")


class WaitUntilLater(DomainError):
    """Waiting ends on a day to come."""

    code = "balance_wait_until"
    message = _("Choose a day after today, within two years.")


class WhyMissing(DomainError):
    """A write-off says why."""

    code = "balance_why"
    message = _("Say why: the reason stands in the books.")
