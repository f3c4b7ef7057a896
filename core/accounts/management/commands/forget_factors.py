"""Take the second factors from an account whose person lost them all, after checking who asks."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from core.accounts.errors import UnknownAccount
from core.accounts.services import forget_factors
from core.commands import JsonCommand
from core.models import User
from core.types import Actor


class Command(JsonCommand):
    """`forget_factors --user EMAIL`: passkeys, app and recovery codes go, every session ends.

    Whoever works for a cooperative sets a new factor up at the next log-in. A repeat takes nothing more.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The account."""
        parser.add_argument("--user", required=True, help="e-mail address of the account")

    def answer(self, **options: Any) -> object:
        """How many factors and sessions went. Raises `UnknownAccount`."""
        user = User.objects.filter(email=options["user"].strip().lower()).first()
        if user is None:
            raise UnknownAccount
        factors, sessions = forget_factors(user=user, actor=Actor.system("forget_factors"))
        return {"factors": factors, "sessions": sessions}
