"""`manage.py load_reference`"""

from typing import Any

from django.core.management.base import BaseCommand

from core.services import load_reference


class Command(BaseCommand):
    """Bring in the published cooperatives; run again, it adds nothing."""

    help = "Load every published cooperative: policies, entities, chart, offices, functions."

    def handle(self, *args: Any, **options: Any) -> None:
        load_reference()
