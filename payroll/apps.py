"""The payroll app."""

from django.apps import AppConfig


class PayrollConfig(AppConfig):
    """From the contract to the payslip."""

    name = "payroll"
