"""The room of temporary unemployment."""

from django.apps import AppConfig


class UnemploymentConfig(AppConfig):
    """Days without work, and the top-up of the solidarity fund."""

    name = "payroll.unemployment"
    label = "unemployment"

    def ready(self) -> None:
        """Stand on payslips, in returns and in the checks of the books."""
        from payroll.extras import register_extra_pay
        from payroll.unemployment import selectors
        from payroll.worktime import register_work_time

        register_extra_pay(selectors.EXTRA)
        register_work_time(selectors.work_times)
