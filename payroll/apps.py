"""The payroll app."""

from django.apps import AppConfig


class PayrollConfig(AppConfig):
    """From the contract to the payslip."""

    name = "payroll"

    def ready(self) -> None:
        """Take part in the books' checks, hear of paid wages, say how a payslip is rendered."""
        from core.registry import register_document, register_ledger_check, subscribe
        from payroll import checks, handlers
        from payroll.documents import render_payslip
        from payroll.services.payslips import KIND

        subscribe("payout.paid", handlers.wage_paid)
        register_document(KIND, render_payslip)
        for check in (
            checks.owed_equals_books,
            checks.unpaid_wages_equal_account,
            checks.reservations_equal_open_contracts,
        ):
            register_ledger_check(check)
