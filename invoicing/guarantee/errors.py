"""Refusals of the guarantee: what happened, and what to do next."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LimitInvalid(DomainError):
    """A limit is an amount in euro, nothing or more, to the cent."""

    code = "limit_invalid"
    message = _("A limit is an amount in euro of 0.00 or more, with two decimals.")


class LimitReasonMissing(DomainError):
    """Whoever changes a limit says why."""

    code = "limit_reason_missing"
    message = _("Say why: it stays with the limit.")


class LimitInThePast(DomainError):
    """A limit holds from today on: what was promised before stands."""

    code = "limit_in_the_past"
    message = _("A limit begins today or later: what was promised before stands.")


class LimitNotFound(DomainError):
    """No such limit here."""

    code = "limit_not_found"
    kind = "not_found"
    message = _("There is no such limit.")


class LimitNotProposed(DomainError):
    """It was decided already."""

    code = "limit_not_proposed"
    kind = "conflict"
    message = _("This limit is %(state)s already.")


class LimitNeedsSecondPerson(DomainError):
    """Nobody agrees to their own proposal."""

    code = "limit_second_person_needed"
    kind = "forbidden"
    message = _("Somebody else must agree: you proposed it yourself.")


class NotGuaranteed(DomainError):
    """The wages rest on invoices above what is guaranteed for their clients; `left` may still be paid out."""

    code = "not_guaranteed"
    kind = "conflict"
    message = _(
        "These wages (%(needed)s €) rest on invoices that are not guaranteed until the client pays:"
        " %(left)s € can be paid out now. Wait for the payment, lower the amount, or ask the credit"
        " controller to raise the limit of the client."
    )
