"""Refusals of the treasury."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

_CUT_SHORT = _("it is cut short: a record is missing.")
_FIGURES = _("its balances or totals do not add up.")
_NOT_CODA = _("its records are not those of CODA.")
_NOT_XML = _("it is neither CODA nor an XML statement that holds together.")
REASONS = {
    "empty": _("it is empty."),
    "truncated": _CUT_SHORT,
    "blank_line": _CUT_SHORT,
    **dict.fromkeys(("balance", "totals", "record_count", "balance_missing", "balance_twice"), _FIGURES),
    "duplicate_movement": _("a movement stands in it twice."),
    "too_large": _("it is too large."),
    **dict.fromkeys(("structure", "line_length", "unknown_record"), _NOT_CODA),
    **dict.fromkeys(("malformed", "document_type"), _NOT_XML),
    "encoding": _("its letters are not in the encoding that it names."),
    "unknown_format": _("it is another message of the bank than a statement of account (camt.053)."),
    "no_statement": _("no statement is in it."),
    "currency": _("it mixes currencies."),
    "account_mismatch": _("it mixes accounts."),
    "account": _("its account number is missing."),
}
"""What the readers' codes mean to a person."""


def reason_of(code: str) -> Promise:
    """What a reader's code means to a person."""
    return REASONS.get(code, _("something in it is wrong."))


PAYMENT_REASONS = {
    "name": _("a name is missing or has no letter of the SEPA alphabet."),
    "iban": _("an account number does not hold or lies outside the SEPA zone."),
    "amount": _("an amount is out of bounds."),
    "execution_date": _("its date has passed."),
}
"""What the payment file's codes mean to a person; the rest is `SOME_PAYMENT`."""
SOME_PAYMENT = _("something in one of its payments is wrong.")


class UnreadableStatement(DomainError):
    """The file is no CODA that holds together."""

    code = "unreadable_statement"
    message = _("This file cannot be read as a bank statement: %(reason)s Ask the bank for the file again.")


class UnknownBankAccount(DomainError):
    """The statement is of an account that no entity owns."""

    code = "unknown_bank_account"
    message = _("No entity of this cooperative owns the account %(iban)s: check which file was sent.")


class StatementGap(DomainError):
    """A statement between the last one and this one is missing."""

    code = "statement_gap"
    kind = "conflict"
    message = _(
        "Statement %(number)s of %(iban)s came, but %(expected)s is expected: import the missing ones first."
    )


class StatementDiffers(DomainError):
    """The same statement was imported before with other figures."""

    code = "statement_differs"
    kind = "conflict"
    message = _(
        "Statement %(number)s of %(iban)s was imported before with other figures: ask the bank which holds."
    )


class OpeningBalanceDiffers(DomainError):
    """The statement does not start where the last one ended."""

    code = "opening_balance_differs"
    kind = "conflict"
    message = _(
        "Statement %(number)s of %(iban)s opens with %(opening)s €, the last one closed with %(closing)s €."
    )


class InvalidPayout(DomainError):
    """An amount that is not positive, or an account that cannot be paid to."""

    code = "invalid_payout"
    message = _("%(payee)s cannot be paid: check the amount and the account number.")


class PayoutDiffers(DomainError):
    """The same payout was asked for before with another amount."""

    code = "payout_differs"
    kind = "conflict"
    message = _("This was already queued for payment with %(amount)s €: another amount needs another source.")


class NothingToPay(DomainError):
    """No payout of that kind is due."""

    code = "nothing_to_pay"
    kind = "conflict"
    message = _("Nothing of this kind is due by %(due_until)s: choose a later date or another kind.")


class NoBankAccount(DomainError):
    """The entity owns no bank account."""

    code = "no_bank_account"
    kind = "conflict"
    message = _("%(entity)s has no bank account: an administrator must enter one first.")


class BatchNotDraft(DomainError):
    """The batch was released or cancelled before."""

    code = "batch_not_draft"
    kind = "conflict"
    message = _("Batch %(number)s is %(state)s already.")


class SecondPersonNeeded(DomainError):
    """Whoever made a batch may not release it, and a program may not either."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("A batch is released by another person than the one who made it: ask a colleague of finance.")


class OwnPayment(DomainError):
    """Whoever is paid by a batch does not release it. Wages are an exception: everybody earns one, and their
    amounts come from runs that two people signed.
    """

    code = "own_payment"
    kind = "forbidden"
    message = _("This batch pays you: ask another colleague of finance to release it.")


class BatchCannotBePaid(DomainError):
    """The bank would reject the file."""

    code = "batch_cannot_be_paid"
    message = _("The bank would refuse this batch: %(reason)s")


class BatchNotReleased(DomainError):
    """A batch that nobody released has no file."""

    code = "batch_not_released"
    kind = "conflict"
    message = _("Batch %(number)s has no file: it is %(state)s. A second person releases it first.")


class UnknownBatch(DomainError):
    """There is no such batch."""

    code = "unknown_batch"
    kind = "not_found"
    message = _("There is no batch %(number)s in this cooperative.")


class AlreadyIdentified(DomainError):
    """The statement line has its place already."""

    code = "already_identified"
    kind = "conflict"
    message = _("This line was identified already: reload the list.")


class InvalidIdentification(DomainError):
    """The account named cannot take a statement line."""

    code = "invalid_identification"
    message = _("Account %(account)s cannot take a line of the bank: choose another one.")


class PayoutNotHeld(DomainError):
    """Only a payout that waits for a right account can be mended."""

    code = "payout_not_held"
    kind = "conflict"
    message = _("This payout does not wait for another account number.")


class PayoutOnItsWay(DomainError):
    """What a file holds cannot be lowered any more."""

    code = "payout_on_its_way"
    kind = "conflict"
    message = _("This payment is in a payment file already: it cannot be lowered any more.")


class PartsDiffer(DomainError):
    """The parts of a line do not make the line."""

    code = "parts_differ"
    message = _("The parts make %(parts)s €, the line is %(amount)s €: every cent has one place.")


class CannotUndo(DomainError):
    """What the line did cannot be taken back here, or it is not identified."""

    code = "cannot_undo"
    kind = "conflict"
    message = _("This line cannot be undone here: what it paid is followed elsewhere.")


class StatementTooOld(DomainError):
    """The statement is of a day before the last one."""

    code = "statement_too_old"
    kind = "conflict"
    message = _(
        "Statement %(number)s of %(iban)s ends before the last one: ask the bank which of them is right."
    )


class ToleranceNeedsReason(DomainError):
    """A file that is not whole enters only with a reason."""

    code = "tolerance_needs_reason"
    message = _("Say why this file is taken although something in it is wrong.")


class CurrencyNotKept(DomainError):
    """The account is not kept in euro."""

    code = "currency"
    message = _("The account %(iban)s is kept in %(currency)s: the books take euro only.")


class RuleNotAllowed(DomainError):
    """A rule cannot stand for this line."""

    code = "rule_not_allowed"
    message = _("A rule needs the account of the other side, and an account that takes such lines.")


class StatementFileMissing(DomainError):
    """There is no such file, or it cannot be opened."""

    code = "file_unreadable"
    kind = "not_found"
    message = _("The file %(name)s cannot be read.")


class ProposalGone(DomainError):
    """What was chosen is no longer one of the proposals."""

    code = "proposal_gone"
    kind = "conflict"
    message = _("This is no longer proposed: something was paid meanwhile. Choose again.")


class RefusedFileGone(DomainError):
    """No refused file of this name lies in the watched folder any more."""

    code = "refused_file_gone"
    kind = "not_found"
    message = _("This file is no longer there: it was read meanwhile, or taken away.")
