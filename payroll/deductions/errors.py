"""Refusals of deductions."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DeductionNotFound(DomainError):
    """Nothing of that kind, or nothing that the reader may see."""

    code = "deduction_not_found"
    kind = "not_found"
    message = _("This seizure or advance does not exist.")


class SeizureTableMissing(DomainError):
    """No figures for the seizable part of the pay of that day."""

    code = "seizure_table_missing"
    message = _(
        "Table of seizable amounts not loaded: %(figure)s on %(on)s. Enter the published thresholds as a"
        " statutory figure, or suspend the seizure."
    )


class SeizureNotAgreed(DomainError):
    """A seizure was notified and nobody has checked it yet."""

    code = "seizure_not_agreed"
    message = _("A seizure waits for a second person: agree to it, then this pay is settled.")


class SecondPerson(DomainError):
    """Whoever enters does not agree, and nobody agrees to what concerns themselves."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("Somebody else must do this: neither who entered it nor the worker.")


class WrongState(DomainError):
    """The act does not fit the state."""

    code = "deduction_state"
    kind = "conflict"
    message = _("This is not possible any more: it is %(state)s.")


class AmountWrong(DomainError):
    """Amounts are above zero, in cents; a seizure says how much in all or per month."""

    code = "deduction_amount"
    message = _("Give an amount above zero: in all, or per month.")


class CreditorUnpayable(DomainError):
    """The creditor's account is none."""

    code = "creditor_account"
    message = _("The creditor’s name or account number does not hold: correct it from the notification.")


class NothingToAdvance(DomainError):
    """No work performed that is still to be paid."""

    code = "nothing_to_advance"
    message = _("There is no work that was performed and still has to be paid: an advance is not possible.")


class AdvanceTooHigh(DomainError):
    """More than the share of the expected net that the policy gives."""

    code = "advance_too_high"
    message = _("At most %(most)s € can be advanced now: ask for less, or wait for the next work.")


class AdvanceBesideSeizure(DomainError):
    """Pay under seizure is not the worker's to take ahead."""

    code = "advance_beside_seizure"
    message = _("A creditor has a right on this pay: an advance is not possible. Ask payroll.")


class NoAdvances(DomainError):
    """The house gives no advances."""

    code = "no_advances"
    message = _(
        "This cooperative gives no advances on wages: no share of the expected net is in force for them."
    )


class AccountMissing(DomainError):
    """The worker has no account."""

    code = "worker_account_missing"
    message = _("Enter an account number in the profile first: the advance is paid on it.")
