"""The forms at the door, counting tries where allauth would count them in the cache."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from core.accounts import services
from core.accounts.adapters import counted_or_refused
from core.accounts.enums import Knock


class _CountedCode:
    """Six digits are soon guessed by whoever may try for ever."""

    user: Any

    def clean_code(self) -> str:
        """The code, if it is right and there were not too many wrong ones."""
        counted = counted_or_refused(Knock.SECOND_FACTOR, context.request, f"account {self.user.pk}")
        code: str = super().clean_code()  # type: ignore[misc]
        services.forgive(counted)
        return code


class CodeForm(_CountedCode, AuthenticateForm):
    """The second factor at log-in."""


class CodeAgainForm(_CountedCode, ReauthenticateForm):
    """The second factor before a dangerous act."""


class NewAccountForm(SignupForm):
    """Sign-up, which tells nobody who has an account."""

    def clean(self) -> dict[str, Any]:
        """Count, whoever it is for."""
        cleaned: dict[str, Any] = super().clean()
        counted_or_refused(Knock.SIGN_UP, context.request, str(cleaned.get("email") or ""))
        return cleaned

    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account takes as long as one that gets one: the hash of a password."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ForgottenPasswordForm(ResetPasswordForm):
    """A message to the address, whether it has an account or not."""

    def clean_email(self) -> str:
        """Count before anything is looked up."""
        counted_or_refused(Knock.PASSWORD_RESET, context.request, self.cleaned_data["email"])
        email: str = super().clean_email()
        return email
