"""The search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of words, its upkeep and its pages."""

    name = "core.search"
    label = "search"

    def ready(self) -> None:
        """Keep the index in step: every mutation leaves an audit event, and each becomes news of a change."""
        from core.registry import subscribe
        from core.search.services import reindex_subject
        from core.search.sources import CHANGED

        subscribe(CHANGED, reindex_subject, covers=True)
