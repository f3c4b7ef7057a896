"""The app of recurring invoices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecurringConfig(AppConfig):
    """Templates and their occurrences."""

    name = "invoicing.recurring"
    label = "recurring"

    def ready(self) -> None:
        """Hear what becomes of drafts; tell members; show what needs them."""
        from activities import home
        from core import registry
        from core.privacy.registry import register_personal_data
        from invoicing import origins
        from invoicing.recurring import notices, panels, privacy
        from invoicing.recurring.services import running
        from members.enums import Role
        from members.notices import wording

        register_personal_data(*privacy.PARTS)
        seen = frozenset({Role.MEMBER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL})
        registry.register_nav(
            registry.NavEntry(
                "recurring", _("Recurring invoices"), "recurring:templates", seen, 32, under="invoices"
            )
        )
        origins.register_thrown_away(running.draft_thrown_away)
        origins.register_about_to_issue(running.drafts_about_to_issue)
        wording.KINDS.update(notices.KINDS)
        for topic in ("recurring.failed", "recurring.drafted"):
            registry.subscribe(topic, notices.tell)
        home.register_need(panels.needs)
