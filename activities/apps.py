"""The activities app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Activities and their expenses."""

    name = "activities"

    def ready(self) -> None:
        """Register the loader of occupations, the home page, and where movements lead."""
        from activities import home, panels, services
        from core.registry import register_loader

        register_loader(30, services.load_functions)
        panels.register_source("activities.expense", panels.expense_source)
        home.register_need(home.expenses_that_need_me)
