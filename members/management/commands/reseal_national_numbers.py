"""Seal every national number with the first key, after a new one was put in front of SMART_FIELD_KEYS."""

from typing import Any

from core.commands import JsonCommand
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from members.services import reseal_national_numbers

ACTOR = Actor.system("key rotation")


class Command(JsonCommand):
    """`reseal_national_numbers`: per cooperative how many rows were sealed anew; run again, none is left."""

    help = __doc__ or ""

    def answer(self, **options: Any) -> object:
        """Slug to number of rows. Each batch is a transaction of its own: stop it at any time."""
        return {cooperative.slug: _reseal(cooperative) for cooperative in Cooperative.objects.order_by("pk")}


def _reseal(cooperative: Cooperative) -> int:
    done = 0
    while True:
        with tenant_scope(cooperative):
            batch = reseal_national_numbers(actor=ACTOR)
        if not batch:
            return done
        done += batch
