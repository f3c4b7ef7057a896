"""The room of open-ended contracts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CdiConfig(AppConfig):
    """Salaries that go on."""

    name = "payroll.cdi"
    label = "cdi"

    def ready(self) -> None:
        """Stand on payslips, in the checks of the books, on others' pages and in the navigation."""
        from activities import home
        from activities import panels as activity_pages
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from members.enums import Role
        from payroll.cdi import extras, panels, privacy, times
        from payroll.cdi.lists import LISTS
        from payroll.extras import register_extra_pay, register_holiday_draws
        from payroll.waiting import register_waiting
        from payroll.worktime import register_work_time

        register_extra_pay(extras.PART)
        register_work_time(times.work_times)
        register_holiday_draws(extras.draws)
        registry.register_ledger_check(extras.allowances_equal_books)
        home.register_need(panels.needs)
        register_waiting(panels.waiting)
        home.register_due(panels.coming_salaries)
        registry.register_portfolio_reason(panels.reasons)
        activity_pages.register_closing_check(panels.proposals_left)
        activity_pages.register_source(extras.PART.source_type, extras.allowance_links)
        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        register_list(*LISTS)
        seen = frozenset({Role.MEMBER, Role.ADVISER, Role.ADVISER_LEAD, Role.PAYROLL_ADMIN, Role.AUDITOR})
        for entry in (
            registry.NavEntry(
                "cdi",
                _("Open-ended contracts"),
                "cdi:contracts",
                seen,
                41,
                "calendar",
                _("Work"),
                under="payroll.contracts",
            ),
            registry.NavEntry("cdi.calendar", _("Absences"), "cdi:calendar", seen, 42, under="cdi"),
        ):
            registry.register_nav(entry)
