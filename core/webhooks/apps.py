"""The webhooks app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Endpoints of other people's programs."""

    name = "core.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Listen to all public news; take a place in the navigation and on the operations page."""
        from core.registry import Gauge, NavEntry, register_gauge, register_nav, subscribe
        from core.webhooks.events import EVENTS
        from core.webhooks.roles import SEE
        from core.webhooks.selectors import dead_deliveries
        from core.webhooks.services import tell

        for event in EVENTS:
            subscribe(event.topic, tell)
        register_nav(NavEntry("webhooks", _("Webhooks"), "webhooks:endpoints", SEE, 93, "send"))
        register_gauge(
            Gauge(
                "webhooks_dead",
                _("Webhook deliveries given up"),
                dead_deliveries,
                alarm=0,
                link="webhooks:endpoints",
            )
        )
