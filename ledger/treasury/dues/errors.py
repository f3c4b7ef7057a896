"""Refusals of dues."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DueNotToCheck(DomainError):
    """The due was agreed, paid or withdrawn before."""

    code = "due_not_to_check"
    kind = "conflict"
    message = _("This due is %(state)s already: reload the list.")


class DueNeedsColleague(DomainError):
    """Whoever set the amount does not agree to it, and a program does not either."""

    code = "due_needs_colleague"
    kind = "forbidden"
    message = _("Whoever set the amount does not agree to it: ask a colleague of finance.")


class DueReasonMissing(DomainError):
    """An amount other than that of the books needs a reason."""

    code = "due_reason_missing"
    message = _("Say why the amount differs from the books, for example the number of the body's notice.")


class DueAmountWrong(DomainError):
    """An amount below zero, or with parts of a cent."""

    code = "due_amount_wrong"
    message = _("The amount of a due is zero or more, in euro and cents.")


class TermsMissing(DomainError):
    """Nobody entered on which account and with which reference the entity pays this creditor."""

    code = "terms_missing"
    kind = "conflict"
    message = _(
        "%(entity)s cannot pay %(creditor)s yet: enter the account and the reference that its notice shows "
        "under Creditors."
    )


class ReferenceWrong(DomainError):
    """The reference is neither a Belgian structured communication nor an ISO 11649 one."""

    code = "reference_wrong"
    message = _("“%(reference)s” is no structured reference: copy it from the notice, digit by digit.")


class IbanWrong(DomainError):
    """The account number does not hold."""

    code = "iban_wrong"
    message = _("The account number does not hold: copy it from the notice.")


class UnknownCreditor(DomainError):
    """No rule names this creditor."""

    code = "unknown_creditor"
    kind = "not_found"
    message = _("There is no public creditor “%(creditor)s” here.")


class NothingAgreed(DomainError):
    """No agreed due and no open payment of the kind is there by that day."""

    code = "nothing_agreed"
    kind = "conflict"
    message = _("Nothing is agreed and due by %(until)s: agree to the dues first.")


class BodyStatementWrong(DomainError):
    """A line of a body's statement cannot be read."""

    code = "body_statement_wrong"
    message = _(
        "Line %(line)s cannot be read: write date;text;amount;reference, for example "
        "05/11/2026;October;1250,00;+++…+++."
    )


class BodyStatementKnown(DomainError):
    """A statement of that day stands already."""

    code = "body_statement_known"
    kind = "conflict"
    message = _("A statement of this creditor of %(date)s is entered already.")


class BodyLineSettled(DomainError):
    """The line agrees, or was explained before."""

    code = "body_line_settled"
    kind = "conflict"
    message = _("This line has its explanation already: reload the page.")


class NotAClaim(DomainError):
    """Only what a body claims can become a due."""

    code = "not_a_claim"
    message = _("Only what the body claims more than we know can become a due: explain this line instead.")


class SameEntity(DomainError):
    """A transfer joins two entities."""

    code = "same_entity"
    message = _("Choose two different entities.")


class TransferAmountWrong(DomainError):
    """An amount that is not positive, or more than what is owed."""

    code = "transfer_amount_wrong"
    message = _("The amount is more than zero, and a settlement at most what is owed: %(owed)s €.")


class CostAccountWrong(DomainError):
    """A cost passes between entities on an account of class 6 that is not internal."""

    code = "cost_account_wrong"
    message = _("Choose an account of costs (class 6) that is not internal to one entity.")


class TransferDecided(DomainError):
    """The transfer was agreed or refused before."""

    code = "transfer_decided"
    kind = "conflict"
    message = _("This transfer is decided already: reload the page.")


class TransferNeedsColleague(DomainError):
    """Whoever wrote a transfer does not agree to it."""

    code = "transfer_needs_colleague"
    kind = "forbidden"
    message = _("Whoever wrote the transfer does not agree to it: ask a colleague of finance.")
