"""Refusals of collection."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NothingToClaim(DomainError):
    """The law allows nothing (more) on the invoice today."""

    code = "nothing_to_claim"
    kind = "conflict"
    message = _("Nothing more can be claimed on %(number)s today.")


class ChargesNotYet(DomainError):
    """A consumer's free days are not over."""

    code = "charges_not_yet"
    kind = "conflict"
    message = _("%(number)s: the law allows charges only after a first reminder for nothing and 14 days.")


class InvoiceHeld(DomainError):
    """Something stands in the way of collecting the invoice by other means."""

    code = "invoice_held"
    kind = "conflict"
    message = _("%(number)s is %(why)s: end that first.")


class ChargeNotFound(DomainError):
    """There is no such charge."""

    code = "charge_not_found"
    kind = "not_found"
    message = _("There is no such charge.")


class ChargeNotOpen(DomainError):
    """Nothing is left of it to waive."""

    code = "charge_not_open"
    kind = "conflict"
    message = _("Nothing is open on this charge any more.")


class CostsNotAllowed(DomainError):
    """Consumers owe nothing beside the capped indemnity and the interest."""

    code = "costs_not_allowed"
    message = _("The law lets no recovery costs be claimed from a consumer beside the indemnity.")


class AmountNotPositive(DomainError):
    """An amount above zero was expected."""

    code = "amount_not_positive"
    message = _("Give an amount above zero.")


class ReasonMissing(DomainError):
    """Whoever reads the file later must know why."""

    code = "reason_missing"
    message = _("Say why: it stays in the file.")


class DayPassed(DomainError):
    """The day must still come."""

    code = "day_passed"
    message = _("Choose a day that is still to come.")


class NobodyToRemind(DomainError):
    """No invoice of the client can be reminded today."""

    code = "nobody_to_remind"
    kind = "conflict"
    message = _("No reminder can be sent to this client today.")


class PlanNotFound(DomainError):
    """There is no such plan."""

    code = "plan_not_found"
    kind = "not_found"
    message = _("There is no such payment plan.")


class PlanNotActive(DomainError):
    """The plan is over."""

    code = "plan_not_active"
    kind = "conflict"
    message = _("This payment plan is over.")


class PlanWrong(DomainError):
    """Instalments must be in the order of their days, above zero, and add up to what is due."""

    code = "plan_wrong"
    message = _(
        "The instalments must follow each other, be above zero and add up to %(due)s € (they make %(sum)s €)."
    )


class HandOverNotFound(DomainError):
    """There is no such file."""

    code = "hand_over_not_found"
    kind = "not_found"
    message = _("There is no such collection file.")


class HandOverNotOpen(DomainError):
    """The file came back."""

    code = "hand_over_not_open"
    kind = "conflict"
    message = _("This file is no longer with the agent.")


class WriteDownNotFound(DomainError):
    """There is no such write-down."""

    code = "write_down_not_found"
    kind = "not_found"
    message = _("There is no such write-down.")


class WriteDownWrongState(DomainError):
    """The act does not follow from where the write-down stands."""

    code = "write_down_wrong_state"
    kind = "conflict"
    message = _("This cannot be done: the invoice is %(state)s.")


class SecondPersonNeeded(DomainError):
    """Nobody agrees to their own proposal."""

    code = "second_person_needed"
    kind = "forbidden"
    message = _("Somebody else must agree: you proposed it yourself.")


class DisputeClosed(DomainError):
    """The dispute is over."""

    code = "dispute_closed"
    kind = "conflict"
    message = _("This dispute is over.")


class DisputeIsLegal(DomainError):
    """Only the legal service closes what it was given."""

    code = "dispute_is_legal"
    kind = "forbidden"
    message = _("This dispute is with the legal service: it says how it ends.")


class LetterNotPostable(DomainError):
    """Only a letter without e-mail address goes by post."""

    code = "letter_not_postable"
    kind = "conflict"
    message = _("This letter went by e-mail.")
