"""Why something about declarations of work cannot be done, and what to do next."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class DifferenceClosed(DomainError):
    """It was dealt with, or the office alone knows the period."""

    code = "difference_closed"
    kind = "conflict"
    message = _(
        "Nothing can be declared for this difference: it is closed, or only the office knows the period. "
        "Cancel such a period on the office's own site, then note it here."
    )
