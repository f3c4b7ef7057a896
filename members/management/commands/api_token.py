"""Make a REST token for an account in a cooperative and print it, alone."""

from typing import Any

from django.core.management.base import CommandParser

from core import clock
from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative, User
from core.services import create_token
from core.tenancy import tenant_scope
from members.errors import UnknownPerson
from members.selectors import identity_of_user


class Command(JsonCommand):
    """`api_token --cooperative be --user EMAIL`: each call makes a new token; earlier ones stay valid."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Cooperative and account."""
        parser.add_argument("--cooperative", required=True, help="slug: be, fr, …")
        parser.add_argument("--user", required=True, help="e-mail address of the account")

    def answer(self, **options: Any) -> object:
        """The token. Raises `UnknownCooperative`, `UnknownPerson` (no account, or no person there)."""
        cooperative, user = options["cooperative"], options["user"]
        found = Cooperative.objects.filter(slug=cooperative).first()
        if found is None:
            raise UnknownCooperative(slug=cooperative)
        account = User.objects.filter(email=user.lower(), is_active=True).first()
        if account is None:
            raise UnknownPerson
        with tenant_scope(found):
            if identity_of_user(account, clock.today()).person is None:
                raise UnknownPerson
            return create_token(user=account, cooperative=found, name="api_token")

    def render_text(self, answer: Any) -> str:
        """The token itself."""
        return str(answer)
