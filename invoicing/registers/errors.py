"""Refusals about registers."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NothingToAsk(DomainError):
    """The client has no number that a register knows."""

    code = "nothing_to_ask"
    message = _("This client has no VAT number of the Union and no electronic address to ask about.")
