"""`manage.py demo`: the product with two months of a shared enterprise in it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from core.models import Cooperative
from core.services import load_reference
from smart.demo.play import play, played_days
from smart.demo.stage import Script
from smart.demo.summary import log_ins, summary

SLUG = "be"


class Command(BaseCommand):
    """Load Belgium, play October and November 2026 once, say what happened, and serve it. Run again, it adds
    nothing; killed in the middle, it goes on.
    """

    help = "Play two months of the Belgian cooperative and serve them."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="play, say what happened, and end")
        parser.add_argument("--port", type=int, default=8000, help="0, or a taken port: any free one")

    def handle(self, *args: Any, **options: Any) -> None:
        script = Script()
        load_reference()
        cooperative = Cooperative.objects.get(slug=SLUG)
        if script.last_day not in played_days(cooperative):
            self._play(cooperative, script)
        with translation.override("fr"):
            for line in summary(cooperative, script.last_day):
                self.stdout.write(line)
        self.stdout.write("")
        self.stdout.write("Pour se connecter:")
        for account in log_ins():
            self.stdout.write(f"  {account.who:<36}{account.email:<32}{account.password}")
        self.stdout.write("")
        self.stdout.flush()
        if not options["no_serve"]:
            call_command("run", port=options["port"], stdout=self.stdout, stderr=self.stderr)

    def _play(self, cooperative: Cooperative, script: Script) -> None:
        started = time.monotonic()
        tell = (
            (lambda day: self.stderr.write(f"{day:%d/%m/%Y}", ending="\r")) if self.stderr.isatty() else None
        )
        with translation.override("fr"):
            count = play(cooperative, script, tell=tell)
        self.stderr.write(f"{count} jours joués en {time.monotonic() - started:.0f} s")
