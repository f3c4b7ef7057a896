"""Roles, database and privileges on a PostgreSQL server."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.embedded.layout import Layout
from core.embedded.provisioning import provision
from core.embedded.vault import load_secrets


class Command(BaseCommand):
    """Make ``smart_owner``, ``smart_app`` and the database, or bring them to what the product needs.

    May be repeated. The server is the embedded one, or that of DATABASE_URL.
    """

    help = "Make the roles and the database (may be repeated)."

    def handle(self, *args: Any, **options: Any) -> None:
        url = os.environ.get("SMART_BOOTSTRAP_DATABASE_URL")
        if not url:
            raise CommandError(
                "SMART_APP_DATABASE_URL is set: roles and database are someone else's to make."
            )
        provision(url, load_secrets(Layout(Path(settings.VAR))))
        self.stdout.write("provisioned")
