"""The outbox relay: a small loop beside the workers."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections

from core.operations import pulse
from core.tasks import relay_all

PAUSE = 1.0


class Command(BaseCommand):
    """Hand committed news to the workers, every second and at once after a busy pass."""

    help = "Carry outbox messages to the workers until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one pass, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            try:
                moved = relay_all()
                pulse.note("relay")
            except OperationalError:
                if options["once"]:
                    raise
                close_old_connections()
                moved = 0
            if options["once"]:
                return
            if not moved:
                time.sleep(PAUSE)
