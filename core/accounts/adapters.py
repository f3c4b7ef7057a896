"""How the house differs from what allauth does by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts import services
from core.accounts.enums import Knock
from core.accounts.errors import TooManyTries
from core.accounts.recent import is_recent
from core.accounts.sealed_factors import seal, unseal
from core.accounts.selectors import may_remove


def counted_or_refused(knock: Knock, request: HttpRequest, account: str) -> tuple[int, ...]:
    """Count a try for a form, which shows the refusal."""
    try:
        return services.count_try(knock=knock, account=account, address=get_ip(request))
    except TooManyTries as refusal:
        raise ValidationError(refusal.detail, code=refusal.code) from refusal


class AccountAdapter(DefaultAccountAdapter):
    """Log-in, sign-up, passwords."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted in the database instead of the cache: see `count_try`."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Whose password it is. A locked account answers alike whether it exists or not, right password or
        wrong; one without account costs the same hash.
        """
        counted = counted_or_refused(Knock.LOG_IN, request, str(credentials.get("email", "")))
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            services.forgive(counted)
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Changing factors asks again who is there, unless this session proved it within the last minutes;
        a log-in proves it as well as a confirmation does.
        """
        return not is_recent(context.request)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors."""

    def encrypt(self, text: str) -> str:
        """How the secret of a factor is kept."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret of a factor."""
        return unseal(encrypted_text)

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
