"""The guarantee app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuaranteeConfig(AppConfig):
    """What is at risk with each client, and up to where wages are guaranteed."""

    name = "invoicing.guarantee"
    label = "guarantee"

    def ready(self) -> None:
        """Tell whoever is about to work for a client; show the exposure to controllers."""
        from core.exports.sources import register_list
        from core.registry import NavEntry, register_nav
        from invoicing.guarantee import sections
        from invoicing.guarantee.lists import LISTS
        from invoicing.guarantee.roles import SEE
        from invoicing.sections import register_section

        register_list(*LISTS)
        register_section("client", "side", 30, sections.client_exposure)
        register_section("client", "side", 31, sections.client_standing)
        register_section("choice", "side", 30, sections.chosen_client)
        place = NavEntry(
            "exposure", _("Exposure"), "guarantee:exposure", frozenset(SEE), 10, "shield", _("Money owed")
        )
        register_nav(place)
