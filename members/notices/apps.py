"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Mail to people about themselves."""

    name = "members.notices"
    label = "notices"

    def ready(self) -> None:
        """Listen for what people must hear of; say how long a notice is kept."""
        from core.privacy.registry import register_personal_data, register_retention
        from core.registry import register_dead_rows, subscribe
        from members.notices.given_up import NOTICES
        from members.notices.listeners import LISTENERS
        from members.notices.parts import PARTS, RULES

        for topic, listener in LISTENERS.items():
            subscribe(topic, listener)
        register_dead_rows(NOTICES)
        register_personal_data(*PARTS)
        register_retention(*RULES)
