"""The payroll app."""

from django.apps import AppConfig


class PayrollConfig(AppConfig):
    """From the contract to the payslip."""

    name = "payroll"

    def ready(self) -> None:
        """Let the refusals of the pay engine speak the reader's language."""
        from django.utils.translation import gettext

        from payroll.engine.errors import PayRefusal

        PayRefusal.translate = staticmethod(gettext)
