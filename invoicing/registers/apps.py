"""The registers app."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """What public registers say of our clients."""

    name = "invoicing.registers"
    label = "registers"

    def ready(self) -> None:
        """Listen for clients."""
        from core.registry import subscribe
        from invoicing.registers.listeners import client_changed

        subscribe("client.changed", client_changed)
