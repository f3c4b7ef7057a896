"""The room of open-ended contracts."""

from django.apps import AppConfig


class CdiConfig(AppConfig):
    """Salaries that go on."""

    name = "payroll.cdi"
    label = "cdi"

    def ready(self) -> None:
        """Let allowances stand on payslips and in the checks of the books."""
        from core.registry import register_ledger_check
        from payroll.cdi import extras
        from payroll.extras import register_extra_pay, register_holiday_draws

        register_extra_pay(extras.PART)
        register_holiday_draws(extras.draws)
        register_ledger_check(extras.allowances_equal_books)
