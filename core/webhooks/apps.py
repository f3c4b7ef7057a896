"""The webhooks app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Endpoints of other people's programs."""

    name = "core.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """Listen to all public news; take a place in the navigation and on the operations page."""
        from core.encryption import first_key_id
        from core.registry import Gauge, NavEntry, register_dead_rows, register_gauge, register_nav, subscribe
        from core.rotation import KeptUnderKeys, register_kept_under_keys
        from core.webhooks.events import EVENTS
        from core.webhooks.given_up import DELIVERIES
        from core.webhooks.roles import SEE
        from core.webhooks.selectors import dead_deliveries, endpoints_by_key, endpoints_under_old_keys
        from core.webhooks.services import carry_secrets, tell

        for event in EVENTS:
            subscribe(event.topic, tell)
        register_dead_rows(DELIVERIES)
        register_nav(NavEntry("webhooks", _("Webhooks"), "webhooks:endpoints", SEE, 93, "send"))
        register_gauge(
            Gauge(
                "webhooks_dead",
                _("Webhook deliveries given up"),
                dead_deliveries,
                alarm=0,
                link="webhooks:endpoints",
                advice=_(
                    "A program that wants to hear of events did not answer for three days. Tell its owner; "
                    "once it answers, send again what it missed."
                ),
            )
        )
        register_kept_under_keys(
            KeptUnderKeys(
                "webhook_secrets",
                "FIELD_KEYS",
                endpoints_by_key,
                lambda: endpoints_under_old_keys(first_key_id()).count(),
                lambda actor, most: carry_secrets(actor=actor, most=most),
            )
        )
