"""The activities app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities and their expenses."""

    name = "activities"

    def ready(self) -> None:
        """Register the loader of occupations, pages, what members do most, and where movements lead."""
        from activities import home, panels, person_panel, portfolio, privacy, search, selectors, services
        from core.privacy.registry import register_duty, register_personal_data
        from core.registry import (
            NavEntry,
            register_interest,
            register_loader,
            register_nav,
            register_person_panel,
            register_portfolio_reason,
        )
        from core.search.sources import register_circles, register_search_source
        from ledger.treasury.dues.registry import DueSource, register_due_source
        from members.enums import Role

        register_loader(30, services.load_functions)
        register_due_source(DueSource("movable_tax", _("Withholding tax on copyright")))
        for source in search.SOURCES:
            register_search_source(source)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_circles(search.my_activities)
        register_interest(selectors.own_budgets)
        members, advisers = frozenset({Role.MEMBER}), frozenset({Role.ADVISER, Role.ADVISER_LEAD})
        register_nav(NavEntry("activities", _("My Activities"), "activities:home", members, 10, "activity"))
        register_nav(NavEntry("validation", _("To validate"), "activities:validation", advisers, 6, "check"))
        panels.register_source("activities.expense", panels.expense_source)
        home.register_need(home.expenses_that_need_me)
        home.register_act(home.Act(40, _("Expense"), "activities:new_expense", "expense"))
        for reason in (
            portfolio.requests_to_answer,
            portfolio.expenses_to_answer,
            portfolio.budgets_near_zero,
        ):
            register_portfolio_reason(reason)
        register_person_panel(10, person_panel.activities_on_sheet)
