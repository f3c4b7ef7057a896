"""What workers are told by mail about their contracts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.registry import Message
from payroll.services.contracts.signing import ask_signature

KINDS = {
    "contract_to_sign": (
        _("A contract waits for your signature"),
        (
            _("“%(work)s” starts on %(starts_on)s. The contract is ready: read it and sign it before."),
            _("You find it on the page Contracts, where your signature is asked for."),
        ),
    ),
    "contract_sign_reminder": (
        _("Sign your contract before the work starts"),
        (
            _("“%(work)s” starts on %(starts_on)s and your signature is missing."),
            _("A contract that is not signed before its start may be taken for one without an end."),
            _("Open the page Contracts, read it and sign it: it takes a minute."),
        ),
    ),
}
"""kind → subject, paragraphs, as `members.notices.wording` has them."""


def contract_waits(message: Message) -> None:
    """A contract was submitted or amended: its worker is asked to sign it. Bears repeats."""
    ask_signature(message.subject_id)
