"""The members app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """People, roles, offices, advisers."""

    name = "members"

    def ready(self) -> None:
        """Tell the house who people are and where their pages stand."""
        from core.access import register_identity_source
        from core.registry import register_loader
        from members.selectors import identity_of_user
        from members.services import load_offices

        register_identity_source(identity_of_user)
        register_loader(20, load_offices)
