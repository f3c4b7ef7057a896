"""Roles, database and privileges on a PostgreSQL server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.embedded.given import given
from core.embedded.provisioning import APP, OWNER, provision


class Command(BaseCommand):
    """Make ``smart_owner``, ``smart_app`` and the database, or bring them to what the product needs.

    May be repeated. The server is the embedded one, that of DATABASE_URL, or of
    SMART_BOOTSTRAP_DATABASE_URL; the roles get the passwords of their URLs.
    """

    help = "Make the roles and the database (may be repeated)."

    def handle(self, *args: Any, **options: Any) -> None:
        url = given("SMART_BOOTSTRAP_DATABASE_URL")
        if not url:
            raise CommandError(
                "SMART_APP_DATABASE_URL is set: roles and database are someone else's to make."
            )
        app, owner = (settings.DATABASES[alias] for alias in ("default", "owner"))
        if (app["USER"], owner["USER"]) != (APP, OWNER) or app["NAME"] != owner["NAME"]:
            raise CommandError(f"The URLs must name {APP} and {OWNER}, and one database.")
        if not (app["PASSWORD"] and owner["PASSWORD"]):
            raise CommandError("Both URLs must hold a password: the roles get it.")
        provision(url, {APP: app["PASSWORD"], OWNER: owner["PASSWORD"]}, app["NAME"])
        self.stdout.write("provisioned")
