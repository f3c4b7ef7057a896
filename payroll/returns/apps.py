"""The app of returns to public bodies."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Quarterly declaration, tax, slips, individual accounts, ends of contracts."""

    name = "payroll.returns"
    label = "returns"
