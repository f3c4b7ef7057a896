"""Why given-up work is not taken up or dropped."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DeadRowNotFound(DomainError):
    """No such work here."""

    code = "dead_row_not_found"
    kind = "not_found"
    message = _("There is no such work here.")


class NotDead(DomainError):
    """It is not given up, or not any more."""

    code = "dead_row_alive"
    kind = "conflict"
    message = _("This work is not given up: somebody retried or dropped it already. Look at the list again.")


class ReasonNeeded(DomainError):
    """Dropping asks for a reason."""

    code = "dead_row_reason_needed"
    message = _("Say in a few words why this work is dropped: it is kept with your name.")


class NotDroppable(DomainError):
    """Work that must be done."""

    code = "dead_row_not_droppable"
    kind = "conflict"
    message = _("This work cannot be dropped. %(because)s")
