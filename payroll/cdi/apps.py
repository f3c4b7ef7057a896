"""The room of open-ended contracts."""

from django.apps import AppConfig


class CdiConfig(AppConfig):
    """Salaries that go on."""

    name = "payroll.cdi"
    label = "cdi"
