"""`manage.py search_rebuild`"""

from typing import Any

from core.commands import JsonCommand
from core.models import Cooperative
from core.search.services import rebuild


class Command(JsonCommand):
    """Make the words by which everything is found anew, cooperative by cooperative.

    May be repeated at any time.
    """

    help = "Make the search index anew."

    def answer(self, **options: Any) -> dict[str, dict[str, int]]:  # noqa: ARG002
        """Things of each kind, by cooperative."""
        return {cooperative.slug: rebuild(cooperative) for cooperative in Cooperative.objects.all()}
