"""Django's `migrate`, made patient: it never makes people wait behind a lock that it does not get."""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from core.schema import ATTEMPTS, LOCK_TIMEOUT, PAUSE, is_busy, light_states, lock_timeout


class Command(migrate.Command):
    """Apply migrations as usual. One that meets a busy table is rolled back and tried again, for a minute."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Every attempt goes on with the first migration that is not applied."""
        connection = connections[options["database"]]
        for left in reversed(range(ATTEMPTS)):
            try:
                with light_states(), lock_timeout(connection, LOCK_TIMEOUT):
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not is_busy(error):
                    raise
                if not left:
                    raise CommandError(
                        "A table stays busy (a backup, a long report?). Nothing is half done: migrate again."
                    ) from error
            self.stderr.write("A table is busy; trying again.")
            time.sleep(PAUSE)
