"""`manage.py seal --json`"""

from typing import Any

from django.core.management.base import CommandParser

from core.commands import JsonCommand
from core.errors import UnknownCooperative
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.services import seal_entries


class Command(JsonCommand):
    """Seal every entry that waits, a batch per transaction."""

    help = "Give waiting entries their legal number and seal them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which cooperative."""
        parser.add_argument("--cooperative", help="one of them; all when none is named")

    def answer(self, **options: Any) -> dict[str, int]:
        """How many entries were sealed, under how many seals."""
        cooperatives = Cooperative.objects.all()
        if options["cooperative"]:
            cooperatives = cooperatives.filter(slug=options["cooperative"])
            if not cooperatives:
                raise UnknownCooperative(slug=options["cooperative"])
        entries = seals = 0
        for cooperative in cooperatives:
            full = True
            while full:
                with tenant_scope(cooperative):
                    done = seal_entries(actor=Actor.system("seal"))
                entries, seals, full = entries + done.entries, seals + done.seals, done.full
        return {"entries": entries, "seals": seals}
