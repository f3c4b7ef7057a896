"""The words of notices. Each kind: what must be told, and what to do if it was not you."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "iban_changed": (
        _("Your account number was changed"),
        (
            _("The account on which %(house)s pays you was changed. What is on its way keeps the old one."),
            _("If you did not ask for it, correct it in your profile and write to your adviser at once."),
        ),
    ),
    "address_changed": (
        _("Your e-mail address was changed"),
        (
            _("The address by which %(house)s writes to you was changed. Your log-in keeps its own."),
            _("If you did not ask for it, change your password and write to your adviser at once."),
        ),
    ),
    "role_granted": (
        _("You were given the role “%(role)s”"),
        (
            _("%(house)s gave you the role “%(role)s” from %(day)s. The navigation shows what it opens."),
            _("If you did not expect it, write to the administrators: nobody holds a role by mistake."),
        ),
    ),
    "role_ended": (
        _("Your role “%(role)s” ends"),
        (
            _("Your role “%(role)s” at %(house)s ends on %(day)s."),
            _("What is yours as a member stays open to you."),
        ),
    ),
    "webhook_failing": (
        _("A webhook was paused"),
        (
            _("The webhook “%(endpoint)s” no longer answers, and was paused. What happens meanwhile waits."),
            _("Mend the receiver, then resume it on the page Webhooks."),
        ),
    ),
}
"""kind → subject, paragraphs. Values: `house` (the cooperative's name), `name`, and those of the listener."""

GREETING = _("Hello %(name)s,")
CLOSING = _("%(house)s wrote this because it concerns your own account or rights.")
