"""The registers app."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """What public registers say of our clients."""

    name = "invoicing.registers"
    label = "registers"

    def ready(self) -> None:
        """Listen for clients; say what VIES says of their numbers."""
        from core.registry import subscribe
        from invoicing.registers import panels
        from invoicing.registers.listeners import client_changed
        from invoicing.registers.selectors import vat_number_standing, vat_number_standings
        from invoicing.sections import register_section
        from invoicing.services.clients import CHANGED
        from invoicing.vat.proof import register_proof, register_proof_of_many

        subscribe(CHANGED, client_changed)
        register_section("client", "side", 30, panels.client_registers)
        register_section("invoice", "top", 20, panels.draft_warning)
        register_proof(lambda number: vat_number_standing(number) or "")
        register_proof_of_many(vat_number_standings)
