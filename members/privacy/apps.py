"""The privacy app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Copies and erasure of personal data."""

    name = "members.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Make copies; say what the foundation and the members app keep; take places in the navigation."""
        from core.privacy import house
        from core.privacy.registry import register_personal_data, register_retention
        from core.registry import NavEntry, register_document, register_nav
        from members.enums import Role
        from members.privacy.copying import render_copy
        from members.privacy.parts import PARTS, RULES
        from members.privacy.services import COPY

        register_document(COPY, render_copy, _("Copy of a person's data"))
        register_personal_data(*PARTS)
        register_retention(*house.RULES, *RULES)
        keepers = frozenset({Role.COOP_ADMIN.value, Role.AUDITOR.value, Role.LEGAL.value})
        register_nav(NavEntry("privacy", _("Data protection"), "privacy:register", keepers, 94, "shield"))
        register_nav(
            NavEntry("my_data", _("My data"), "privacy:my_data", frozenset(), 97, "shield", personal=True)
        )
