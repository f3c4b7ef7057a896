"""The room of deductions."""

from django.apps import AppConfig


class DeductionsConfig(AppConfig):
    """Seizures and advances on wages."""

    name = "payroll.deductions"
    label = "deductions"

    def ready(self) -> None:
        """Take part in every settlement and in the checks of the books."""
        from core import registry
        from payroll.deductions import checks, listeners
        from payroll.deductions.sources import ADVANCES, SEIZURES
        from payroll.payable import register_deduction

        register_deduction("seizures", SEIZURES, rank=10)
        register_deduction("advances", ADVANCES, rank=20)
        registry.register_ledger_check(checks.advances_equal_account)
        registry.subscribe("payout.returned", listeners.creditor_paid_back)
