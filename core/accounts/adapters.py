"""How the house differs from what allauth does by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from core.accounts.recent import is_recent
from core.accounts.selectors import may_remove


class AccountAdapter(DefaultAccountAdapter):
    """Log-in, sign-up, passwords."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Changing factors asks again who is there, unless this session proved it within the last minutes;
        a log-in proves it as well as a confirmation does.
        """
        return not is_recent(context.request)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    error_messages = {  # noqa: RUF012 - allauth's own way to name them
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "Your role asks for a second factor and this is your last one: add another first."
        ),
        "unverified_email": _(
            "Confirm your e-mail address first: open the link that we sent you, or ask for it again under "
            "“My e-mail addresses”."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of somebody who works for a cooperative stays."""
        return may_remove(authenticator)
